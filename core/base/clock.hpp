#pragma once

#include <chrono>
#include <cstdint>

namespace dragoman {

/// Monotonic time: deadlines, intervals. Never jumps.
using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
/// Civil time in UTC with milliseconds: stamps that people and other networks see. May jump.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time as an input: sessions and rooms ask this, so that tests decide what time it is.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual Timestamp utc() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  Timestamp utc() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace dragoman
