#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman::backends::irc {

/// A character set in which channels are written. All of them have ASCII in its place.
enum class Encoding : std::uint8_t {
  utf_8,
  windows_1250,
  windows_1251,
  windows_1252,
  windows_1253,
  windows_1254,
  windows_1255,
  windows_1256,
  windows_1257,
  windows_1258,
  windows_874,
  iso_8859_1,
  iso_8859_2,
  iso_8859_3,
  iso_8859_4,
  iso_8859_5,
  iso_8859_6,
  iso_8859_7,
  iso_8859_8,
  iso_8859_9,
  iso_8859_10,
  iso_8859_11,
  iso_8859_13,
  iso_8859_14,
  iso_8859_15,
  koi8_r,
  koi8_u,
  ibm866,
  shift_jis,
  euc_jp,
  iso_2022_jp,
  gbk,
  gb18030,
  big5,
  euc_kr,
};

/// By its name, in any case and with or without its hyphens and underscores: "KOI8-R", "latin1", "shift_jis".
std::optional<Encoding> find_encoding(std::string_view name);
/// "koi8-r"
std::string_view name_of(Encoding encoding);
/// All names, for forms and messages.
std::vector<std::string> encoding_names();

/// Text of one line: UTF-8 where it is valid, else of `encoding` (utf_8: windows-1252), which gives something for any
/// bytes, U+FFFD where there is nothing better. Decided line by line and never guessed from letters: channels mix both.
/// ISO-2022-JP consists of ASCII bytes and is known by its escape sequences.
std::string decode_text(std::string_view bytes, Encoding encoding = Encoding::windows_1252);

/// UTF-8 as `encoding` writes it. What it does not have is written in letters that it has ("č" as "c", Cyrillic as
/// Latin), else as "?"; `lost` becomes true then.
std::string encode_text(std::string_view utf8, Encoding encoding, bool* lost = nullptr);
/// How many bytes encode_text() makes of this.
std::size_t encoded_size(std::string_view utf8, Encoding encoding);

}  // namespace dragoman::backends::irc
