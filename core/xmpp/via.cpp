#include "xmpp/via.hpp"

namespace dragoman::xmpp {

std::string read_via(const Element& message) {
  std::string names;
  std::size_t count = 0;
  for (const Element& child : message.children) {
    const std::string_view name = child.get("id");
    if (!child.is("via", via_ns) || name.empty() || name.find(' ') != name.npos) continue;
    if (++count > most_via) break;
    if (!names.empty()) names += ' ';
    names += name;
  }
  return names;
}

}  // namespace dragoman::xmpp
