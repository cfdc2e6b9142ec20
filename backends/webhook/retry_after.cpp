#include "backends/webhook/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::int64_t most_seconds = 1'000'000;  // whoever says more means "never"

std::optional<Timestamp> read_date(std::string_view field) {
  const std::string text{text::trim(field)};
  for (const char* const form : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm parts{};
    const char* const end = strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    return Timestamp{std::chrono::seconds{timegm(&parts)}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::seconds> read_retry_after(const net::HttpFields& fields, Timestamp now) {
  const std::string_view field = text::trim(fields.get("Retry-After"));
  if (field.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto read = std::from_chars(field.data(), field.data() + field.size(), seconds);
  if (read.ec == std::errc{} && read.ptr == field.data() + field.size()) {
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds{std::min(seconds, most_seconds)};
  }
  const auto until = read_date(field);
  if (!until) return std::nullopt;
  const Timestamp theirs = read_date(fields.get("Date")).value_or(now);
  const auto left = std::chrono::ceil<std::chrono::seconds>(*until - theirs).count();
  return std::chrono::seconds{std::clamp<std::int64_t>(left, 0, most_seconds)};
}

}  // namespace dragoman::backends::webhook
