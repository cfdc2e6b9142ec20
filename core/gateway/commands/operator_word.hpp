#pragma once

#include <memory>

#include "gateway/commands/command.hpp"
#include "gateway/commands/word.hpp"

namespace dragoman::gateway::commands {

/// A word of the operator as a dialog of an admin: its parameters are a form, its report the result.
std::unique_ptr<chat::Dialog> make_operator_word(Opening opening, const Word& word);

/// "jid [for] [reason]"
std::string usage_of(const Word& word);

}  // namespace dragoman::gateway::commands
