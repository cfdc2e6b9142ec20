#pragma once

#include <string>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// Messages that are taken back (ircv3.net: message-redaction).

namespace dragoman::backends::irc {

/// All lines of a message of ours that became several; of anybody else's the one that is named.
void redact(State& state, chat::CommandId id, const chat::RetractMessage& wish, std::string_view target,
            Effects& effects);
/// "FAIL REDACT code target msgid :text" without a label. False: no redaction of ours waits for it.
bool redaction_refused(State& state, const Message& message, Fault fault, const std::string& text, Effects& effects);

}  // namespace dragoman::backends::irc
