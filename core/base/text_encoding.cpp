// Hexadecimal and base64 of text.hpp.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"

namespace dragoman::text {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}();

}  // namespace

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t size = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < size ? static_cast<std::uint8_t>(bytes[i + j]) : 0u);
    }
    out += alphabet[group >> 18];
    out += alphabet[group >> 12 & 63];
    out += size > 1 ? alphabet[group >> 6 & 63] : '=';
    out += size > 2 ? alphabet[group & 63] : '=';
  }
  return out;
}

bool from_base64(std::string_view encoded, std::string& bytes) {
  std::string out;
  out.reserve(encoded.size() / 4 * 3);
  std::uint32_t group = 0;
  std::size_t digits = 0, padding = 0;
  for (const char c : encoded) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == none || padding > 0) return false;
    group = group << 6 | value;
    if (++digits % 4 != 0) continue;
    out += static_cast<char>(group >> 16 & 0xFF);
    out += static_cast<char>(group >> 8 & 0xFF);
    out += static_cast<char>(group & 0xFF);
    group = 0;
  }
  const std::size_t rest = digits % 4;
  if (rest == 1 || padding != (4 - rest) % 4) return false;
  // RFC 4648 3.5: bits that no byte uses must be zero, so that every value has one spelling.
  if (rest == 2) {
    if ((group & 0xF) != 0) return false;
    out += static_cast<char>(group >> 4 & 0xFF);
  } else if (rest == 3) {
    if ((group & 0x3) != 0) return false;
    out += static_cast<char>(group >> 10 & 0xFF);
    out += static_cast<char>(group >> 2 & 0xFF);
  }
  bytes = std::move(out);
  return true;
}

}  // namespace dragoman::text
