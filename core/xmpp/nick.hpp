#pragma once

#include <string_view>

#include "xmpp/writer.hpp"

// XEP-0172: how somebody is called, in the stanza by which they introduce themselves (a subscription request), never in
// ordinary presence; in a room where their address there could not be their nickname.
namespace dragoman::xmpp {

inline constexpr std::string_view nick_ns = "http://jabber.org/protocol/nick";

/// <nick xmlns='http://jabber.org/protocol/nick'>bob</nick>
inline void write_nick(Writer& writer, std::string_view nick) { writer.leaf("nick", nick, nick_ns); }

}  // namespace dragoman::xmpp
