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
/// What a DCC request is about, for people; it is never accepted: it would show an address, and connect to one that a
/// stranger names. `text` is what follows "DCC": `SEND "my cat.jpg" 3232235777 5000 123456` -> `offers the file "my
/// cat.jpg" (121 KiB) by a direct connection (DCC), which is not possible here; ask for a link`.
std::string describe_dcc(std::string_view text);
std::string make_ctcp(std::string_view command, std::string_view text);

}  // namespace dragoman::backends::irc
