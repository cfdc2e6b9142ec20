#pragma once

#include "chat/command.hpp"

namespace dragoman::chat {

/// The key of a message, by which a network that is told it twice takes it once; of a command that is none: 0.
OnceKey key_of(const Command& command);
/// Of a command that is no message: does nothing.
void set_key(Command& command, OnceKey key);

}  // namespace dragoman::chat
