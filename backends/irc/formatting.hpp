#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/content.hpp"

// mIRC formatting (modern.ircdocs.horse/formatting): \x02 bold, \x1d italic, \x1f underline, \x1e strike, \x11
// monospace, \x16 reverse (dropped), \x0f reset, \x03[fg[,bg]] one of 99 colours, \x04[RRGGBB[,RRGGBB]].

namespace dragoman::backends::irc {

/// Reads the text of a message (already UTF-8): what stands between codes, with spans over it. Other control characters
/// disappear; a colour on the same colour is a spoiler.
void read_formatting(std::string_view text, chat::Content& content);

/// True when the text needs no reading: no control characters in it.
bool is_plain(std::string_view text);
/// True when there are codes in a line (the frame of a CTCP is none).
bool has_codes(std::string_view line);
/// Without any codes, for topics, reasons and names.
std::string without_formatting(std::string_view text);

/// Writes the piece `text` of a content, which begins at byte `offset` there: spans are cut to the piece and opened
/// anew, so that every line stands alone. Control characters in the text itself are dropped.
std::string write_formatting(std::string_view text, std::size_t offset, const std::vector<chat::Span>& spans);
/// The most bytes that codes can add to a piece of [begin, end).
std::size_t formatting_cost(std::size_t begin, std::size_t end, const std::vector<chat::Span>& spans);

}  // namespace dragoman::backends::irc
