#pragma once

#include "base/histogram.hpp"
#include "base/timers.hpp"

namespace dragoman::admin {

/// How late the loop is: what a second's timer finds when it rings. Whatever keeps the loop busy delays everybody by as
/// much.
class LoopLag {
 public:
  explicit LoopLag(Timers& timers) : timer_(timers), clock_(timers.clock()) {}
  void start() {
    const Instant due = clock_.now() + std::chrono::seconds{1};
    timer_.set(due, [this, due] {
      times_.add(clock_.now() - due);
      start();
    });
  }
  void stop() { timer_.clear(); }
  const Histogram& times() const { return times_; }

 private:
  Timer timer_;
  const Clock& clock_;
  Histogram times_;
};

}  // namespace dragoman::admin
