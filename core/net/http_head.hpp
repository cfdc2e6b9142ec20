#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "net/http.hpp"

namespace dragoman::net {

/// What a caller asks for, before its body.
struct HttpHead {
  std::string method;
  std::string path = "/";  ///< as sent, percent-encoded; begins with '/'
  std::string query;       ///< behind the '?'; may hold what lets somebody in: never logged
  std::string host;  ///< the authority that was asked for, "gateway.example.org:8481"; empty: HTTP/1.0 without one
  HttpFields fields;
  std::string caller;  ///< address, as text; behind a trusted proxy the one that this has seen
  bool keep_alive = true;
  bool has_body = false;
  std::optional<std::uint64_t> length;  ///< of the body, in bytes; nothing: it is chunked, or there is none
  bool expects_continue = false;        ///< waits for 100 before it sends the body (RFC 9110 10.1.1)
};

/// Why a request is not taken.
struct HttpRefusal {
  int status = 400;
  std::string text;  ///< for the caller: one line, nothing of what was sent
};

}  // namespace dragoman::net
