#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/state.hpp"

// People whose coming and going is watched: by MONITOR (ircv3.net/specs/extensions/monitor), by WATCH where there is no
// MONITOR, and by asking with ISON every minute for those whom the server does not watch. The list outlives the link;
// each link is told all of it, and tells all of it anew.

namespace dragoman::backends::irc {

/// Accepted at once, with or without a link; what the network says comes as PresenceChanged.
void add_contact(State& state, chat::CommandId id, const chat::PersonId& person, Effects& effects);
void remove_contact(State& state, chat::CommandId id, const chat::PersonId& person, Effects& effects);

/// A new link is ready: everybody is to be watched.
void watch_all_contacts(State& state);
/// Writes what was added and removed within the turn, many names a line.
void write_contacts(State& state, Effects& effects);
void poll_contacts(State& state, Effects& effects);
std::optional<Instant> next_poll(const State& state);
/// The nickname that we want ourselves is watched too, until unwatch_wished().
void watch_wished(State& state, const std::string& nick);
void unwatch_wished(State& state);
/// CASEMAPPING changed.
void rekey_contacts(State& state);

/// What was seen of somebody, by nickname; nothing happens when it is nobody's contact.
void contact_is_here(State& state, std::string_view nick, Effects& effects);
void contact_is_gone(State& state, std::string_view nick, Effects& effects);
void contact_is_back(State& state, std::string_view nick, Effects& effects);
/// True when it is a contact.
bool contact_is_away(State& state, std::string_view nick, const std::string& text, Effects& effects);

}  // namespace dragoman::backends::irc
