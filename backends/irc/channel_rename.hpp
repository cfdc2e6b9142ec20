#pragma once

#include "backends/irc/state.hpp"

// A channel gets another name (ircv3.net/specs/extensions/channel-rename): everybody in it is in the new one.
//   S: :nick!user@host RENAME #boaring #boring :Typo fix
// To the owner it has moved. We stay in it for a minute, in which whoever goes along finds the door open, and leave it
// when nobody has come.

namespace dragoman::backends::irc {

/// "FAIL JOIN CHANNEL_RENAMED #old #new :text". False when it is something else.
bool channel_was_renamed(State& state, const Message& message, Effects& effects);

}  // namespace dragoman::backends::irc
