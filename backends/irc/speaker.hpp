#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "backends/irc/state.hpp"
#include "chat/account.hpp"

// Somebody who speaks in a channel through a bridge, over a connection of their own (docs/bridging.md). It hears
// nothing of the channel: the bridge's bot hears for all of them.

namespace dragoman::backends::irc {

/// Whether the account is one of those. Settings: "deaf" (a flag), "realname", "nick_suffix" (behind each nickname).
/// It is neither the bot nor logged in as it: username, source address and WEBIRC are those of its owner, as for
/// people.
bool is_speaker(const chat::Account& account);

/// legal_nickname of a wish of this login, with the suffix that it has behind it; the name is cut for it. `length` is
/// in bytes.
std::string wished_nickname(const Login& login, std::string_view wish, std::size_t length);
inline std::string wished_nickname(const Login& login, std::size_t length) {
  return wished_nickname(login, login.nickname, length);
}

/// Once registered: asks the server not to send what is said in channels, where it has a mode for that (DEAF).
void go_deaf(State& state, Effects& effects);

}  // namespace dragoman::backends::irc
