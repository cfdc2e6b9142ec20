#pragma once

#include <string>

#include "xmpp/element.hpp"

// Through which gateways a message has come, so that none of them brings it back to where it was. Ours alone.
//   <via xmlns='urn:dragoman:via:0' id='7f3a'/>   one each, the first one first
namespace dragoman::xmpp {

inline constexpr std::string_view via_ns = "urn:dragoman:via:0";

/// The names with spaces between, as chat::Content::via has them; at most `most_via` of them, without those that are
/// empty or have a space.
std::string read_via(const Element& message);
inline constexpr std::size_t most_via = 32;
inline Element make_via(std::string_view name) {
  Element via{"via", via_ns};
  via.set("id", name);
  return via;
}

}  // namespace dragoman::xmpp
