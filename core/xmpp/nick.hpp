#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0172: how somebody is called, in the stanza by which they introduce themselves (a subscription request), never in
// ordinary presence; in a room where their address there could not be their nickname. And in a node of their own
// (XEP-0163), for everybody whom they let see their presence.
namespace dragoman::xmpp {

inline constexpr std::string_view nick_ns = "http://jabber.org/protocol/nick";

/// <nick xmlns='http://jabber.org/protocol/nick'>bob</nick>
inline void write_nick(Writer& writer, std::string_view nick) { writer.leaf("nick", nick, nick_ns); }

/// What a server tells of how somebody calls themselves now, a headline with the node's item; "": not any more. Nothing
/// when the message is about something else.
///   <event xmlns='http://jabber.org/protocol/pubsub#event'><items node='http://jabber.org/protocol/nick'>
///     <item><nick xmlns='http://jabber.org/protocol/nick'>Bob B.</nick></item></items></event>
std::optional<std::string> read_nick_news(const Element& message);

}  // namespace dragoman::xmpp
