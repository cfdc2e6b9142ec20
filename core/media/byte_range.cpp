#include "media/byte_range.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dragoman::media {

namespace {

/// A whole number and nothing else.
bool read_number(std::string_view text, std::uint64_t& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

}  // namespace

std::optional<ByteRange> read_range(std::string_view field) {
  const std::size_t equals = field.find('=');
  if (equals == std::string_view::npos || !text::ascii_iequals(text::trim(field.substr(0, equals)), "bytes")) return {};
  const std::string_view set = text::trim(field.substr(equals + 1));
  const std::size_t dash = set.find('-');
  if (dash == std::string_view::npos || set.find(',') != std::string_view::npos) return {};
  const std::string_view first = set.substr(0, dash), last = set.substr(dash + 1);
  ByteRange range;
  std::uint64_t number = 0;
  if (first.empty()) {
    if (!read_number(last, number)) return {};
    range.suffix = number;
    return range;
  }
  if (!read_number(first, range.first)) return {};
  if (last.empty()) return range;
  if (!read_number(last, number) || number < range.first) return {};
  range.last = number;
  return range;
}

std::optional<Span> locate(const ByteRange& range, std::uint64_t file_size) {
  if (range.suffix) {
    const std::uint64_t size = std::min(*range.suffix, file_size);
    if (size == 0) return std::nullopt;
    return Span{file_size - size, size};
  }
  if (range.first >= file_size) return std::nullopt;
  const std::uint64_t end = range.last && *range.last < file_size ? *range.last + 1 : file_size;
  return Span{range.first, end - range.first};
}

}  // namespace dragoman::media
