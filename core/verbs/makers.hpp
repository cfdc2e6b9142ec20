#pragma once

#include "verbs/verb.hpp"

// One function a verb, in the file of its name; table.cpp lists them.
namespace dragoman::verbs {

Action add_init(CLI::App& command);
Action add_check(CLI::App& command);
Action add_backup(CLI::App& command);
Action add_restore(CLI::App& command);

}  // namespace dragoman::verbs
