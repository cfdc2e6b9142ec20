#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "media/byte_range.hpp"
#include "media/source.hpp"
#include "net/http_head.hpp"

// What a media::Proxy answers, decided without a socket.
namespace dragoman::media {

/// Which part of a file a caller gets.
struct Part {
  int status = 200;                       ///< 200, 206, or 416
  std::uint64_t skip = 0;                 ///< bytes of what comes that are not for the caller
  std::optional<std::uint64_t> length{};  ///< of the answer; nothing: to the end, which is not known
  std::uint64_t first = 0;                ///< of 206: where it stands
};

/// The range that is asked for, if any: a GET's, unless If-Range (RFC 9110 13.1.5) names other bytes.
std::optional<ByteRange> range_of(const net::HttpHead& head, std::string_view etag);
/// Whether the caller has these bytes already (If-None-Match, RFC 9110 13.1.2).
bool has_already(const net::HttpHead& head, std::string_view etag);
/// What to ask a Source for. A suffix cannot be asked for before the size is known: the beginning.
Wanted wanted_for(const std::optional<ByteRange>& range);
/// `size` and `offset` are those of media::Incoming; where the size is not known a range is answered by the whole file.
Part part_of(const std::optional<ByteRange>& range, std::optional<std::uint64_t> size, std::uint64_t offset);
/// What a caller is told when a Source fails.
int status_of(Fault fault);

}  // namespace dragoman::media
