#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backends/webhook/happening.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// Bounds of one hook's queue.
struct QueueLimits {
  std::size_t entries = 10'000;
  std::size_t bytes = 64 * 1024 * 1024;
  unsigned concurrency = 1;                        ///< requests at the same time; more than one gives up the order
  Duration longest_wait = std::chrono::hours{24};  ///< chat goes stale: after it an event is given up
  /// So long may one event that the other side cannot digest hold up those behind it. Where nothing gets through at
  /// all, nobody is held up by it.
  Duration longest_block = std::chrono::minutes{30};
  Duration longest_failure = std::chrono::hours{120};  ///< after it the other side is given up
  Duration dead_kept = std::chrono::hours{24 * 14};
  std::size_t most_dead = 1000;
  bool operator==(const QueueLimits&) const = default;
};

/// What came of one attempt.
struct Answer {
  int status = 0;                                     ///< of HTTP; 0: there was no answer, and
  Error error{};                                      ///< this is why
  std::optional<std::chrono::seconds> retry_after{};  ///< what the other side wants
};

/// One request to be made now.
struct Attempt {
  std::uint64_t number = 0;  ///< names it in on_answer
  Happening happening{};
  bool first = true;  ///< of this event: its answer may be said
};

/// How the other side is, for presence and people.
struct Health {
  enum class State : std::uint8_t { well, failing, disabled };
  State state = State::well;
  std::string text{};                   ///< "503 x4", or why it is disabled
  std::optional<Timestamp> next_try{};  ///< of failing
  bool operator==(const Health&) const = default;
};

/// What one input of a queue caused; its driver sees to it when the input has returned.
struct QueueEffects {
  struct Returned {
    std::string id{};
    Fault fault = Fault::unavailable;
    std::string text{};
    std::string code{};  ///< HTTP status; empty: there was none
  };
  Instant now{};
  Timestamp utc{};
  std::vector<Attempt> attempts{};
  std::vector<std::string> delivered{};  ///< ids of happenings that the other side has taken
  std::vector<Returned> returned{};      ///< given up; kept as dead letters
  std::vector<std::string> notices{};    ///< for the owner, one sentence each
  /// To be kept in this turn's transaction, by keys that are this hook's own; an empty text forgets.
  std::vector<std::pair<std::string, std::string>> documents{};
  std::optional<Health> health{};  ///< it has changed
  bool opened = false;             ///< nothing gets through from now on, but for single probes
};

/// The queue of one hook (webhook_bridge_ops 1.7): events in order, one request at a time, a schedule with chance in
/// it, a breaker, dead letters. No I/O, and time is an input.
///
/// A message has its row in the sender's own queue (delivery::Outgoing), which performs it again after a restart under
/// the same id; whatever has no row is kept here. Of the rest only what a restart must not change is kept: how often
/// the first one was tried, since when nothing gets through, dead letters.
class Queue {
 public:
  Queue(Random& random, QueueLimits limits);

  /// Reads back what was kept, before any other input. `kept`: by the keys of QueueEffects::documents.
  void restore(const std::function<std::string(const std::string& key)>& kept, QueueEffects& effects);

  enum class Durable : std::uint8_t {
    elsewhere,  ///< its sender has a row for it
    here,       ///< nobody else keeps it
  };
  /// Takes an event. What is in the queue already keeps its place; what was delivered a while ago is so again. Faults:
  /// limited (the queue is full), not_allowed (disabled): then nothing was taken.
  Result<void> enqueue(Happening happening, Durable durable, QueueEffects& effects);
  void on_answer(std::uint64_t attempt, const Answer& answer, QueueEffects& effects);
  /// At wake() or later.
  void on_timer(QueueEffects& effects);
  /// When something is to be done next.
  std::optional<Instant> wake() const;

