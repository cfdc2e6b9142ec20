#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/fallback.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/writer.hpp"

// XEP-0372: who is meant by a part of a body. Counted in code points.
//   <reference xmlns='urn:xmpp:reference:0' type='mention' begin='0' end='3' uri='xmpp:tea@irc.example.org/bob'/>
namespace dragoman::xmpp {

inline constexpr std::string_view reference_ns = "urn:xmpp:reference:0";

struct Mention {
  Range range;  ///< of the body, in bytes
  Jid jid;
};

/// Mentions that stand in `body` (the text of the body of `message`) and name a JID, in the order of the elements;
/// nonsense is left out.
std::vector<Mention> read_mentions(const Element& message, std::string_view body);
void write_mention(Writer& writer, std::string_view body, const Mention& mention);

/// RFC 5122: "#tea@irc.example.org/bob" -> "xmpp:%23tea@irc.example.org/bob".
std::string to_uri(const Jid& jid);

}  // namespace dragoman::xmpp
