#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// Bouncers.
//
// soju.im/bouncer-networks: one login, several networks; the person chooses one by its id, before the connection is
// complete.
//   C: BOUNCER BIND 42
//   S: BOUNCER NETWORK 42 name=Libera;state=connected
// znc.in/playback: the bouncer says again what was said since a time that we give, and does not do so by itself then.
//   C: PRIVMSG *playback :PLAY * 1795190400.250

namespace dragoman::backends::irc {

/// Before CAP END: the network that the person has chosen.
void bind_to_network(State& state, Effects& effects);
/// FAIL of BOUNCER. False when it is about something else.
bool bouncer_refused(State& state, const Message& message, Effects& effects);
/// The batch of all networks has ended.
void networks_are_listed(State& state, Effects& effects);
/// One a line, for the person: "42: Libera (connected)"; empty: this is no such bouncer, or it has none.
std::string list_networks(const State& state);

/// Ready: what was missed is asked for, where this session heard something before.
void ask_playback(State& state, Effects& effects);

}  // namespace dragoman::backends::irc
