#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dragoman::media {

/// One range of the field Range (RFC 9110 14.1.2): "bytes=0-499", "bytes=500-", or the last bytes, "bytes=-500".
struct ByteRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last{};    ///< of the bytes that are wanted; nothing: to the end
  std::optional<std::uint64_t> suffix{};  ///< instead: so many from the end
  bool operator==(const ByteRange&) const = default;
};

/// Nothing when the field is to be taken as if it were not there: another unit, several ranges, a mistake.
std::optional<ByteRange> read_range(std::string_view field);

/// Where a range lies in a file.
struct Span {
  std::uint64_t first = 0, size = 0;
  bool operator==(const Span&) const = default;
};
/// Nothing when no byte of it is in the file (416).
std::optional<Span> locate(const ByteRange& range, std::uint64_t file_size);

}  // namespace dragoman::media
