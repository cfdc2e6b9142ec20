#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "base/byte_set.hpp"

namespace dragoman::text {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr std::uint8_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); }
constexpr bool is_ascii_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }
constexpr bool is_continuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The number of ASCII bytes at the front.
std::size_t ascii_prefix(std::string_view bytes) {
  std::size_t i = 0;
  for (std::uint64_t eight = 0; i + sizeof eight <= bytes.size(); i += sizeof eight) {
    std::memcpy(&eight, bytes.data() + i, sizeof eight);
    if ((eight & 0x8080808080808080) != 0) break;
  }
  while (i < bytes.size() && byte_at(bytes, i) < 0x80) ++i;
  return i;
}

/// Copies `bytes`, replacing each bad byte and each code point that `allowed` refuses.
template <class Allowed>
std::string repair(std::string_view bytes, std::size_t good, Allowed allowed) {
  std::string out{bytes.substr(0, good)};
  out.reserve(bytes.size() + 8);
  for (std::size_t i = good; i < bytes.size();) {
    const Decoded decoded = decode(bytes.substr(i));
    const std::size_t size = std::max<std::size_t>(decoded.size, 1);
    out += decoded.size != 0 && allowed(decoded.code_point) ? bytes.substr(i, size) : replacement;
    i += size;
  }
  return out;
}

/// The length of the prefix that needs no repair.
template <class Allowed>
std::size_t good_prefix(std::string_view bytes, Allowed allowed) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const Decoded decoded = decode(bytes.substr(i));
    if (decoded.size == 0 || !allowed(decoded.code_point)) break;
    i += decoded.size;
  }
  return i;
}

}  // namespace

Decoded decode(std::string_view bytes) {
  if (bytes.empty()) return {};
  const std::uint8_t lead = byte_at(bytes, 0);
  if (lead < 0x80) return {lead, 1};
  // RFC 3629 section 4: the second byte's range is what keeps out overlong forms, surrogates and what is over U+10FFFF.
  std::size_t size = 0;
  std::uint8_t low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (size == 0 || bytes.size() < size) return {};
  if (byte_at(bytes, 1) < low || byte_at(bytes, 1) > high) return {};
  char32_t code_point = lead & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(byte_at(bytes, i))) return {};
    code_point = code_point << 6 | (byte_at(bytes, i) & 0x3Fu);
  }
  return {code_point, size};
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    tail(0);
  } else if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    out += replacement;
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_valid_utf8(std::string_view bytes) {
  const auto anything = [](char32_t) { return true; };
  bytes.remove_prefix(ascii_prefix(bytes));
  return good_prefix(bytes, anything) == bytes.size();
}

std::string to_valid_utf8(std::string_view bytes) {
  const auto anything = [](char32_t) { return true; };
  const std::size_t good = good_prefix(bytes, anything);
  if (good == bytes.size()) return std::string{bytes};
  return repair(bytes, good, anything);
}

std::string from_windows_1252(std::string_view bytes) {
  // The WHATWG index and Microsoft's table agree except for the five positions that Microsoft leaves undefined.
  static constexpr std::array<char16_t, 32> high{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t byte = byte_at(bytes, i);
    append_utf8(out, byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80u] : byte);
  }
  return out;
}

std::string_view cut(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  // A sequence has at most three bytes after its first one; only a whole, valid sequence is worth keeping together.
  for (std::size_t back = 1; back <= 3 && back <= bytes; ++back) {
    const std::size_t start = bytes - back;
    if (is_continuation(byte_at(text, start))) continue;
    if (decode(text.substr(start)).size > back) return text.substr(0, start);
    break;
  }
  return text.substr(0, bytes);
}

std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(static_cast<std::uint8_t>(c)); }));
}

std::size_t offset_of(std::string_view text, std::size_t code_points) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!is_continuation(static_cast<std::uint8_t>(text[at])) && code_points-- == 0) break;
  }
  return at;
}

bool is_xml_char(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c < 0xD800 || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

std::string to_xml_text(std::string_view text) {
  const std::size_t good = good_prefix(text, is_xml_char);
  if (good == text.size()) return std::string{text};
  return repair(text, good, is_xml_char);
}

std::string without_controls(std::string_view text, bool keep_lines) {
  static constexpr ByteSet suspects = ByteSet{"\x7f\xc2"}.with_range(0, 0x1f);
  const std::size_t good = std::min(suspects.find_in(text), text.size());
  std::string out;
  out.reserve(text.size());
  out = text.substr(0, good);
  for (std::size_t i = good; i < text.size(); ++i) {
    const char c = text[i];
    if (is_ascii_control(c)) {
      if (keep_lines && (c == '\t' || c == '\n')) out += c;
    } else if (byte_at(text, i) == 0xC2 && i + 1 < text.size() && byte_at(text, i + 1) >= 0x80 &&
               byte_at(text, i + 1) <= 0x9F) {
      ++i;  // C1, U+0080 to U+009F
    } else {
      out += c;
    }
  }
  return out;
}

std::string ascii_lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Goes back to the last star when it is stuck: never more than |pattern| * |text| steps.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::size_t distance(std::string_view a, std::string_view b) {
  constexpr std::size_t longest = 64;
  if (a.size() > longest || b.size() > longest) return std::numeric_limits<std::size_t>::max();
  // Three rows of the table: this one, the one before, and the one before that for swapped neighbours.
  std::array<std::size_t, longest + 1> before{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace dragoman::text
