#pragma once

#include <string>
#include <string_view>

#include "backends/irc/account_registration.hpp"
#include "chat/form.hpp"

// The wish for an account that does not exist yet (account_registration.hpp): the fields "new_account" and "email".

namespace dragoman::backends::irc {

/// With what has been set before; nothing where no account can be made.
void add_new_account(chat::Form& form, const chat::Fields& set, const AccountOffer& offer);

/// The field that asks for the password, and what stands in it.
struct PasswordOfAccount {
  std::string_view field;
  const std::string& password;
};
/// What is missing for a new account, Fault::unacceptable; nothing when it is complete or not wanted.
Result<void> check_new_account(const chat::Fields& set, const PasswordOfAccount& password, const AccountOffer& offer);

}  // namespace dragoman::backends::irc
