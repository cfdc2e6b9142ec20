#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::text {

/// One Unicode code point decoded from the front of `bytes`; `size` 0 means that no valid sequence starts there
/// (overlong forms and surrogates are invalid, RFC 3629).
struct Decoded {
  char32_t code_point = 0;
  std::size_t size = 0;
};
Decoded decode(std::string_view bytes);
/// What is no Unicode scalar value becomes U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

bool is_valid_utf8(std::string_view bytes);
/// Each byte that is not part of a valid sequence becomes U+FFFD. Example: "a\xffz" -> "a\uFFFDz".
std::string to_valid_utf8(std::string_view bytes);
/// Bytes of windows-1252 as UTF-8; total (undefined positions become U+FFFD).
std::string from_windows_1252(std::string_view bytes);
/// The longest prefix of at most `bytes` bytes that does not cut a UTF-8 sequence.
std::string_view cut(std::string_view text, std::size_t bytes);
/// Number of code points of valid UTF-8.
std::size_t length(std::string_view text);
/// The byte offset behind so many code points of valid UTF-8; text.size() when it has fewer.
std::size_t offset_of(std::string_view text, std::size_t code_points);

/// XML 1.0 section 2.2 Char: what may stand in a stanza at all.
bool is_xml_char(char32_t code_point);
/// Valid UTF-8 of XML characters only; everything else becomes U+FFFD. Returns the same bytes when they are fine.
std::string to_xml_text(std::string_view text);
/// C0, DEL and C1 control characters removed; TAB and LF are kept when `keep_lines`.
std::string without_controls(std::string_view text, bool keep_lines);

/// ICU: default case folding, and normalisation form NFKC. Invalid input comes back repaired.
std::string fold_case(std::string_view text);
std::string nfkc(std::string_view text);
/// Byte offsets after which a grapheme cluster ends (UAX #29), the last one being text.size(); none of empty text.
std::vector<std::size_t> grapheme_ends(std::string_view text);

/// ASCII only, locale-free.
std::string ascii_lower(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
/// At least one part: split("", ',') is {""}.
std::vector<std::string_view> split(std::string_view text, char separator);

/// "*" in a pattern stands for any text, "?" for any one byte; the whole text has to fit.
bool matches(std::string_view pattern, std::string_view text);

/// Lower-case hexadecimal; standard base64 with padding (RFC 4648).
std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);
/// False when `encoded` is not base64 with its padding, and then `bytes` stays as it was. White space is skipped: XMPP
/// clients break the lines of avatars.
bool from_base64(std::string_view encoded, std::string& bytes);

/// Optimal-string-alignment distance, for "did you mean"; both at most 64 bytes, else a large number.
std::size_t distance(std::string_view a, std::string_view b);

}  // namespace dragoman::text
