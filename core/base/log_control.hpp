#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/timers.hpp"

namespace dragoman {

/// What an operator changes about the log while the program runs: its level, and whom to look at. Both end by
/// themselves; nothing of it is kept over a restart.
class LogControl {
 public:
  /// `configured`: the level of the configuration, in force from now on.
  LogControl(Timers& timers, log::Level configured);
  ~LogControl();
  LogControl(const LogControl&) = delete;
  LogControl& operator=(const LogControl&) = delete;

  /// Another level: for so long, or until the next change.
  void set_level(log::Level level, std::optional<Duration> time);
  /// The configuration was read again: its level is in force, whatever an operator had set.
  void configure(log::Level level);
  log::Level configured() const { return configured_; }

  /// Lines about this person (bare JID) are written at debug, for so long. Anew: the time begins again.
  void watch(const std::string& person, Duration time);
  /// False: they were not watched.
  bool unwatch(const std::string& person);
  /// Who is watched, and until when.
  std::map<std::string, Instant> watched() const;

 private:
  void set(log::Level level);

  Timers& timers_;
  log::Level configured_;
  Timer level_timer_;
  struct Watched {
    Watched(Timers& timers, Instant when) : until(when), timer(timers) {}
    Instant until;
    Timer timer;
  };
  std::map<std::string, Watched> watched_;
};

}  // namespace dragoman
