#pragma once

#include <string_view>

#include "backends/irc/state.hpp"

// Who is behind a nickname, as far as the network tells: the account (ircv3.net: account-notify, account-tag,
// extended-join, whox), user and host (userhost-in-names, chghost), whether it is a bot (bot-mode) or helps to run the
// network (draft/oper-tag). Account and host are the same for everybody and stand beside the name; the rest is kept
// beside the membership.

namespace dragoman::backends::irc {

/// Empty: logged in to none, which "*" and "0" mean too. `came`: with the join of whoever bears the name now.
void account_is(State& state, NameId name, std::string_view account, bool came = false);
void address_is(State& state, NameId name, std::string_view user, std::string_view host);
/// What a message says of its author by its tags and its source, before it is shown itself.
void read_author(State& state, const Message& message, Effects& effects);
/// The author is a program, says the server (ircv3.net: bot-mode).
bool has_bot_tag(const Message& message);
/// Whether the message, or what is known of its author, says that a program wrote it.
bool is_bot(State& state, const Message& message);

/// The names of a channel have come: asks who these are (WHOX; WHO where only away states are of use), in channels of a
/// size for which servers answer. Whoever enters with WHOX gets in when the answer is there, or late, and then sees
/// everybody as they are in the first presence.
void names_are_complete(State& state, Room& room, Effects& effects);

}  // namespace dragoman::backends::irc
