#pragma once

#include <optional>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// That somebody writes (ircv3.net: client-tags/typing; XEP-0085). Channels are told, and heard, only where the operator
// says so: everybody there hears of every key that is pressed.

namespace dragoman::backends::irc {

/// To a person or a channel. "active" is said again by itself while they go on, because others forget it after 6 s and
/// clients of XMPP say it once.
void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, std::string_view target,
                Effects& effects);
/// We have said to this channel or person (folded) what we wrote.
void has_spoken(State& state, std::string_view folded);

/// An error names somebody whom we tell that we write: they are told no more. False when there is nobody of that name.
bool typing_is_refused(State& state, std::string_view target);

/// +typing of somebody: active, paused, done.
void on_typing(State& state, const Message& message, std::string_view value, Effects& effects);
/// They have said what they wrote.
void stopped_typing(State& state, const chat::Conversation& conversation, const chat::PersonId& person);

/// Who said that they write and then nothing more; and we, who still do.
void expire_typing(State& state, Effects& effects);
std::optional<Instant> next_typing_deadline(const State& state);

}  // namespace dragoman::backends::irc
