#pragma once

#include <functional>
#include <optional>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "net/loop.hpp"
#include "net/task_group.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::test {

/// A loop that the test turns until something has happened. Time stands still unless the test advances it; sockets and
/// threads are real.
class LoopTest : public ::testing::Test {
 protected:
  ~LoopTest() override {
    tasks.stop();
    while (!tasks.empty()) loop.turn();
  }

  template <class Condition>
  void turn_until(Condition condition) {
    // A test that waits for what never comes would sleep in the loop for ever: the process' alarm ends it.
    ::alarm(60);
    while (!condition()) loop.turn();
    ::alarm(0);
  }
  /// Does all that can be done without waiting for a socket or a thread.
  void settle() {
    for (int i = 0; i < 10; ++i) {
      loop.post([] {});
      loop.turn();
    }
  }
  void advance(Duration by) {
    clock.advance(by);
    settle();
  }
  /// Runs a task to its end and gives what it returned.
  template <class T>
  T result_of(std::function<net::Task<T>()> make) {
    std::optional<T> result;
    start<T>(std::move(make), result);
    turn_until([&] { return result.has_value(); });
    return std::move(*result);
  }
  /// Starts a task whose result goes into `result`, which must live as long.
  template <class T>
  void start(std::function<net::Task<T>()> make, std::optional<T>& result) {
    tasks.spawn([make = std::move(make), &result]() -> net::Task<> {
      T value = co_await make();
      result.emplace(std::move(value));
    });
  }

  ManualClock clock;
  net::Loop loop{clock};
  net::TaskGroup tasks{loop};
};

}  // namespace dragoman::test
