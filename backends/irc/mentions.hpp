#pragma once

#include "backends/irc/state.hpp"
#include "chat/content.hpp"

namespace dragoman::backends::irc {

/// "bob: hello" in a room where bob is: the nickname in front becomes a mention, IRC has no other sign for one. Only as
/// clients complete it, in bob's own spelling and before ":" or ",".
void mark_mention(const State& state, const Room& room, chat::Content& content);

}  // namespace dragoman::backends::irc
