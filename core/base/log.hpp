#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

// Logs are for the operator at night: one line per fact, `level=warn msg="network lost" network=irc.example.org
// reason=...` to stderr; under systemd (JOURNAL_STREAM is set) with an sd-daemon priority `<4>` in front.
//
//   LOG_WARN("network lost", network, reason, delay);
//
// tests the level first, so that nothing is formatted when it is off; the names of the variables are the keys. Up to
// eight of them. Never message text, passwords or tokens.
//
//   LOG_DEBUG_OF(owner_.bare_view(), "client left room", owner_, resource);
//
// is written at the level debug, and while this owner is watched (the operator's word `debug`) at every level.

namespace dragoman::log {

enum class Level { error, warn, info, debug, trace };

/// "error" ... "trace"; anything else gives false and leaves `level` alone.
bool parse_level(std::string_view name, Level& level);

// The level is the one piece of state that the whole process shares: it is set by main from the configuration, and a
// log that had to be handed to every value type would be read less often than it is written.
namespace detail {
inline Level threshold = Level::info;
inline std::vector<std::string> watched;  // few: whom an operator looks at just now
bool is_watched(std::string_view owner);
}  // namespace detail
std::string_view to_string(Level level);
inline void set_level(Level level) { detail::threshold = level; }
inline Level level() { return detail::threshold; }
inline bool enabled(Level level) { return level <= detail::threshold; }
/// Whether a line about this owner (a bare JID) is written. Costs no look at the name while nobody is watched.
inline bool enabled(Level level, std::string_view owner) {
  return enabled(level) || (!detail::watched.empty() && level <= Level::debug && detail::is_watched(owner));
}
/// Whether lines about some owner may be written, before it is known which.
inline bool enabled_for_some(Level level) {
  return enabled(level) || (!detail::watched.empty() && level <= Level::debug);
}
/// From now on, or no longer: lines of LOG_DEBUG_OF about this owner are written at whatever level. LogControl ends it.
void watch(std::string_view owner, bool yes);

/// Collects one line; the destructor writes it with one write(2).
class Line {
 public:
  Line(Level level, std::string_view message);
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void add(std::string_view key, std::string_view value);
  void add(std::string_view key, const char* value) { add(key, std::string_view{value}); }
  void add(std::string_view key, const std::string& value) { add(key, std::string_view{value}); }
  void add(std::string_view key, bool value) { add(key, value ? std::string_view{"true"} : std::string_view{"false"}); }
  void add(std::string_view key, Fault fault) { add(key, to_string(fault)); }
  void add(std::string_view key, const Error& error);
  template <std::integral T>
  void add(std::string_view key, T value) {
    add(key, std::string_view{std::to_string(value)});
  }
  template <class Rep, class Period>
  void add(std::string_view key, std::chrono::duration<Rep, Period> value) {
    add(key,
        std::string_view{std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(value).count()) + "ms"});
  }
  /// Anything with str() (Jid and the like).
  template <class T>
  requires requires(const T& value) { std::string_view{value.str()}; }
  void add(std::string_view key, const T& value) { add(key, std::string_view{value.str()}); }

 private:
  std::string text_;
};

}  // namespace dragoman::log

#define DRAGOMAN_LOG_1(a) log_line_here.add(#a, a);
#define DRAGOMAN_LOG_2(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_1(__VA_ARGS__)
#define DRAGOMAN_LOG_3(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_2(__VA_ARGS__)
#define DRAGOMAN_LOG_4(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_3(__VA_ARGS__)
#define DRAGOMAN_LOG_5(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_4(__VA_ARGS__)
#define DRAGOMAN_LOG_6(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_5(__VA_ARGS__)
#define DRAGOMAN_LOG_7(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_6(__VA_ARGS__)
#define DRAGOMAN_LOG_8(a, ...) \
  log_line_here.add(#a, a);    \
  DRAGOMAN_LOG_7(__VA_ARGS__)
#define DRAGOMAN_LOG_PICK(_1, _2, _3, _4, _5, _6, _7, _8, name, ...) name
#define DRAGOMAN_LOG_IF(condition, level, message, ...)                                                          \
  do {                                                                                                           \
    if (condition) {                                                                                             \
      ::dragoman::log::Line log_line_here{::dragoman::log::Level::level, message};                               \
      __VA_OPT__(DRAGOMAN_LOG_PICK(__VA_ARGS__, DRAGOMAN_LOG_8, DRAGOMAN_LOG_7, DRAGOMAN_LOG_6, DRAGOMAN_LOG_5,  \
                                   DRAGOMAN_LOG_4, DRAGOMAN_LOG_3, DRAGOMAN_LOG_2, DRAGOMAN_LOG_1)(__VA_ARGS__)) \
    }                                                                                                            \
  } while (false)

#define DRAGOMAN_LOG(level, ...) \
  DRAGOMAN_LOG_IF(::dragoman::log::enabled(::dragoman::log::Level::level), level, __VA_ARGS__)

#define LOG_ERROR(...) DRAGOMAN_LOG(error, __VA_ARGS__)
#define LOG_WARN(...) DRAGOMAN_LOG(warn, __VA_ARGS__)
#define LOG_INFO(...) DRAGOMAN_LOG(info, __VA_ARGS__)
#define LOG_DEBUG(...) DRAGOMAN_LOG(debug, __VA_ARGS__)
#define LOG_TRACE(...) DRAGOMAN_LOG(trace, __VA_ARGS__)
#define LOG_DEBUG_OF(who, ...) \
  DRAGOMAN_LOG_IF(::dragoman::log::enabled(::dragoman::log::Level::debug, who), debug, __VA_ARGS__)
