#pragma once

#include <string_view>

#include "backends/irc/state.hpp"

// Up to where we have read, with whichever client (ircv3.net/specs/extensions/read-marker):
//   C: MARKREAD #tea timestamp=2019-01-04T14:33:26.123Z       the time of a message, as it came
//   S: MARKREAD #tea timestamp=2019-01-04T14:33:26.123Z       the answer; after a JOIN; what another client has read
//   S: MARKREAD #tea *                                        nothing is known
// soju.im/read is the same with READ, of before it was a draft.

namespace dragoman::backends::irc {

inline bool marks_what_is_read(const CapSet& caps) { return caps.has(Cap::read_marker) || caps.has(Cap::soju_read); }

void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, std::string_view target, Effects& effects);
/// What the server said while the room was being joined.
void tell_read_up_to(State& state, const Room& room, Effects& effects);

}  // namespace dragoman::backends::irc
