#pragma once

#include <string>

#include "backends/matrix/homeserver.hpp"
#include "backends/matrix/tokens.hpp"

// Ways to log in, and out (client-server API, "Client authentication"): linear flows, one after the other question.
// The faults of an error are the gateway's; its text may begin with the name of a field of the forms, "password: ...".

namespace dragoman::backends::matrix {

/// What a login is made with; which parts are set depends on the way.
struct Credentials {
  std::string username;          ///< "alice" or "@alice:hs.tld"
  Secret<std::string> password;  ///< of the account
  Secret<std::string> token;     ///< an access token, or the loginToken of SSO
  std::string device_id;         ///< ours, always the same for an owner
  std::string device_name;       ///< how people see it in their list of devices
};

/// m.login.password. A wrong one is Fault::unacceptable; it is never tried again by itself: servers lock out who does.
net::Task<Result<Tokens>> log_in_with_password(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                               Credentials credentials);
/// m.login.token: what a browser was given at the end of a single sign-on.
net::Task<Result<Tokens>> log_in_with_login_token(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                                  Credentials credentials);
/// An access token that the person has from elsewhere; its device stays the one that it was made for.
net::Task<Result<Tokens>> log_in_with_access_token(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                                   Secret<std::string> token);
/// Where a browser begins a single sign-on; it ends at `back` with loginToken in its query.
std::string sso_link(const Homeserver& homeserver, const std::string& back);
/// The token in what somebody pasted: it alone, or the address with "loginToken=" in it.
std::string read_login_token(std::string_view pasted);

/// How an attempt to renew tokens ended.
struct Renewal {
  std::optional<Tokens> tokens;
  Error error{};       ///< without tokens
  bool again = false;  ///< the homeserver did not answer; false: it did, and the refresh token is worth nothing
};
/// New tokens for old ones, of either way to log in. `tokens` have a refresh token.
net::Task<Renewal> renew(net::HttpClient& http, const Clock& clock, Tokens tokens);

/// Ends the login; what the homeserver says to it is of no interest to anybody. False: it did not answer.
net::Task<bool> log_out(net::HttpClient& http, const Clock& clock, Tokens tokens);

}  // namespace dragoman::backends::matrix
