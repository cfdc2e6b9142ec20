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
/// Whose nick this is in a room, as the server spells it; false when nobody's.
bool find_source(State& state, const Room& room, std::string_view nick, NameId& id);
/// As find_source, but in any spelling: for nicks that came from people. Looks at every member when it must.
bool find_member(State& state, const Room& room, std::string_view nick, NameId& id);

void join_room(State& state, chat::CommandId command, const chat::JoinRoom& join, Effects& effects);
void leave_room(State& state, chat::CommandId command, const chat::LeaveRoom& leave, Effects& effects);
/// JOIN for everything that waits to be joined, several channels a line.
void join_wanted(State& state, Effects& effects);

/// Our own JOIN and all names have come.
void room_is_joined(State& state, Room& room, Effects& effects);
/// The server said no to our JOIN.
void join_refused(State& state, Room& room, Fault fault, const std::string& text, Effects& effects);
/// We are out of the room: tells the owner if it knew the room, ends what waits, forgets the room.
void room_is_left(State& state, Room& room, chat::RoomLeft left, Effects& effects);

/// Ends joins and leaves that are over their deadline.
void expire_rooms(State& state, Effects& effects);
std::optional<Instant> next_room_deadline(const State& state);
/// The link is gone: joined rooms wait for the next one.
void rooms_lost(State& state, Effects& effects);
/// There will be no next link: ends every join that waits.
void give_up_joins(State& state, Fault fault, const std::string& text, Effects& effects);
/// CASEMAPPING changed.
void rekey_rooms(State& state);

}  // namespace dragoman::backends::irc
