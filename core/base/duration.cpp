#include <charconv>

#include "base/settings.hpp"

namespace dragoman {

std::optional<Duration> parse_duration(std::string_view text) {
  using namespace std::chrono;
  std::int64_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc{} || count < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const milliseconds one = unit == "ms"  ? milliseconds{1}
                           : unit == "s" ? milliseconds{seconds{1}}
                           : unit == "m" ? milliseconds{minutes{1}}
                           : unit == "h" ? milliseconds{hours{1}}
                           : unit == "d" ? milliseconds{days{1}}
                                         : milliseconds{0};
  constexpr milliseconds longest = days{36500};  // far from where nanoseconds in 64 bits end
  if (one.count() == 0 || count > longest / one) return std::nullopt;
  return duration_cast<Duration>(one * count);
}

}  // namespace dragoman
