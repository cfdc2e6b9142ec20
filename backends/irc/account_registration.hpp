#pragma once

#include <string>
#include <string_view>

#include "backends/irc/state.hpp"

// Making an account on the network, with the password that the person has given (ircv3.net:
// draft/account-registration):
//   C: REGISTER <account> {<email> | *} <password>      * as the account: named as the nickname
//   S: REGISTER SUCCESS <account> <message>             logged in to it from now on
//   S: REGISTER VERIFICATION_REQUIRED <account> <message>, then   C: VERIFY <account> <code>
// Only when a login has failed, so that an account is made once although it is wanted at each connection.

namespace dragoman::backends::irc {

/// The value of the capability.
struct RegistrationTerms {
  bool before_connect = false, email_required = false, custom_account_name = false;
};
/// Unknown keys, and values of keys, mean nothing.
RegistrationTerms read_registration_terms(std::string_view value);

/// How accounts are made on the network.
struct AccountOffer {
  bool possible = false;  ///< by something that we can say
  bool email_required = false;
  bool operator==(const AccountOffer&) const = default;
};
AccountOffer account_offer(const Link& link, const ServicesDialect* services);
/// For the store, and back; an empty text for none.
std::string write_account_offer(const AccountOffer& offer);
AccountOffer read_account_offer(std::string_view text);

/// True when the server was asked, and its answer is to be waited for.
bool register_account(State& state, Effects& effects);
/// The server is to be asked when we are connected.
bool registers_later(const State& state);
/// FAIL of REGISTER or VERIFY. False when it is about something else.
bool account_refused(State& state, const Message& message, Effects& effects);
/// The code that the network has sent to the person. The answer is Effects::verified.
void verify_account(State& state, std::string_view code, Effects& effects);
void expire_account(State& state, Effects& effects);

}  // namespace dragoman::backends::irc
