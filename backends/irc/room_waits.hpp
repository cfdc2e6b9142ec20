#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/state.hpp"

// Who waits for a channel to be joined or left, and until when. State::waiting counts all of it, so that a session in
// which nobody waits looks at no room.

namespace dragoman::backends::irc {

/// Ends every JoinRoom that waits for the room.
void end_joins(State& state, Room& room, chat::Failed::Outcome outcome, Fault fault, const std::string& text,
               Effects& effects);
void end_leaves(State& state, Room& room, Effects& effects);
/// The room is joined again, or left: nothing is due any more.
void clear_rejoin(State& state, Room& room);
/// When its JOIN is repeated.
std::optional<Instant> again_at(const Room& room);
/// A JOIN that was to be repeated later may be written at once.
void ask_now(Room& room);

chat::RoomLeft left_for(const Room& room, chat::RoomLeft::Why why);
void write_part(State& state, Room& room, std::string_view reason, Effects& effects);
void erase_room(State& state, Room& room, Effects& effects);

}  // namespace dragoman::backends::irc
