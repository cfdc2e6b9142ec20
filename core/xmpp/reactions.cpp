#include "xmpp/reactions.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {
constexpr std::size_t most_reactions = 100;
}

std::optional<Reactions> read_reactions(const Element& message) {
  const Element* reactions = message.child("reactions", reactions_ns);
  if (reactions == nullptr || reactions->get("id").empty()) return std::nullopt;
  Reactions read{std::string{reactions->get("id")}, {}};
  for (const Element& child : reactions->children) {
    if (!child.is("reaction", reactions_ns) || read.emoji.size() == most_reactions) continue;
    std::string emoji{text::trim(child.text())};
    const bool known = std::find(read.emoji.begin(), read.emoji.end(), emoji) != read.emoji.end();
    if (!emoji.empty() && !known) read.emoji.push_back(std::move(emoji));
  }
  return read;
}

Element make_reactions(std::string_view id, const std::vector<std::string>& emoji) {
  Element reactions{"reactions", reactions_ns};
  reactions.set("id", id);
  for (const std::string& each : emoji) reactions.add_text_child("reaction", each);
  return reactions;
}

}  // namespace dragoman::xmpp
