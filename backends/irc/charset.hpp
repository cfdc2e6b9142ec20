#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// How a network's text that is not UTF-8 is read, and how ours is written there.
enum class Encoding { utf_8, windows_1252 };

/// Text of one line: UTF-8 where it is valid, else windows-1252, which gives something for any bytes. Decided line by
/// line and never guessed from letters: channels mix both.
std::string decode_text(std::string_view bytes);
/// UTF-8 as the network wants it; what windows-1252 does not have becomes "?".
std::string encode_text(std::string_view utf8, Encoding encoding);

}  // namespace dragoman::backends::irc
