#pragma once

#include <optional>
#include <string>

#include "backends/irc/state.hpp"

// From the wish to be in a channel until we have left it, over any number of links.

namespace dragoman::backends::irc {

/// Offline, and the next link is tried when nobody waits for it any more.
bool nobody_gets_in_soon(const State& state, Instant now);
void join_room(State& state, chat::CommandId command, const chat::JoinRoom& join, Effects& effects);
void leave_room(State& state, chat::CommandId command, const chat::LeaveRoom& leave, Effects& effects);
/// JOIN for everything that waits to be joined, several channels a line.
void join_wanted(State& state, Effects& effects);

/// We are in the channel: where the server does not say by itself who else is (no-implicit-names), it is asked. Of a
/// channel that a bouncer is in, only when its owner enters it.
void ask_names(State& state, Room& room, Effects& effects);
/// Our own JOIN and all names have come.
void room_is_joined(State& state, Room& room, Effects& effects);
/// A JOIN that the server refused for now is repeated by itself: while its owner waits for the answer, and for ten
/// minutes where they were in the channel before the link was lost. False: it is refused for good.
bool join_again(State& state, Room& room, ErrorRow::Again again, Fault fault, const std::string& text,
                Effects& effects);
/// The server said no to our JOIN.
void join_refused(State& state, Room& room, Fault fault, const std::string& text, Effects& effects);
/// We are out of the room: tells the owner if it knew the room, ends what waits, forgets the room.
void room_is_left(State& state, Room& room, chat::RoomLeft left, Effects& effects);

/// Ends joins and leaves that are over their deadline.
void expire_rooms(State& state, Effects& effects);
/// The JOINs whose time has come again.
void repeat_joins(State& state, Effects& effects);
std::optional<Instant> next_room_deadline(const State& state);
/// The link is gone: joined rooms wait for the next one.
void rooms_lost(State& state, Effects& effects);
/// There will be no next link: ends every join that waits.
void give_up_joins(State& state, Fault fault, const std::string& text, Effects& effects);
}  // namespace dragoman::backends::irc
