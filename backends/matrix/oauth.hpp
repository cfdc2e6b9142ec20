#pragma once

#include <string>

#include "backends/matrix/homeserver.hpp"
#include "backends/matrix/login.hpp"

// Logging in by OAuth 2.0 (client-server API 1.18, "OAuth 2.0 API"), as a device without a browser (RFC 8628): the
// person opens a link and enters a code, we ask until they have.

namespace dragoman::backends::matrix {

/// GET /_matrix/client/v1/auth_metadata, as far as we need it.
struct OauthServer {
  std::string issuer, registration_endpoint, device_endpoint, token_endpoint, revocation_endpoint;
  /// Whether somebody can log in with a code.
  bool has_device_grant() const {
    return !device_endpoint.empty() && !token_endpoint.empty() && !registration_endpoint.empty();
  }
};
/// Fault::unsupported: the homeserver has no OAuth.
net::Task<Result<OauthServer>> ask_oauth_server(net::HttpClient& http, const Clock& clock, Homeserver homeserver);

/// Who we say we are; RFC 7591 registers us once for each homeserver.
struct OauthClient {
  std::string name;  ///< "dragoman"
  std::string uri;   ///< a page about it
};
/// The client id.
net::Task<Result<std::string>> register_client(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                               OauthServer server, OauthClient client);

/// What the person has to do.
struct DeviceCode {
  Secret<std::string> device_code;  ///< ours
  std::string user_code;            ///< theirs, "ABCD-EFGH"
  std::string uri, complete_uri;    ///< the second has the code in it; may be empty
  Duration interval = std::chrono::seconds{5};
  Duration lifetime = std::chrono::minutes{10};
};
net::Task<Result<DeviceCode>> ask_device_code(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                              OauthServer server, std::string client_id, std::string device_id);

/// One question whether they have. Fault::absent: not yet; limited: not yet, and ask less often; the others end it.
net::Task<Result<Tokens>> ask_for_tokens(net::HttpClient& http, const Clock& clock, Homeserver homeserver,
                                         OauthServer server, std::string client_id, std::string device_id,
                                         Secret<std::string> device_code);

net::Task<Renewal> renew_by_oauth(net::HttpClient& http, const Clock& clock, Tokens tokens);
net::Task<bool> revoke_by_oauth(net::HttpClient& http, const Clock& clock, Tokens tokens);

}  // namespace dragoman::backends::matrix
