#pragma once

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What is said again: in answers of chathistory, and by bouncers of their own accord.

namespace dragoman::backends::irc {

/// In a batch of history (chathistory, znc.in/playback), at whatever depth.
bool is_in_history(const State& state, const Message& message);
/// In such a batch, or said before this link was made, as server-time tells (the buffers of ZNC).
bool is_replayed(const State& state, const Message& message);
/// `time`: time_of(message).
bool is_replayed(const State& state, const Message& message, std::optional<Timestamp> time);
/// In a batch of history, what changes who is where or what a channel is like (event-playback): long past.
bool is_event_of_the_past(const State& state, const Message& message);

}  // namespace dragoman::backends::irc
