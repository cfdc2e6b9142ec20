#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

/// What a compressed body may become.
struct InflateLimits {
  std::size_t most = 1024 * 1024;  ///< bytes of what comes out
  std::size_t ratio = 20;          ///< times what came in; the first 4 KiB are free: short texts compress well
};

/// Inflates a body by its Content-Encoding (RFC 9110 8.4.1: gzip, x-gzip, deflate; "identity" and "" leave it alone).
/// Never makes more than the limits allow. Fault::unsupported: another encoding, or several; Fault::too_long: over a
/// limit; Fault::malformed: not what it says, cut off, or more behind its end.
Result<std::string> inflate_body(std::string_view encoding, std::string_view body, const InflateLimits& limits = {});

}  // namespace dragoman::backends::webhook
