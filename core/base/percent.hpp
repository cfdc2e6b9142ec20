#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::text {

/// All but letters, digits and "-._~" of ASCII percent-encoded, so that it may stand in any part of a URI (RFC 3986
/// 2.3). Example: "#tea" -> "%23tea".
inline std::string to_percent(std::string_view bytes) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : bytes) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return encoded;
}

/// The bytes that a percent-encoded part of a URI stands for (RFC 3986 2.1), of whatever encoding. Nothing when a "%"
/// is not followed by two hexadecimal digits. Example: "%23tea" -> "#tea".
inline std::optional<std::string> from_percent(std::string_view encoded) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string bytes;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      bytes += encoded[i];
      continue;
    }
    if (i + 2 >= encoded.size() || value(encoded[i + 1]) < 0 || value(encoded[i + 2]) < 0) return std::nullopt;
    bytes += static_cast<char>(value(encoded[i + 1]) * 16 + value(encoded[i + 2]));
    i += 2;
  }
  return bytes;
}

}  // namespace dragoman::text
