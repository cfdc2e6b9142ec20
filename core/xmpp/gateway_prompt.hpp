#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xmpp/element.hpp"

// XEP-0100 6: how a client turns a foreign name into an address.
//   get  -> <query xmlns='jabber:iq:gateway'><desc>...</desc><prompt>IRC nickname</prompt></query>
//   set  <query xmlns='jabber:iq:gateway'><prompt>Alice</prompt></query> -> <jid>alice@irc.example.org</jid>
namespace dragoman::xmpp {

inline constexpr std::string_view gateway_ns = "jabber:iq:gateway";

/// The result for a get.
Element make_gateway_prompt(const Element& iq, std::string_view description, std::string_view prompt);
/// What the person typed, without spaces around it. Nothing when the set has no <prompt/>.
std::optional<std::string> read_gateway_prompt(const Element& query);
/// The result for a set. The address stands in <prompt/> too: that is where clients older than XEP-0100 1.0 look.
Element make_gateway_jid(const Element& iq, std::string_view jid);

}  // namespace dragoman::xmpp
