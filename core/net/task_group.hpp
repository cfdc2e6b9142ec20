#pragma once

#include "net/task.hpp"

#include <functional>
#include <memory>

namespace dragoman::net {

class Loop;

/// The coroutines of one driver. stop() asks them to end (their current await fails with Fault::closed); the driver may
/// be destroyed once empty() holds: hand it to Graveyard, a destructor cannot wait on the only thread.
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop);
  ~TaskGroup();  // aborts when a task still runs: that is a bug of the owner
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `make()` on the loop. An exception that leaves the task is logged and counted as its end.
  void spawn(std::function<Task<>()> make);
  void stop();
  bool stopping() const;
  bool empty() const;
  /// Called once, when the last task has ended after stop() (at once when none runs).
  void on_empty(std::function<void()> action);

 private:
  struct Inner;
  std::shared_ptr<Inner> inner_;  // shared with the completion handlers of its tasks, which may run last
};

}  // namespace dragoman::net
