#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// A CTCP request (in PRIVMSG) or reply (in NOTICE): "\x01ACTION waves\x01". modern.ircdocs.horse/ctcp
struct Ctcp {
  std::string_view command;
  std::string_view text;
};

/// Nothing when the text is no CTCP. The last \x01 may be missing.
std::optional<Ctcp> parse_ctcp(std::string_view text);
std::string make_ctcp(std::string_view command, std::string_view text);

}  // namespace dragoman::backends::irc
