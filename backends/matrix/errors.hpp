#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/http.hpp"

namespace dragoman::backends::matrix {

/// What a homeserver means by an answer that is no success (client-server API, "Standard error response").
struct Refusal {
  std::string errcode;                  ///< "M_FORBIDDEN"; empty: no homeserver says this, but a proxy before it
  Error error;                          ///< a sentence for the person: the homeserver's own words where it had some
  std::optional<Duration> retry_after;  ///< of M_LIMIT_EXCEEDED: the longer of retry_after_ms and Retry-After
  bool soft_logout = false;             ///< M_UNKNOWN_TOKEN: the device is still there, a new token is to be had

  /// The access token is not valid (any more).
  bool wants_token() const { return errcode == "M_UNKNOWN_TOKEN" || errcode == "M_MISSING_TOKEN"; }
  /// Somebody has to do something about the account: no request of it succeeds until then.
  bool account_closed() const { return errcode == "M_USER_DEACTIVATED" || errcode == "M_USER_LOCKED"; }
};

/// `body`: of the answer, an empty object when it was no JSON. `now`: a Retry-After may be a date (RFC 9110 10.2.3).
Refusal read_refusal(const net::HttpResponse& response, const nlohmann::json& body, Timestamp now);
/// The same for who has not read the body.
Refusal read_refusal(const net::HttpResponse& response, Timestamp now);

/// What an errcode means; of M_UNKNOWN and those that nobody defined the status decides.
Fault fault_of(std::string_view errcode, int status);

/// "7 seconds", "2 minutes": how long somebody has to wait, rounded up.
std::string in_words(Duration pause);

}  // namespace dragoman::backends::matrix
