#pragma once

#include <optional>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// What is said by tags alone (TAGMSG): that somebody writes (ircv3.net: typing), reactions (react).

namespace dragoman::backends::irc {

/// To a person; channels are not told.
void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, std::string_view nick,
                Effects& effects);
/// XMPP tells the whole set, IRC each change.
void react(State& state, chat::CommandId id, const chat::React& react, std::string_view target, Effects& effects);

void on_tags(State& state, const Message& message, Effects& effects);
/// Who said that they write and then nothing more.
void expire_typing(State& state, Effects& effects);
std::optional<Instant> next_typing_deadline(const State& state);
/// They have said what they wrote.
void stopped_typing(State& state, const chat::PersonId& person);

}  // namespace dragoman::backends::irc
