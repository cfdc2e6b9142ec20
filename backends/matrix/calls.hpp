#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"
#include "backends/matrix/effects.hpp"
#include "net/backoff.hpp"
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
/// * M_LIMIT_EXCEEDED: the call and all counted ones wait for the longer of retry_after_ms and Retry-After, with up to
///   a fifth of chance on top; the order of a lane stays. A limit costs no patience.
/// * 5xx, a page that is not JSON, a lost connection: again after 1 s, 2 s ... 30 s while there is patience (kind
///   `again`). A call that gets the fifth 500 M_UNKNOWN while others succeed has failed: it is the poison.
/// * 401 M_UNKNOWN_TOKEN: everything waits, Effects::refresh; resume() sends it again.
class Calls {
 public:
  static constexpr std::size_t most_at_once = 8;

  explicit Calls(Random& random) : random_(random) {}

  CallId add(Call call, Then then, Effects& effects);
  /// Nobody is interested any more: it is not sent, and its Then is not called.
  void abandon(CallId id, Effects& effects);
  /// Calls what was given to add(), unless the call is tried again.
  void on_returned(CallId id, const Returned& returned, State& state, Effects& effects);
  /// Goes on with what is due.
  void on_wake(State& state, Effects& effects);
  std::optional<Instant> wake() const;
  /// There is a new access token.
  void resume(Effects& effects);
  /// The homeserver is lost: every call has failed with this, unsure where it was under way.
  void lost(const Error& error, State& state, Effects& effects);

  std::size_t under_way() const;
  bool empty() const { return calls_.empty(); }

 private:
  struct Entry {
    Call call;
    Then then;
    bool sent = false;  ///< a request is under way
    int attempts = 0, poisoned = 0;
    Instant expires{};
    std::optional<Instant> not_before;  ///< of this call alone
  };

  Random& random_;
  std::map<CallId, Entry> calls_;  // in order of time
  std::optional<Instant> limited_until_;
  bool without_token_ = false;
  std::uint64_t last_ = 0;
};

}  // namespace dragoman::backends::matrix
