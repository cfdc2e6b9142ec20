#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/matrix/api.hpp"

namespace dragoman::backends::matrix {

/// What a homeserver says about itself before anybody logs in.
struct HomeserverFacts {
  Homeserver homeserver;
  std::vector<std::string> versions;                  ///< of the specification: "v1.11"
  bool password = false, sso = false, token = false;  ///< ways to log in (GET /login)
};

/// Finds a homeserver by what somebody calls it: its URL ("https://matrix.hs.tld"), its name ("hs.tld", as behind the
/// ":" of user ids), or a user id. A name is looked up at https://name/.well-known/matrix/client (client-server API,
/// "Well-known URI"), redirects followed; without such a file the name itself is tried. What is found must answer
/// GET /_matrix/client/versions.
///
/// `public_only`: for what people say; the whole way leads to public addresses over TLS. Faults: malformed (what was
/// said), not_found (no such host), unavailable and timeout (nothing answers), unsupported (no homeserver answers),
/// forbidden (an address that is not public).
net::Task<Result<HomeserverFacts>> find_homeserver(net::HttpClient& http, const Clock& clock, std::string name,
                                                   bool public_only);

/// The ways to log in; what does not answer has none.
net::Task<> ask_ways(net::HttpClient& http, const Clock& clock, HomeserverFacts& facts);

/// Reads the file of a well-known URI: the base URL. Fault::malformed: it is there, and cannot be used.
Result<net::Url> read_well_known(std::string_view body);
/// Where a redirect of `from` leads; Fault::malformed: nowhere, or from https to http.
Result<net::Url> redirect_target(const net::Url& from, std::string_view location);

}  // namespace dragoman::backends::matrix
