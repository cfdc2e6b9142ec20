#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"
#include "backends/irc/translate.hpp"

// Messages of several lines (ircv3.net: multiline, client-batch).

namespace dragoman::backends::irc {

/// The server takes a text of several lines as one message.
bool takes_multiline(const Link& link);
/// The lines of a text as few batches as the limits allow; none is empty, and none begins or ends with an empty line.
std::vector<std::vector<BatchLine>> make_batches(std::vector<BatchLine> lines, const MultilineLimits& limits);

/// "BATCH +reference draft/multiline target"
void multiline_begins(State& state, std::string_view reference, const Message& message);
/// A line of a message that is coming. False: it is none.
bool is_part_of_multiline(State& state, const Message& message);
/// All of it is here: it is a message like any other, with the tags of its batch.
void multiline_ends(State& state, std::string_view reference, Effects& effects);

}  // namespace dragoman::backends::irc
