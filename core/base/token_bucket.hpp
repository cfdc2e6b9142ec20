#pragma once

#include "base/clock.hpp"

namespace dragoman {

/// Allows `burst` actions at once and one more every `interval`. Computed from timestamps: an idle bucket costs
/// nothing.
class TokenBucket {
 public:
  TokenBucket(double burst, Duration interval) : burst_(burst), interval_(interval), tokens_(burst) {}

  /// Another limit from now on; what was taken stays taken.
  void set_limit(double burst, Duration interval) {
    if (burst == burst_ && interval == interval_) return;
    tokens_ += burst > burst_ ? burst - burst_ : 0;
    burst_ = burst, interval_ = interval;
    if (tokens_ > burst_) tokens_ = burst_;
  }
  /// Takes one token if there is one.
  bool take(Instant now) {
    refill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  /// When the next token is there; `now` if one is there already.
  Instant ready_at(Instant now) {
    refill(now);
    if (tokens_ >= 1) return now;
    // Rounded up, or the caller would wake a moment too early and spin.
    return now + std::chrono::duration_cast<Duration>(interval_ * (1 - tokens_)) + std::chrono::milliseconds{1};
  }

 private:
  void refill(Instant now) {
    if (last_ == Instant{}) last_ = now;
    if (interval_.count() <= 0) {
      tokens_ = burst_;
      return;
    }
    tokens_ += std::chrono::duration<double>(now - last_) / std::chrono::duration<double>(interval_);
    if (tokens_ > burst_) tokens_ = burst_;
    last_ = now;
  }

  double burst_;
  Duration interval_;
  double tokens_;
  Instant last_{};
};

}  // namespace dragoman
