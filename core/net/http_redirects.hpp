#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.hpp"

namespace dragoman::net {

constexpr int most_redirects = 3;

/// What a reference means beside a URL (RFC 3986 5.2): "/a", "?b", "c", "//host/d", or a whole one. Faults as
/// parse_url.
Result<Url> resolve_url(const Url& base, std::string_view reference);

/// The request that an answer sends us to; nothing: it is the answer. To another origin go only fields that say nothing
/// about who asks: no credentials, whatever their name. Faults: malformed (no URL there), forbidden (from https to
/// http), unsupported (an upload cannot be sent again).
Result<std::optional<HttpRequest>> next_request(const HttpRequest& request, const HttpResponse& answer);

/// As HttpClient::send and open, and goes on where redirects lead, at most most_redirects times (then
/// Fault::unavailable). `limits` hold for each request: also where a redirect leads to has to be a public address, if
/// the first one has to.
Task<Result<HttpResponse>> send_following(HttpClient& client, HttpRequest request, HttpLimits limits);
Task<Result<std::unique_ptr<HttpIncoming>>> open_following(HttpClient& client, HttpRequest request, HttpLimits limits);

}  // namespace dragoman::net