  /// The sender takes it back (an account is erased). What is being told already is told.
  void forget(const std::string& id, QueueEffects& effects);
  /// Tries now what waits for its time.
  void retry(QueueEffects& effects);
  /// Ends being disabled.
  void enable(QueueEffects& effects);
  /// Other bounds from now on, for what waits too.
  void set_limits(const QueueLimits& limits, QueueEffects& effects);
  /// Sends nothing from now on: gives back what waits.
  void disable(const std::string& why, QueueEffects& effects);

  /// Forgets everything, dead letters too: the hook is no more.
  void clear(QueueEffects& effects);

  struct Dead {
    std::string id;
    Timestamp since{};
    std::string why;
    unsigned attempts = 0;  ///< that came to nothing
  };
  const std::deque<Dead>& dead() const { return dead_; }
  bool is_dead(const std::string& id) const;
  /// Puts a dead letter into the queue once more; `text`: what was kept of it under dead_key(). Faults: not_found, as
  /// enqueue.
  Result<void> replay(const std::string& id, const std::string& text, QueueEffects& effects);
  static std::string dead_key(const std::string& id) { return "dead/" + id; }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }
  bool disabled() const { return !disabled_.empty(); }
  Health health() const { return health_; }

 private:
  struct Entry {
    Happening happening{};
    std::uint64_t place = 0;  ///< under which it is kept here; 0: elsewhere
    std::size_t bytes = 0;
    unsigned attempts = 0;  ///< that came to nothing
    unsigned refusals = 0;  ///< of these: something is wrong with this event
    Timestamp taken{};
    Instant expires{};
    std::optional<Instant> blocks_since{};
    Instant due{};
    std::uint64_t in_flight = 0;  ///< Attempt::number; 0: none
  };
  using Entries = std::list<Entry>;

  // queue.cpp
  void step(QueueEffects& effects);
  void begin(Entry& entry, QueueEffects& effects);
  bool may_begin(const Entry& entry, Instant now) const;
  void succeed(Entries::iterator entry, QueueEffects& effects);
  Entries::iterator remove(Entries::iterator entry, QueueEffects& effects);
  Entries::iterator give_up(Entries::iterator entry, Fault fault, const std::string& text, const std::string& code,
                            QueueEffects& effects);
  void give_up_stale(QueueEffects& effects);
  void give_up_all(const std::string& text, const std::string& code, QueueEffects& effects);

  // queue_failing.cpp
  void fail(Entries::iterator entry, const Answer& answer, QueueEffects& effects);
  void recover(QueueEffects& effects);
  Duration pause(unsigned failed);
  bool is_open() const;
  void set_health(Health health, QueueEffects& effects);

  // queue_kept.cpp
  void bury(const Entry& entry, const std::string& why, QueueEffects& effects);
  void drop_old_dead(QueueEffects& effects);
  void keep_state(QueueEffects& effects);
  void keep_range(QueueEffects& effects);
  void keep_dead(QueueEffects& effects);
  void read_state(const std::string& text);

  Random& random_;
  QueueLimits limits_;
  Entries entries_;
  std::size_t bytes_ = 0;
  std::uint64_t last_attempt_ = 0;
  unsigned in_flight_ = 0;
  std::deque<std::string> recent_;  // delivered a while ago; whoever was not told may send them once more
  std::set<std::string, std::less<>> recent_ids_;

  // The other side as a whole.
  unsigned failures_ = 0;  // one after the other, of whatever event
  std::optional<Timestamp> failing_since_{};
  Instant not_before_{};
  std::string disabled_;
  Health health_;
  bool told_ = false;  // the owner knows that it fails

  std::uint64_t gap_ = 0;  // given up since the last event that could say so
  std::deque<Dead> dead_;

  // What is kept.
  struct Before {
    std::string id{};
    unsigned attempts = 0, refusals = 0;
    Timestamp taken{};
    std::uint64_t gap = 0;
  };
  Before before_{};                      // the first one of the last run, until it comes again
  std::uint64_t next_place_ = 1;         // of those that are kept here
  std::string state_text_, range_text_;  // as they were kept last
};

}  // namespace dragoman::backends::webhook
