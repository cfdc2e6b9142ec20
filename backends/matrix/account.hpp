#pragma once

#include <string>

#include "backends/matrix/config.hpp"
#include "backends/matrix/login.hpp"
#include "chat/account.hpp"
#include "chat/form.hpp"

// The account of a person: what they are asked, and what is kept. Settings: "username" and "homeserver" as they were
// typed, "user_id" and "base_url" as they were found.

namespace dragoman::backends::matrix {

chat::Form account_form(const chat::Account& account, const Config& config);
/// Fault::unacceptable, "field: text".
Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account, const Config& config);
/// Of somebody who is a ghost: nothing but how they want to be called.
chat::Form ghost_form(const chat::Account& account);
Result<chat::Account> read_ghost(const chat::Fields& answers, const chat::Account& account);
/// What somebody may set beside the account (chat::Network::part_form): whether others see what they have read, and how
/// they see threads.
chat::Form settings_form(const chat::Account& account, const Config& config);
/// Fault::unacceptable with "threads: ..." when it is none of the choices.
Result<chat::Account> read_settings(const chat::Fields& answers, const chat::Account& account);
bool reads_privately(const chat::Account& account);
/// Threads stand in the room, as answers: by their own wish, else as the configuration has it.
bool wants_threads_inline(const chat::Account& account, const Config& config);
chat::Field homeserver_field(const chat::Account& account, const Config& config);
/// Takes the answer to homeserver_field over; `needed`: nothing else says which it is.
Result<void> read_homeserver(const chat::Fields& answers, bool needed, const Config& config, chat::Account& account);

/// What find_homeserver() is asked.
struct HomeserverName {
  std::string name;
  bool public_only = true;
};
HomeserverName homeserver_name(const chat::Account& account, const Config& config);
/// Why no homeserver was found, for who has said its name.
Error explain(const Error& error, const HomeserverName& name);

Credentials credentials_of(const chat::Account& account);
/// As it is kept once somebody is logged in.
chat::Account logged_in(chat::Account account, const Tokens& tokens);
/// The account of a bridge, as the configuration names it; as it was when it names none.
chat::Account relay_account(const chat::Account& bridge, const Config& config);
/// "@alice:hs.tld"; empty before the first login.
const std::string& user_id_of(const chat::Account& account);
/// Its base URL.
const std::string& homeserver_of(const chat::Account& account);
bool is_public_only(const chat::Account& account);

}  // namespace dragoman::backends::matrix
