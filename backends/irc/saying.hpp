#pragma once

#include <string>

#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// Says a message in a channel that we are in, or to somebody: then `room` is null. In as many lines as it needs, or as
/// one message of several (multiline); what a bot says for somebody under their name where that is possible
/// (relaying.hpp). The command ends by its evidence.
void say(State& state, chat::CommandId id, const chat::SendMessage& message, const std::string& target, Room* room,
         Effects& effects);

}  // namespace dragoman::backends::irc
