#pragma once

#include <memory>

#include "media/source.hpp"
#include "net/http.hpp"

namespace dragoman::media {

/// The part of a file that is at a URL, for a Source. `request` names it, with what lets us in; redirects are followed
/// (net/http_redirects.hpp), and a server that gives whole files only is understood. Faults: not_found (404, 410),
/// forbidden (401, 403), unacceptable (416), limited (429), unavailable (any other status), or as HttpClient::send.
/// `client` outlives what comes.
net::Task<Result<std::unique_ptr<Incoming>>> relay(net::HttpClient& client, net::HttpRequest request,
                                                   net::HttpLimits limits, Wanted wanted);

/// What the status of an answer that is no file means.
Fault fault_of_status(int status);

}  // namespace dragoman::media
