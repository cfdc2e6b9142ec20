#pragma once

#include "backends/irc/state.hpp"

// What a channel is like: +m +i +k and their like, known from the answer to our MODE and from every MODE after it.

namespace dragoman::backends::irc {

/// MODE without letters; its answer (324) becomes RoomChanged. Behind everything else, so that coming back to many
/// channels costs nobody anything.
void ask_settings(State& state, Room& room, Effects& effects);
/// Before we are in the room (again): nothing is known.
void forget_settings(Room& room);
/// A channel without modes answers our MODE with an error. True when that was it.
bool settings_refused(State& state, Room& room, Effects& effects);

/// One letter that is no rank.
void apply_setting(Room& room, const ModeChange& change);
chat::RoomSettings settings_of(const Isupport& isupport, const Room& room);
void tell_settings(const State& state, Room& room, Effects& effects);
/// Unless the owner has heard the same already.
void tell_changed_settings(const State& state, Room& room, Effects& effects);

}  // namespace dragoman::backends::irc
