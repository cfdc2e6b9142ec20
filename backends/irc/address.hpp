#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "chat/ids.hpp"

// Addresses of an IRC network: the localpart of a JID (before XEP-0106 escapes it) and the bytes that IRC knows.
//
//   localpart   = 1*( unit )
//   unit        = character / "=" HH            ; HH: a byte, lower-case hexadecimal
//
// A byte that XMPP would refuse or change (control codes, what is not UTF-8, what is not stable letters or digits)
// stands as =HH, and "=" itself does when two hexadecimal digits follow it. ASCII letters are lower case, because XMPP
// makes them so and IRC does not tell them apart. Examples: "#Tea" <-> "#tea", "#caf\xe9" <-> "#caf=e9", "#a=3d" <->
// "#a=3d3d".
//
// The text of a RoomId or PersonId is this localpart. Where one gateway serves several servers, the server stands
// behind it, after the last "%": "#tea%irc.oftc.net", and "#50%off%irc.oftc.net" is the channel "#50%off". What is
// behind, its
// "%" included, is the suffix of that server; it is empty where the server is one.

namespace dragoman::backends::irc {

/// The localpart of a channel or nickname. decode(encode(x)) is x with its ASCII letters in lower case.
std::string encode(std::string_view name);
/// The bytes that a localpart stands for; total.
std::string decode(std::string_view localpart);

/// True when a name begins like a channel, before the server has said which signs it uses.
bool looks_like_channel(std::string_view name);
/// Whether IRC can carry this as a channel or as a nickname at all; Fault::malformed says why not.
Result<void> check_channel(std::string_view name);
Result<void> check_nickname(std::string_view name);

using Target = std::variant<chat::RoomId, chat::PersonId>;
/// Reads a localpart or what a person typed: a room when it looks like a channel, else a person.
Result<Target> parse_target(std::string_view text);

inline chat::RoomId room_id(std::string_view channel, std::string_view suffix = {}) {
  return chat::RoomId{encode(channel).append(suffix)};
}
inline chat::PersonId person_id(std::string_view nickname, std::string_view suffix = {}) {
  return chat::PersonId{encode(nickname).append(suffix)};
}
/// The localpart in an id of the server with this suffix.
inline std::string_view without_suffix(std::string_view id, std::string_view suffix) {
  return id.substr(0, id.ends_with(suffix) ? id.size() - suffix.size() : id.size());
}

}  // namespace dragoman::backends::irc
