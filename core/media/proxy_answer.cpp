#include "media/proxy_answer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::media {

std::optional<ByteRange> range_of(const net::HttpHead& head, std::string_view etag) {
  if (head.method != "GET") return std::nullopt;
  const std::string_view condition = text::trim(head.fields.get("If-Range"));
  if (!condition.empty() && condition != etag) return std::nullopt;
  return read_range(head.fields.get("Range"));
}

bool has_already(const net::HttpHead& head, std::string_view etag) {
  const auto tags = text::split(head.fields.get("If-None-Match"), ',');
  return std::any_of(tags.begin(), tags.end(), [etag](std::string_view tag) {
    tag = text::trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag == etag || tag == "*";
  });
}

Wanted wanted_for(const std::optional<ByteRange>& range) {
  Wanted wanted;
  if (!range || range->suffix) return wanted;
  wanted.offset = range->first;
  if (range->last) wanted.length = *range->last - range->first + 1;
  return wanted;
}

Part part_of(const std::optional<ByteRange>& range, std::optional<std::uint64_t> size, std::uint64_t offset) {
  Part part;
  if (!range || !size) {
    part.length = size;
    return part;
  }
  const auto span = locate(*range, *size);
  if (!span || span->first < offset) {
    part.status = 416;
    return part;
  }
  part.status = 206;
  part.skip = span->first - offset;
  part.length = span->size;
  part.first = span->first;
  return part;
}

int status_of(Fault fault) {
  switch (fault) {
    case Fault::not_found:
    case Fault::absent:
      return 404;
    case Fault::forbidden:
    case Fault::unauthorized:
    case Fault::members_only:
    case Fault::not_allowed:
    case Fault::too_long:
      return 403;
    case Fault::unacceptable:
      return 416;
    case Fault::limited:
    case Fault::full:
      return 503;
    case Fault::timeout:
      return 504;
    case Fault::malformed:
    case Fault::conflict:
    case Fault::unsupported:
    case Fault::unavailable:
    case Fault::closed:
      return 502;
    case Fault::storage:
    case Fault::internal:
      return 500;
  }
  return 500;
}

}  // namespace dragoman::media
