#pragma once

#include <memory>

#include "net/task.hpp"

namespace dragoman::net {

class Loop;

/// A place where tasks sleep until somebody calls wake(). Nothing is remembered: a wake() that nobody waits for is
/// lost.
class Wakeup {
 public:
  explicit Wakeup(Loop& loop);
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// True after wake(); false when the task's group was stopped.
  Task<bool> wait();
  /// Wakes all that wait now; they go on in a later handler, not inside this call.
  void wake();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

/// Leaves a task whose group was stopped, from a place that has no Result to say so.
[[noreturn]] void throw_stopped();

}  // namespace dragoman::net
