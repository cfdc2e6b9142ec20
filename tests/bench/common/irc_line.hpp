// One line of IRC, cut into its parts without copying (modern.ircdocs: #message-format).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace bench {

struct IrcLine {
  std::string_view tags;    // without '@'
  std::string_view prefix;  // without ':'
  std::array<std::string_view, 16> words;
  std::size_t count = 0;

  /// The command is word 0, its first parameter word 1; a word that is not there is empty.
  std::string_view operator[](std::size_t i) const { return i < count ? words[i] : std::string_view(); }

  /// The value of one message tag, as it was sent (nothing is unescaped); empty when absent.
  std::string_view tag(std::string_view key) const;
};

/// `line` comes without CR LF and outlives the result; count is 0 when there is no command in it.
IrcLine parse_irc_line(std::string_view line);

}  // namespace bench
