#include "config_size.hpp"

#include <charconv>

namespace dragoman {

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit{read.ptr, static_cast<std::size_t>(text.data() + text.size() - read.ptr)};
  if (read.ec != std::errc{} || number == 0 || number > 1'000'000) return std::nullopt;
  if (unit == "KB" || unit == "KiB") return number << 10;
  if (unit == "MB" || unit == "MiB") return number << 20;
  if (unit == "GB" || unit == "GiB") return number << 30;
  return std::nullopt;
}

}  // namespace dragoman
