#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "net/http.hpp"

namespace dragoman::net {

/// How the end of an answer is known, and whether another may follow it.
struct HttpFraming {
  std::optional<std::uint64_t> length;  ///< of the body
  bool chunked = false;
  bool close = false;
};

/// The status line and the fields of an answer, up to the empty line. What could end a line in a field is replaced: a
/// name of a stranger in one must not become a second answer. Without a Cache-Control of its own it is not to be kept.
std::string write_response_head(const HttpResponse& response, const HttpFraming& framing, Timestamp now);
/// "Not Found"; empty for numbers that nobody defined.
std::string_view reason_of(int status);
/// An answer in one line of text.
HttpResponse make_text_response(int status, std::string_view text = {});

}  // namespace dragoman::net
