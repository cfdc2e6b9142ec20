#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The warnings and errors of late, grouped, for who looks at the program from outside. Like the level they belong to
// the whole process: lines come from every thread.
namespace dragoman::log {

/// Lines of one level that say the same of the same network.
struct Problem {
  bool is_error = false;  ///< else a warning
  std::string message;    ///< msg=
  std::string network;    ///< network=; empty: none is named
  std::string details;    ///< the rest of the newest line: reason=... delay=...
  std::uint64_t count = 0;
  std::chrono::system_clock::time_point first, last;
};

/// Of all that were written since the start: at most this many groups are kept, the ones that came last.
inline constexpr std::size_t most_problems = 64;

/// The groups, the one that came last first.
std::vector<Problem> problems();
/// How many lines there were since the start, kept or not.
struct ProblemCounts {
  std::uint64_t warnings = 0, errors = 0;
};
ProblemCounts problem_counts();

/// A line as it is written, without its end; kept when it is a warning or an error. Called by Line.
void note_problem(std::string_view line);
/// For tests: as at the start.
void forget_problems();

}  // namespace dragoman::log
