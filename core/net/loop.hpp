#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "base/timers.hpp"
#include "net/task.hpp"

namespace boost::asio {
class io_context;
}

namespace dragoman::net {

class Idents;
class Readiness;
class Resolver;
class TlsContexts;

/// The one thread: sockets, timers, and the gate at the end of each turn. A turn is at most 256 ready handlers.
class Loop {
 public:
  /// Ignores SIGPIPE for the process: a peer that went away is an error of write(2), not our end.
  explicit Loop(const Clock& clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(). Each turn: ready handlers, due timers, Gate::end_turn().
  void run();
  /// One turn: sleeps until there is something to do, does it. For tests that look at the state after each.
  void turn();
  /// Ends run() after the turn that works now. On the loop's thread; elsewhere post() it.
  void stop() { stopped_ = true; }
  /// From any thread: runs `action` on the loop's thread in some later turn.
  void post(std::function<void()> action);
  /// Calls `action` on SIGTERM, SIGINT and SIGHUP, every time.
  void on_signal(std::function<void(int)> action);

  Timers& timers() { return timers_; }
  Gate& gate() { return gate_; }
  const Clock& clock() const { return clock_; }
  boost::asio::io_context& context();
  Readiness& readiness();
  Resolver& resolver();
  TlsContexts& tls_contexts();
  Idents& idents();
  /// Suspends the calling task; wakes up at `when` or later. Throws out of a task whose group is stopped meanwhile.
  Task<> sleep_until(Instant when);

 private:
  struct Inner;  // keeps Asio out of this header: everybody includes it
  void sleep_until_something_is_due();

  const Clock& clock_;
  Timers timers_;
  Gate gate_;
  bool stopped_ = false;
  std::unique_ptr<Inner> inner_;  // last: what it destroys still uses the timers and the gate
};

}  // namespace dragoman::net
