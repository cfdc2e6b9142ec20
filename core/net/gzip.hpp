#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dragoman::net {

/// What a compressed body may become.
struct InflateLimits {
  std::size_t most = 1024 * 1024;  ///< bytes
  std::size_t ratio = 20;          ///< times its compressed size; a small body may become 4 KiB in any case
};

/// The bytes of a gzip file (RFC 1952) of one member, checked against its CRC-32. Fault::too_long over the limits,
/// before more than them was made; Fault::malformed for what is no gzip file, or has something behind its end.
Result<std::string> gunzip(std::string_view packed, const InflateLimits& limits = {});

}  // namespace dragoman::net
