#pragma once

#include <string_view>

#include "backends/matrix/message_read.hpp"

// Polls (MSC3381) as programs write them: with the names of the proposal's first version and the prefix
// org.matrix.msc3381 (Element), with its final ones, or with something between.

namespace dragoman::backends::matrix {

bool is_poll_event(std::string_view type);
/// PollStarted, PollVoted, PollEnded; Edited for a poll that its sender has changed; NoMessage when it makes no sense.
Message read_poll(const Event& event);

}  // namespace dragoman::backends::matrix
