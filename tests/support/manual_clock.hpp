#pragma once

#include "base/clock.hpp"

namespace dragoman::test {

/// A clock that the test moves.
class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  Timestamp utc() const override { return utc_; }
  void advance(Duration by) {
    now_ += by;
    utc_ += std::chrono::duration_cast<std::chrono::milliseconds>(by);
  }
  void set_utc(Timestamp utc) { utc_ = utc; }

 private:
  Instant now_ = Instant{} + std::chrono::hours{1};
  Timestamp utc_ = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + std::chrono::hours{9};
};

}  // namespace dragoman::test
