#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "base/timers.hpp"
#include "base/token_bucket.hpp"

namespace dragoman::backends::irc {

/// Who may connect next: when many sessions start at once (our own start, the server's restart) the server sees them
/// one after the other, and not as a flood that it throttles or bans.
class ConnectQueue {
 public:
  /// One that wants to connect. connect_now() is called once for each request(), possibly inside it.
  class Waiting {
   public:
    virtual void connect_now() = 0;

   protected:
    ~Waiting() = default;
  };
  struct Limits {
    std::size_t in_progress = 20;       ///< connecting or registering
    std::optional<TokenBucket> rate{};  ///< attempts over time; empty: a server of one's own
  };

  ConnectQueue(Timers& timers, Limits limits) : limits_(std::move(limits)), timer_(timers), clock_(timers.clock()) {}

  void set_limits(Limits limits);
  void request(Waiting& waiting);
  /// Forgets a request that has not been granted.
  void cancel(Waiting& waiting);
  /// One that was granted is registered, or failed: gives the place back.
  void finished(bool registered);
  /// Nobody connects before then; after it one at a time, until one is registered.
  void hold(Instant until);
  Instant held_until() const { return held_until_; }

 private:
  void grant();

  Limits limits_;
  Timer timer_;
  const Clock& clock_;
  std::deque<Waiting*> waiting_;
  std::size_t in_progress_ = 0;
  Instant held_until_{};
  bool one_at_a_time_ = false;
};

}  // namespace dragoman::backends::irc
