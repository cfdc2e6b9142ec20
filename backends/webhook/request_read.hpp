#pragma once

#include <cstdint>
#include <string>

#include "backends/webhook/config.hpp"
#include "backends/webhook/ingress_path.hpp"
#include "backends/webhook/request.hpp"
#include "base/result.hpp"
#include "net/http_head.hpp"

namespace dragoman::backends::webhook {

/// How large the body of this request may be, as it is sent.
std::uint64_t most_body(const net::HttpHead& head, const IngressPath& path, const Config& config);

/// The request with its body inflated. Faults: too_long, malformed, unsupported (an unknown coding).
Result<Request> read_request(const net::HttpHead& head, const IngressPath& path, std::string body,
                             const Config& config);

/// "true" or "1" of a parameter of a query: "wait" of "wait=true&thread_id=7".
bool query_flag(std::string_view query, std::string_view name);

/// Lower case, without parameters: "text/plain" of "Text/Plain; charset=utf-8".
std::string media_type_of(std::string_view content_type);

}  // namespace dragoman::backends::webhook
