#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace dragoman::backends::irc {

/// RFC 1459 2.3: the longest line with its CR LF, tags apart. ngIRCd closes the link for a longer one.
inline constexpr std::size_t line_limit = 512;

struct LineOptions {
  std::string_view label = {};     ///< labeled-response; [0-9a-z]+ of our own, empty: none
  std::size_t limit = line_limit;  ///< with CR LF, without tags
  std::string_view tags = {};      ///< client_tags.hpp
};

/// Appends exactly one line with its CR LF, or nothing and says why. The only function that makes a line: whatever
/// bytes come in, they cannot become a second command.
///
/// A middle parameter may not be empty, contain a SPACE or begin with ":"; nothing may contain NUL, CR or LF, and tags
/// no SPACE; `text`, when given, is the last parameter and always written with ":". Fault::malformed, Fault::too_long.
///
///   write_line(out, "KICK", {"#tea", "bob"}, "go away")  ->  "KICK #tea bob :go away\r\n"
Result<void> write_line(std::string& out, std::string_view command, std::span<const std::string_view> middles,
                        std::optional<std::string_view> text = std::nullopt, LineOptions options = {});
inline Result<void> write_line(std::string& out, std::string_view command,
                               std::initializer_list<std::string_view> middles,
                               std::optional<std::string_view> text = std::nullopt, LineOptions options = {}) {
  return write_line(out, command, std::span{middles.begin(), middles.size()}, text, options);
}

/// Text of people made fit for one line: NUL disappears, a run of CR and LF becomes one space.
/// Example: "a\r\nb" -> "a b".
std::string single_line(std::string_view text);

}  // namespace dragoman::backends::irc
