#pragma once

#include <string>
#include <string_view>

#include "backends/irc/config.hpp"
#include "backends/irc/state.hpp"
#include "chat/account.hpp"

// What a session registers with: made of the account of a person, or of what the operator says of the bots.

namespace dragoman::backends::irc {

/// A username as all servers take it; may be empty.
std::string legal_username(std::string_view wish);

/// "{nick}, {user}" with what is known of a person: nick, jid, user (of the JID) and domain. Fault::malformed names a
/// placeholder that there is none of.
Result<std::string> fill_realname(std::string_view pattern, std::string_view nickname, std::string_view owner);

/// What a session of this account registers with. `key` makes idents stable and unguessable.
Login make_login(const Config& config, const chat::Account& account, std::string_view key);

/// The secrets of an account, kept as one: the password of the account on the network, that of the server, and the
/// client certificate with its key (PEM).
struct Passwords {
  std::string account, server, certificate;
};
Secret<std::string> join_passwords(const Passwords& passwords);
Passwords split_passwords(const Secret<std::string>& secret);

}  // namespace dragoman::backends::irc
