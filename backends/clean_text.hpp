#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Texts of others made fit for XMPP: homeservers and hooks let everything through, NUL and U+FFFF included, and an XMPP
// server closes the stream of all our people for one of them.

namespace dragoman::backends {

/// Of several lines: line breaks are LF, TAB stays; everything else that is a control code or no XML character goes.
std::string clean_body(std::string_view text);
/// Names, topics, reasons: one line, each run of white space one space, none at the ends.
std::string clean_line(std::string_view text);

inline constexpr std::size_t longest_name = 256;  // code points
/// A name as somebody is shown under it: one line without control codes, signs that turn the direction of what follows,
/// and signs that nobody sees; at most longest_name. Empty when nothing is left.
std::string clean_name(std::string_view name);

}  // namespace dragoman::backends
