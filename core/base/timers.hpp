#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace dragoman {

/// Every deadline of the program in one heap. Whoever runs the loop asks `next()` how long it may sleep and then calls
/// `run()`; nothing walks users. Cancelled entries stay in the heap until their time and are skipped there.
class Timers {
 public:
  using Id = std::uint64_t;  ///< 0 is never given out

  explicit Timers(const Clock& clock) : clock_(clock) {}
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// Calls `action` once, at or after `when`. Returns what cancel() takes.
  Id at(Instant when, std::function<void()> action);
  Id after(Duration delay, std::function<void()> action) { return at(clock_.now() + delay, std::move(action)); }
  /// Forgets a timer; an id that has run, was cancelled or is 0 is ignored.
  void cancel(Id id);
  /// The earliest deadline, or nothing when no timer waits.
  std::optional<Instant> next();
  /// Runs all actions that are due at `now`, in the order of their deadlines. An action may add and cancel timers.
  void run(Instant now);

  const Clock& clock() const { return clock_; }

 private:
  struct Entry {
    Instant when;
    Id id;
    bool operator>(const Entry& other) const { return when != other.when ? when > other.when : id > other.id; }
  };
  void drop_cancelled();

  const Clock& clock_;
  Id last_id_ = 0;
  std::vector<Entry> heap_;
  std::unordered_map<Id, std::function<void()>> actions_;
};

/// One deadline that its owner sets, moves and clears; cancelled with its owner.
class Timer {
 public:
  explicit Timer(Timers& timers) : timers_(timers) {}
  ~Timer() { clear(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void set(Instant when, std::function<void()> action) {
    clear();
    id_ = timers_.at(when, std::move(action));
  }
  void set_after(Duration delay, std::function<void()> action) {
    set(timers_.clock().now() + delay, std::move(action));
  }
  void clear() {
    timers_.cancel(id_);
    id_ = 0;
  }

 private:
  Timers& timers_;
  Timers::Id id_ = 0;
};

}  // namespace dragoman
