#include "xmpp/xml_escape.hpp"

#include <array>

#include "base/byte_set.hpp"
#include "base/text.hpp"
#include "xmpp/writer.hpp"

namespace dragoman::xmpp {

namespace {

enum Kind : unsigned char { clean, special, multibyte };

using Kinds = std::array<unsigned char, 256>;

constexpr Kinds make_kinds(std::string_view markup, std::string_view allowed_controls) {
  Kinds kinds{};
  for (std::size_t c = 0; c < 0x20; ++c) kinds[c] = special;
  for (std::size_t c = 0x80; c < 0x100; ++c) kinds[c] = multibyte;
  for (const char c : markup) kinds[static_cast<unsigned char>(c)] = special;
  for (const char c : allowed_controls) kinds[static_cast<unsigned char>(c)] = clean;
  return kinds;
}
constexpr Kinds in_attribute = make_kinds("<>&'\"", "");
constexpr Kinds in_text = make_kinds("<>&", "\t\n");

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

std::string_view escape_of(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '\'':
      return "&apos;";
    case '"':
      return "&quot;";
    // As references, or the parser at the other end would make spaces of them in attributes, and LF of CR in text.
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    default:
      return replacement;
  }
}

/// Bytes of a valid XML character outside ASCII at the front of `text`, or 0.
std::size_t xml_character(std::string_view text) {
  const text::Decoded decoded = text::decode(text);
  return decoded.size != 0 && text::is_xml_char(decoded.code_point) ? decoded.size : 0;
}

/// Position of the first byte at or after `at` that cannot be copied as it is.
template <const Kinds& kinds>
std::size_t end_of_clean(std::string_view text, std::size_t at) {
  // Eight at once, without a jump for each: most texts are clean as a whole.
  for (; at + 8 <= text.size(); at += 8) {
    unsigned any = clean;
    for (std::size_t next = at; next < at + 8; ++next) any |= kinds[static_cast<unsigned char>(text[next])];
    if (any != clean) break;
  }
  while (at < text.size()) {
    const unsigned char kind = kinds[static_cast<unsigned char>(text[at])];
    if (kind == clean) {
      ++at;
    } else if (kind == special) {
      return at;
    } else {
      const std::size_t size = xml_character(text.substr(at));
      if (size == 0) return at;
      at += size;
    }
  }
  return at;
}

template <const Kinds& kinds>
void append(std::string& out, std::string_view text) {
  for (std::size_t at = 0;;) {
    const std::size_t end = end_of_clean<kinds>(text, at);
    out.append(text.data() + at, end - at);
    if (end == text.size()) return;
    const char c = text[end];
    at = end + 1;
    if (kinds[static_cast<unsigned char>(c)] == special) {
      out += escape_of(c);
      continue;
    }
    out += replacement;
    // A valid sequence of a character that XML forbids (U+FFFE) is one replacement, not three.
    const std::size_t size = text::decode(text.substr(end)).size;
    if (size != 0) at = end + size;
  }
}

bool is_name_start(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  // XML 1.0 fourth edition, which Expat implements, has longer lists; the letters of these ranges are in both.
  return (c >= 0xC0 && c <= 0xD6) || (c >= 0xD8 && c <= 0xF6) || (c >= 0xF8 && c <= 0x131) ||
         (c >= 0x391 && c <= 0x3A1) || (c >= 0x3B1 && c <= 0x3C9) || (c >= 0x410 && c <= 0x44F) ||
         (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0xAC00 && c <= 0xD7A3);
}

}  // namespace

bool is_xml_name(std::string_view name) {
  if (name.empty()) return false;
  // Nearly every name is one of ours.
  static constexpr ByteSet not_usual =
      ByteSet{""}.with_range(0, 'A' - 1).with_range('Z' + 1, 'a' - 1).with_range('z' + 1, 0xff);
  if (not_usual.none_in(name)) return true;
  bool first = true;
  for (std::size_t at = 0; at < name.size(); first = false) {
    const auto byte = static_cast<unsigned char>(name[at]);
    if (byte < 0x80) {
      const bool later = (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
      if (!is_name_start(byte) && (first || !later)) return false;
      ++at;
      continue;
    }
    const text::Decoded decoded = text::decode(name.substr(at));
    if (decoded.size == 0 || !is_name_start(decoded.code_point)) return false;
    at += decoded.size;
  }
  return true;
}

bool is_clean(std::string_view text) { return end_of_clean<in_attribute>(text, 0) == text.size(); }

bool is_escaped(std::string_view text) {
  static constexpr std::array<std::string_view, 8> entities{"&amp;",  "&lt;", "&gt;",  "&apos;",
                                                            "&quot;", "&#9;", "&#10;", "&#13;"};
  for (std::size_t at = end_of_clean<in_attribute>(text, 0); at < text.size();
       at = end_of_clean<in_attribute>(text, at)) {
    std::size_t size = 0;
    for (const std::string_view entity : entities) {
      if (text.substr(at).starts_with(entity)) size = entity.size();
    }
    if (size == 0) return false;
    at += size;
  }
  return true;
}

void append_escaped(std::string& out, std::string_view text) { append<in_attribute>(out, text); }
void append_escaped_text(std::string& out, std::string_view text) { append<in_text>(out, text); }

}  // namespace dragoman::xmpp
