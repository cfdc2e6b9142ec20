#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"
#include "backends/matrix/effects.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "net/http.hpp"

namespace dragoman::backends::matrix {

/// What came back for a request: an answer of whatever status, or none.
struct Returned {
  std::optional<net::HttpResponse> response;
  Error error;  ///< without a response
};

/// The calls of one session: which go out when, which wait for another one, for a limit or for a new access token,
/// which are tried again, and what is done with their answers.
///
/// * At most `most_at_once` are under way beside /sync; of a lane one.
/// * M_LIMIT_EXCEEDED: the call and all counted ones wait as long as the homeserver says, with up to a fifth of chance
///   on top; the order of a lane stays. A limit costs no patience, but who has waited for `most_wait` has failed.
/// * 5xx, a page that is not JSON, a lost connection: again after 1 s, 2 s ... 30 s while there is patience (kind
///   `again`). A call that gets the fifth 500 while others succeed has failed: it is the poison.
/// * What is said in an encrypted room is sealed as the last thing, also when it was queued before; what cannot be
///   sealed is never sent, and not sent again.
/// * 401 M_UNKNOWN_TOKEN: everything waits, Effects::refresh; resume() sends it again.
class Calls {
 public:
  static constexpr std::size_t most_at_once = 8;
  static constexpr auto most_wait = std::chrono::minutes{10};

  /// Seals what a call says in a room, right before it leaves: the content of an m.room.encrypted event, or why it may
  /// not leave; nothing where the room is not encrypted.
  using Seal = std::function<std::optional<Result<std::string>>(const Call::Saying& says, const std::string& content)>;

  explicit Calls(Random& random, Seal seal = {}) : random_(random), seal_(std::move(seal)) {}

  CallId add(Call call, Then then, Effects& effects);
  /// A name for what goes out beside the calls (Transfer).
  CallId next_id() { return CallId{++last_}; }
  /// Nobody is interested any more: it is not sent, and its Then is not called.
  void abandon(CallId id, Effects& effects);
  bool has(CallId id) const { return calls_.contains(id); }
  /// A limit keeps it waiting, the homeserver cannot have taken it, and nothing in its lane stands behind it: it may
  /// still say more.
  bool may_change(CallId id, Instant now) const;
  void change(CallId id, std::string body);
  /// The same of two that wait one directly behind the other in their lane: they may become one.
  bool may_join(CallId first, CallId second, Instant now) const;
  /// Calls what was given to add(), unless the call is tried again.
  void on_returned(CallId id, const Returned& returned, State& state, Effects& effects);
  /// Goes on with what is due.
  void on_wake(State& state, Effects& effects);
  std::optional<Instant> wake() const;
  /// Ends what may not leave because its room has been encrypted. At the end of each input.
  void end_refused(State& state, Effects& effects);
  /// There is a new access token.
  void resume(Effects& effects);
  /// The homeserver is lost: every call has failed with this, unsure where it was under way. What their Thens add goes
  /// nowhere before resume().
  void lost(const Error& error, State& state, Effects& effects);
  bool empty() const { return calls_.empty(); }

 private:
  struct Entry {
    Call call;
    Then then;
    Instant added{};
    bool sent = false;               ///< a request is under way
    bool doubtful = false;           ///< an attempt had no answer, or one that says nothing
    bool sealed = false;             ///< path and body are those of an m.room.encrypted event
    std::optional<Error> refused{};  ///< it could not be sealed
    int attempts = 0, poisoned = 0;
    std::optional<Instant> expires{};     ///< from its first request on
    std::optional<Instant> not_before{};  ///< of this call alone
  };
  using Entries = std::map<CallId, Entry>;
  /// Of one lane, or of none ("").
  using Lane = std::set<CallId>;

  /// Those that may be under way: of each lane the first, and all that are in none. In order of time.
  std::vector<CallId> candidates() const;
  const Lane& lane_of(const Entry& entry) const { return lanes_.find(entry.call.lane)->second; }
  void erase(Entries::iterator at);
  void pump(Effects& effects);
  void send(CallId id, Entry& entry, Effects& effects);
  /// False: it may not leave.
  bool seal(Entry& entry);
  bool is_held(const Entry& entry, Instant now) const;
  /// True: it is tried again, later.
  bool try_again(Entry& entry, bool poison, Instant now);
  void limited(Entry& entry, std::optional<Duration> pause, Instant now);
  void finish(Entries::iterator at, const Answer& answer, State& state, Effects& effects);

  Random& random_;
  Seal seal_;
  Entries calls_;                      // in order of time
  std::map<std::string, Lane> lanes_;  // the same; none is empty
  std::optional<Instant> limited_until_;
  bool held_ = true;  // there is no access token, or no homeserver
  std::uint64_t last_ = 0;
};

}  // namespace dragoman::backends::matrix
