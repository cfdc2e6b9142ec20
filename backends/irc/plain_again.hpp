#pragma once

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// Channels that take no formatting: +c refuses what has colours (InspIRCd all codes), +S takes them away.

namespace dragoman::backends::irc {

bool takes_codes(const Room& room);
/// What is said without formatting.
chat::Content without_spans(chat::Content content);

/// The one line of a message was written with codes.
void remember_formatted(State& state, Evidence::Slot slot, chat::CommandId command, const chat::SendMessage& message);
/// 404 ("no formatting here"; in which words servers do not agree) for such a line: it is said again, once, without
/// codes, and later ones have none. False when it was about something else.
bool say_plain_again(State& state, const Message& message, Effects& effects);

}  // namespace dragoman::backends::irc
