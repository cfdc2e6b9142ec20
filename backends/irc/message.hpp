#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// Who sent a message: nick!user@host, or a server's name in `nick` (then user and host are empty).
struct Source {
  std::string_view nick, user, host;
};
/// Examples: "al!~a@host" -> al, ~a, host; "irc.test" -> irc.test; "al@host" -> al, "", host.
Source split_source(std::string_view source);

/// One line from a server, as views into that line.
///
///   [@tags SPACE] [:source SPACE] command *(SPACE middle) [SPACE :trailing]
///
/// Several spaces are one separator, a TAB is none. `@time=T :al!a@h PRIVMSG #tea :hello world` has two parameters.
/// Source: modern.ircdocs.horse #message-format; github.com/ircdocs/parser-tests.
struct Message {
  static constexpr std::size_t most_params = 32;  // RFC 1459 knows 15; whatever follows the last one belongs to it

  std::string_view tags;    ///< without the "@", not yet unescaped
  std::string_view source;  ///< without the ":"
  std::string_view command;
  std::array<std::string_view, most_params> params;
  std::size_t count = 0;
  std::uint32_t batch_label = 0;  ///< of the batch of several answers that it is part of (batches.hpp); 0: of none

  /// The parameter, or an empty text when there are fewer.
  std::string_view param(std::size_t index) const { return index < count ? params[index] : std::string_view{}; }
  std::string_view last() const { return count == 0 ? std::string_view{} : params[count - 1]; }
  /// An unescaped tag; the last one wins when a key comes twice. Nothing when it is missing.
  std::optional<std::string> tag(std::string_view key) const;
  /// As tag(), not unescaped: for values that cannot contain an escape (time, label, batch).
  std::optional<std::string_view> raw_tag(std::string_view key) const;
};

/// Reads a line without its CR LF. False for a line without a command (to be ignored).
bool parse(std::string_view line, Message& message);

/// ircv3.net: labeled-response: its own label, or that of its batch; nothing when there is none, or none of ours, which
/// are numbers above 0.
std::optional<std::uint32_t> label_of(const Message& message);

/// ircv3.net: message-tags, escaping of values. `\x` for an unknown x is x; a lone `\` at the end is dropped.
std::string unescape_tag(std::string_view value);

}  // namespace dragoman::backends::irc
