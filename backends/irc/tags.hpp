#pragma once

#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What is said by tags alone (TAGMSG): reactions (ircv3.net: react), and that somebody writes (typing.hpp).

namespace dragoman::backends::irc {

/// XMPP tells the whole set, IRC each change.
void react(State& state, chat::CommandId id, const chat::React& react, std::string_view target, Effects& effects);

void on_tags(State& state, const Message& message, Effects& effects);

}  // namespace dragoman::backends::irc
