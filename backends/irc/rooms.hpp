#pragma once

#include <string>
#include <string_view>

#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// A channel as IRC spells it, or nullptr.
Room* find_room(State& state, std::string_view channel);
Room* find_room(State& state, const chat::RoomId& id);
Room& make_room(State& state, const chat::RoomId& id, std::string_view channel);

/// A name of the network, counted while the reference lives. `nick` is as it came from IRC.
NameRef hold_name(State& state, std::string_view nick);
/// The name of somebody who is known on this server; `nick` as it came from IRC. False: of nobody.
bool find_name(const State& state, std::string_view nick, NameId& id);
/// Whose nick this is in a room, as the server spells it; false when nobody's.
bool find_source(const State& state, const Room& room, std::string_view nick, NameId& id);
/// As find_source, but in any spelling: for nicks that came from people. Looks at every member when it must.
bool find_member(State& state, const Room& room, std::string_view nick, NameId& id);

/// What a rank means in a room as it is now.
chat::Standing standing_in(const State& state, const Room& room, Rank rank);

/// What a member is now, for the owner, after that has changed; and for ourselves as ourselves.
void tell_occupant(State& state, const Room& room, NameId name, const std::string& actor, Effects& effects);

/// One member went. False when it was not there.
bool remove_member(Room& room, NameId name, Effects& effects);
/// Our own prefix, from a message of ours.
void learn_prefix(State& state, const Source& source);
/// Nobody is known to be there any more; events may still name them.
void forget_members(State& state, Room& room, Effects& effects);
/// CASEMAPPING changed.
void rekey_rooms(State& state);

}  // namespace dragoman::backends::irc
