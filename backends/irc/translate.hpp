#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/charset.hpp"
#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"
#include "chat/content.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::irc {

/// ircv3.net: server-time, "2026-11-20T09:00:00.123Z". Nothing when it is not of this form.
std::optional<Timestamp> parse_time(std::string_view text);
/// The inverse of parse_time.
std::string write_time(Timestamp time);
std::optional<Timestamp> time_of(const Message& message);
/// Who a message is from.
chat::Author author_of(const State& state, const Message& message);

/// The text of a PRIVMSG, NOTICE or ACTION as content.
chat::Content read_content(chat::Content::Kind kind, std::string_view text, Encoding encoding = Encoding::utf_8);

/// A line of a message that may have several (ircv3.net: multiline).
struct BatchLine {
  std::string text;
  bool joined = false;  ///< goes on where the line before it ended (multiline-concat)
  bool operator==(const BatchLine&) const = default;
};
/// As write_content, for a message that stays one: empty lines are kept, and what is cut only because lines are short
/// is joined again.
std::vector<BatchLine> write_lines(const chat::Content& content, std::size_t budget, Encoding encoding,
                                   bool* lost = nullptr);

/// A content as the payloads of PRIVMSG or NOTICE lines, each at most `budget` bytes; empty when nothing is left to
/// say. Title and attachments become lines of their own; formatting is opened anew on each line; whoever speaks through
/// a bot stands in front of each line. `lost` becomes true when `encoding` has not all of the characters.
std::vector<std::string> write_content(const chat::Content& content, std::size_t budget, Encoding encoding,
                                       bool* lost = nullptr);

}  // namespace dragoman::backends::irc
