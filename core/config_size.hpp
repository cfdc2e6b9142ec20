#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dragoman {

/// Bytes: "500KB", "20MiB", "2GB", with and without "i" in powers of 1024. Nothing: it is no size.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace dragoman
