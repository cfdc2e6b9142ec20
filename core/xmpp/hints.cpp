#include "xmpp/hints.hpp"

#include <array>

namespace dragoman::xmpp {

namespace {

constexpr std::string_view hints_ns = "urn:xmpp:hints";
constexpr std::array<std::string_view, 4> names{"no-permanent-store", "no-store", "no-copy", "store"};

std::string_view name_of(Hint hint) { return names[static_cast<std::size_t>(hint)]; }

}  // namespace

bool has_hint(const Element& message, Hint hint) { return message.child(name_of(hint), hints_ns) != nullptr; }

Element make_hint(Hint hint) { return Element{name_of(hint), hints_ns}; }

bool is_not_to_be_stored(const Element& message) {
  return has_hint(message, Hint::no_store) || has_hint(message, Hint::no_permanent_store);
}

void write_hint(Writer& writer, Hint hint) {
  writer.open(name_of(hint), hints_ns);
  writer.close();
}

}  // namespace dragoman::xmpp
