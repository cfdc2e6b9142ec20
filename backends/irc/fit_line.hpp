#pragma once

#include "backends/irc/send_queue.hpp"
#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// A message's line that has waited while our host or nickname became longer would be cut by the server, which sends it
/// on behind our whole prefix: what does not fit any more becomes a line of its own, the next one to that target.
/// Formatting ends with the first of them.
void fit_line(State& state, QueuedLine& line);

}  // namespace dragoman::backends::irc
