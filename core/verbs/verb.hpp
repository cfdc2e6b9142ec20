#pragma once

#include <functional>
#include <span>

namespace CLI {
class App;
}

namespace dragoman::verbs {

/// What `dragoman NAME ...` does, once its options are read: gives the exit code (exit_code.hpp).
using Action = std::function<int()>;

/// A word behind `dragoman`, with options of its own.
struct Verb {
  const char* name;
  const char* summary;  ///< a line of `dragoman --help`
  /// Adds the options to the subcommand; what they are read into lives as long as the action.
  Action (*add)(CLI::App& command);
};

/// All of them, in the order of `dragoman --help`.
std::span<const Verb> all();

}  // namespace dragoman::verbs
