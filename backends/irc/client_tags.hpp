#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/isupport.hpp"
#include "backends/irc/message.hpp"

// Tags that clients make for clients (ircv3.net: message-tags): what a message answers, that somebody writes,
// reactions, through which gateways it came.

namespace dragoman::backends::irc {

enum class ClientTag {
  typing,
  reply,
  react,
  unreact,
  channel_context,
  via,  ///< ours: through which gateways a message has come (chat::Content::via)
};
/// Of one; what is longer has come from nobody whom we know.
inline constexpr std::size_t longest_via = 1000;

/// The name on the wire, e.g. "+typing".
std::string_view name_of(ClientTag tag);
/// "+reply=abc", the value escaped; the tags of one line are joined with ";".
std::string write_tag(ClientTag tag, std::string_view value);
/// The unescaped value; older names of the tag count too. Nothing when it is missing or empty.
std::optional<std::string> read_tag(const Message& message, ClientTag tag);
/// CLIENTTAGDENY: the server passes it on.
bool passes(const Isupport& isupport, ClientTag tag);

/// ircv3.net: message-tags, the inverse of unescape_tag.
std::string escape_tag(std::string_view value);

}  // namespace dragoman::backends::irc
