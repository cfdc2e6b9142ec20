#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0203 and its predecessor XEP-0091: when a stanza was really sent.
//   <delay xmlns='urn:xmpp:delay' from='#tea@irc.example.org' stamp='2026-11-20T09:00:00.250Z'/>
//   <x xmlns='jabber:x:delay' from='#tea@irc.example.org' stamp='20261120T09:00:00'/>
namespace dragoman::xmpp {

/// Writes both forms; `from` is who held the stanza (the room, or the gateway for a person).
void write_delay(Writer& writer, Timestamp time, std::string_view from);
/// The stamp of either form, the newer one first. Nothing when there is none that can be read.
std::optional<Timestamp> read_delay(const Element& stanza);

}  // namespace dragoman::xmpp
