#pragma once

#include "verbs/verb.hpp"

// One function a verb, in the file of its name; table.cpp lists them.
namespace dragoman::verbs {

Action add_init(CLI::App& command);
Action add_check(CLI::App& command);
Action add_backup(CLI::App& command);
Action add_restore(CLI::App& command);
Action add_import(CLI::App& command);
Action add_matrix(CLI::App& command);
/// What the running gateway is asked or told: the words of gateway/commands/word.hpp that begin with the verb's name.
Action add_operator(CLI::App& command);
Action add_unban(CLI::App& command);
Action add_bans(CLI::App& command);

}  // namespace dragoman::verbs
