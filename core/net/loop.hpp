#pragma once

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "base/timers.hpp"
#include "net/task.hpp"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace dragoman::net {

/// The one thread: sockets, timers, and the gate at the end of each turn. A turn is at most 256 ready handlers.
class Loop {
 public:
  explicit Loop(const Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(). Each turn: ready handlers, due timers, Gate::end_turn().
  void run();
  void stop();
  /// From any thread: runs `action` on the loop's thread in some later turn.
  void post(std::function<void()> action);
  /// Calls `action` on SIGTERM and SIGINT, every time.
  void on_signal(std::function<void(int)> action);

  Timers& timers() { return timers_; }
  Gate& gate() { return gate_; }
  const Clock& clock() const { return clock_; }
  boost::asio::io_context& context();
  /// Suspends the calling task; wakes up at `when` or later.
  Task<> sleep_until(Instant when);

 private:
  struct Inner;  // keeps Asio out of this header: everybody includes it
  const Clock& clock_;
  Timers timers_;
  Gate gate_;
  std::unique_ptr<Inner> inner_;
};

}  // namespace dragoman::net
