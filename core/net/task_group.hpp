#pragma once

#include <functional>
#include <memory>

#include "net/task.hpp"

namespace dragoman::net {

class Loop;

/// The coroutines of one driver. stop() asks them to end: the await that they are in fails with Fault::closed, and the
/// next one throws out of the task, quietly. The driver may be destroyed once empty() holds: hand it to a Graveyard, a
/// destructor cannot wait on the only thread.
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop);
  ~TaskGroup();  // aborts when a task still runs: that is a bug of the owner
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Starts `make()` in a later handler of the loop, never inside this call; does nothing after stop(). `make` lives as
  /// long as its task. An exception that leaves the task is logged and counted as its end.
  void spawn(std::function<Task<>()> make);
  /// Asks all tasks to end, in a later handler of the loop.
  void stop();
  bool stopping() const;
  bool empty() const;
  /// Called once, in a later handler of the loop, when the last task has ended after stop(). The action may destroy the
  /// group.
  void on_empty(std::function<void()> action);

 private:
  struct Inner;
  std::shared_ptr<Inner> inner_;  // shared with the completion handlers of its tasks, which may run last
};

}  // namespace dragoman::net
