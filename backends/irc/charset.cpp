#include "backends/irc/charset.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// 0x80 to 0x9f of windows-1252; 0: not assigned.
constexpr std::array<char32_t, 32> high_controls{0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                                 0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

char to_windows_1252(char32_t code_point) {
  if (code_point < 0x80 || (code_point >= 0xa0 && code_point <= 0xff)) {
    return static_cast<char>(static_cast<unsigned char>(code_point));
  }
  const auto* const found = std::find(high_controls.begin(), high_controls.end(), code_point);
  if (found == high_controls.end()) return '?';
  return static_cast<char>(static_cast<unsigned char>(0x80 + (found - high_controls.begin())));
}

}  // namespace

std::string decode_text(std::string_view bytes) {
  return text::is_valid_utf8(bytes) ? std::string{bytes} : text::from_windows_1252(bytes);
}

std::string encode_text(std::string_view utf8, Encoding encoding) {
  if (encoding == Encoding::utf_8) return text::is_valid_utf8(utf8) ? std::string{utf8} : text::to_valid_utf8(utf8);
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto decoded = text::decode(utf8);
    out += decoded.size == 0 ? '?' : to_windows_1252(decoded.code_point);
    utf8.remove_prefix(std::max<std::size_t>(decoded.size, 1));
  }
  return out;
}

}  // namespace dragoman::backends::irc
