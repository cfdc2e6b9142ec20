#include "backends/clean_text.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dragoman::backends {

namespace {

struct CodePoints {
  char32_t first, last;
};

/// What is not seen, or turns the direction of the text behind it. A name that is only such is no name; one in which
/// they stand between letters looks like another person's.
constexpr CodePoints unseen[] = {
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x061C, 0x061C},    // Arabic letter mark
    {0x115F, 0x1160},    // Hangul fillers
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian selectors, vowel separator
    {0x200B, 0x200F},    // zero-width space and joiners, direction marks
    {0x2028, 0x202E},    // line and paragraph separators, embeddings, overrides
    {0x2060, 0x206F},    // word joiner, invisible operators, isolates
    {0x2800, 0x2800},    // empty Braille pattern
    {0x3164, 0x3164},    // Hangul filler
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // zero-width no-break space
    {0xFFA0, 0xFFA0},    // half-width Hangul filler
    {0xFFF9, 0xFFFB},    // interlinear annotation
    {0x1D173, 0x1D17A},  // musical beams and slurs
    {0xE0000, 0xE0FFF},  // tags, variation selectors
};

bool is_unseen(char32_t c) {
  return std::any_of(std::begin(unseen), std::end(unseen),
                     [c](CodePoints each) { return c >= each.first && c <= each.last; });
}
bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }
bool is_blank(char32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}
bool breaks_line(char32_t c) { return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029; }
bool is_noncharacter(char32_t c) { return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF); }

/// Calls `take` with each code point that XMPP may carry, and its bytes; bytes that are not UTF-8 are U+FFFD.
template <class Take>
void for_each_character(std::string_view text, Take take) {
  for (std::size_t i = 0; i < text.size();) {
    const text::Decoded decoded = text::decode(text.substr(i));
    const std::size_t size = std::max<std::size_t>(decoded.size, 1);
    if (decoded.size == 0) {
      take(U'\uFFFD', std::string_view{"\xEF\xBF\xBD"});
    } else if (!is_noncharacter(decoded.code_point)) {
      take(decoded.code_point, text.substr(i, size));
    }
    i += size;
  }
}

/// One line of what `keep` keeps.
template <class Keep>
std::string one_line(std::string_view text, Keep keep) {
  std::string out;
  bool space = false;
  for_each_character(text, [&](char32_t c, std::string_view bytes) {
    if (breaks_line(c) || is_blank(c)) {
      space = true;
    } else if (!is_control(c) && keep(c)) {
      if (std::exchange(space, false) && !out.empty()) out += ' ';
      out += bytes;
    }
  });
  return out;
}

}  // namespace

std::string clean_body(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool carriage_return = false;
  for_each_character(text, [&](char32_t c, std::string_view bytes) {
    const bool ends_pair = std::exchange(carriage_return, c == '\r') && c == '\n';
    if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029) {
      out += '\n';
    } else if (!ends_pair && (!is_control(c) || c == '\n' || c == '\t')) {
      out += bytes;
    }
  });
  return out;
}

std::string clean_line(std::string_view text) {
  return one_line(text, [](char32_t) { return true; });
}

std::string clean_name(std::string_view name) {
  std::string out = one_line(name, [](char32_t c) { return !is_unseen(c); });
  out.resize(text::offset_of(out, longest_name));
  return std::string{text::trim(out)};
}

}  // namespace dragoman::backends
