#pragma once

#include "net/task.hpp"
#include "net/wakeup.hpp"

namespace dragoman::net {

class Loop;

/// Tells the readers of networks to pause: while the component's output is over its limit, no more is read that would
/// become more output. Readers await released() before each read.
class Pressure {
 public:
  explicit Pressure(Loop& loop) : wakeup_(loop) {}

  bool high() const { return high_; }
  /// Set by whoever watches the output. Going low wakes everybody that waits.
  void set(bool high);
  /// Returns at once while pressure is low. Ends with the task when its TaskGroup is stopped (it throws).
  Task<> released();

 private:
  Wakeup wakeup_;
  bool high_ = false;
};

}  // namespace dragoman::net
