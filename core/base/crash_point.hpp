#pragma once

// CRASH_POINT("after_commit") names an instant that the crash test wants to end the process at, with DRAGOMAN_CRASH_AT:
// "after_commit:3" is the third pass through it, on whatever thread. Only builds with DRAGOMAN_CRASH_POINTS contain any
// of it. In such a build DRAGOMAN_OPEN_GATE=1 lets output leave before it is on disk: the crash test must fail with it,
// or it would prove nothing.

#ifdef DRAGOMAN_CRASH_POINTS

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace dragoman {

inline void crash_point(std::string_view name) {
  struct Plan {
    std::string_view name;
    std::atomic<std::int64_t> left = 0;  // passes until the end
    Plan() {
      const char* const variable = std::getenv("DRAGOMAN_CRASH_AT");
      const std::string_view text = variable == nullptr ? "" : variable;
      const std::size_t colon = text.rfind(':');
      name = text.substr(0, colon);
      std::int64_t passes = 1;
      if (colon != std::string_view::npos) std::from_chars(text.data() + colon + 1, text.data() + text.size(), passes);
      left = passes;
    }
  };
  static Plan plan;
  // SIGKILL, not abort(): nothing may be flushed or cleaned up, as with a power cut.
  if (!plan.name.empty() && name == plan.name && plan.left.fetch_sub(1) == 1) std::raise(SIGKILL);
}

/// Whether output is to leave without its commit.
inline bool gate_is_open() { return std::getenv("DRAGOMAN_OPEN_GATE") != nullptr; }

}  // namespace dragoman

#define CRASH_POINT(name) ::dragoman::crash_point(name)
#else
#define CRASH_POINT(name) static_cast<void>(0)

namespace dragoman {
constexpr bool gate_is_open() { return false; }
}  // namespace dragoman
#endif
