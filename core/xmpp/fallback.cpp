#include "xmpp/fallback.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

std::optional<Range> read_range(const Element& part, std::string_view body) {
  if (!part.has("start") && !part.has("end")) return Range{0, body.size()};
  const auto start = part.has("start") ? read_offset(part.get("start")) : std::size_t{0};
  const auto end = part.has("end") ? read_offset(part.get("end")) : std::numeric_limits<std::size_t>::max();
  if (!start || !end || *start >= *end) return std::nullopt;
  const Range range{text::offset_of(body, *start), text::offset_of(body, *end)};
  return range.begin < range.end ? std::optional{range} : std::nullopt;
}

}  // namespace

std::optional<std::size_t> read_offset(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<Range> read_fallback(const Element& message, std::string_view about, std::string_view body) {
  std::vector<Range> ranges;
  for (const Element& fallback : message.children) {
    // COMPAT An example of XEP-0461 had another namespace, and clients took it from there.
    const bool marks = fallback.is("fallback", fallback_ns) || fallback.is("fallback", "urn:xmpp:feature-fallback:0");
    if (!marks || fallback.get("for") != about) continue;
    if (fallback.element_count() == 0) ranges.push_back({0, body.size()});
    for (const Element& part : fallback.children) {
      if (part.name != "body" || part.ns != fallback.ns) continue;
      if (const auto range = read_range(part, body)) ranges.push_back(*range);
    }
  }
  std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.begin < b.begin; });
  std::size_t free_from = 0;
  std::erase_if(ranges, [&free_from](Range range) {
    if (range.begin == range.end || range.begin < free_from) return true;
    free_from = range.end;
    return false;
  });
  return ranges;
}

Element make_fallback(std::string_view about, std::string_view body, std::size_t size) {
  return make_fallback(about, body, std::vector<Range>{{0, size}});
}

Element make_fallback(std::string_view about, std::string_view body, const std::vector<Range>& parts) {
  Element fallback = make_fallback(about);
  for (const Range range : parts) {
    Element& part = fallback.add("body");
    part.set("start", std::to_string(text::length(body.substr(0, range.begin))));
    part.set("end", std::to_string(text::length(body.substr(0, range.end))));
  }
  return fallback;
}

Element make_fallback(std::string_view about) {
  Element fallback{"fallback", fallback_ns};
  fallback.set("for", about);
  return fallback;
}

}  // namespace dragoman::xmpp
