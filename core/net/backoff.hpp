#pragma once

#include <algorithm>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace dragoman::net {

/// Delays between attempts: exponential with full jitter, a random time in [min, min * 2^n], never above max.
class Backoff {
 public:
  /// A `min` under 1 ms counts as 1 ms, or attempts would follow one another at once; a `max` under `min` as `min`.
  Backoff(Duration min, Duration max, Random& random)
      : min_(std::max<Duration>(min, std::chrono::milliseconds{1})), max_(std::max(min_, max)), random_(random) {}

  /// The delay before the next attempt; at least `min`.
  Duration next() {
    if (ceiling_ == Duration{}) {
      ceiling_ = min_;
    } else {
      ceiling_ = ceiling_ > max_ / 2 ? max_ : ceiling_ * 2;
    }
    const auto spread = static_cast<std::uint64_t>((ceiling_ - min_).count());
    return min_ + Duration{static_cast<Duration::rep>(random_.below(spread + 1))};
  }
  /// After a link that worked.
  void reset() { ceiling_ = Duration{}; }

 private:
  Duration min_, max_;
  Duration ceiling_{};
  Random& random_;
};

}  // namespace dragoman::net
