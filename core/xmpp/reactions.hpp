#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0444: all that somebody reacts with to one message, each time anew.
//   <reactions xmlns='urn:xmpp:reactions:0' id='28482'><reaction>👋</reaction><reaction>🐢</reaction></reactions>
namespace dragoman::xmpp {

inline constexpr std::string_view reactions_ns = "urn:xmpp:reactions:0";

struct Reactions {
  std::string id;                  ///< in a room the stanza-id, else the origin-id or id
  std::vector<std::string> emoji;  ///< each once, in the order of the stanza; none: all are taken away
};
/// Nothing when the message reacts to none. At most 100 are read.
std::optional<Reactions> read_reactions(const Element& message);
Element make_reactions(std::string_view id, const std::vector<std::string>& emoji);

}  // namespace dragoman::xmpp
