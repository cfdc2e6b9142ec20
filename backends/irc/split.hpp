#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace dragoman::backends::irc {

/// The least budget that split_text works with; less is treated as this.
inline constexpr std::size_t least_budget = 16;

/// How many bytes a text has where it goes; none: as many as it has.
using Measure = std::function<std::size_t(std::string_view)>;

/// Splits text into pieces of at most `budget` bytes: at LF, then after a space, then between grapheme clusters, then
/// between characters; never inside a UTF-8 sequence. The space stays at the end of its piece, so that the pieces of
/// one line put together are that line. Empty lines disappear: IRC cannot carry them. Example: split_text("one
/// two\nthree", 16) -> {"one two", "three"}.
std::vector<std::string_view> split_text(std::string_view text, std::size_t budget, const Measure& measure = {});

/// Bytes left for the text of `:nick!user@host COMMAND target :text CR LF`, which is what others get
/// (modern.ircdocs.horse #message-format). `prefix` is the length of nick!user@host.
std::size_t text_budget(std::size_t limit, std::size_t prefix, std::size_t command, std::size_t target);

}  // namespace dragoman::backends::irc
