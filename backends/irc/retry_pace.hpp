#pragma once

#include <optional>

#include "backends/irc/farewell.hpp"
#include "base/random.hpp"
#include "net/backoff.hpp"

namespace dragoman::backends::irc {

/// When one person's link is tried again after it ended.
class RetryPace {
 public:
  /// `min`, `max`: `reconnect` of the configuration, for links that broke. A refusal is never waited for longer than
  /// `max` either; an operator with a server of their own may be quick.
  RetryPace(Duration min, Duration max, Random& random)
      : max_(max), random_(random), broken_(min, max, random), longer_(shortest_pause, longest_pause, random) {}

  /// Nothing for never, and for throttled, which is for all links together (Throttle).
  std::optional<Duration> next(Farewell::Retry retry);
  /// After a link that worked.
  void reset();

  static constexpr auto shortest_pause = std::chrono::minutes{2};
  static constexpr auto longest_pause = std::chrono::minutes{30};

 private:
  Duration after_refusal();

  Duration max_;
  Random& random_;
  net::Backoff broken_, longer_;
  unsigned refusals_ = 0;
};

/// A server that refuses us because there are too many of us, or we come too fast, gets no attempt of anybody for a
/// while: at least 2 minutes, twice as long each time.
class Throttle {
 public:
  explicit Throttle(Random& random) : pause_(RetryPace::shortest_pause, RetryPace::longest_pause, random) {}

  /// An attempt that began at `began` was refused now. Those that were under way together count once. Until when to
  /// wait.
  Instant refused(Instant began, Instant now);
  /// Somebody was let in.
  void reset() { pause_.reset(); }

 private:
  net::Backoff pause_;
  Instant since_{}, until_{};
};

}  // namespace dragoman::backends::irc
