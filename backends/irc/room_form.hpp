#pragma once

#include "backends/irc/state.hpp"

// The settings of a channel as a form, and what is sent back as MODE lines.

namespace dragoman::backends::irc {

/// Answers at once, or when the settings have come.
void get_room_form(State& state, Room& room, chat::CommandId id, Effects& effects);
/// The settings have come: answers what waits for them.
void forms_are_due(State& state, Room& room, Effects& effects);

/// Writes the differences as MODE lines and a PING behind them; when that is answered, what the channel is like then
/// is the result. Fault::unacceptable and Fault::unsupported before anything is written.
void configure_room(State& state, Room& room, chat::CommandId id, const chat::Fields& fields, Effects& effects);
/// A PONG that may be the one behind the MODE lines.
void settings_written(State& state, std::string_view token, Effects& effects);

}  // namespace dragoman::backends::irc
