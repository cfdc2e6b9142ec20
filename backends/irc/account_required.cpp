#include "backends/irc/account_required.hpp"

#include "backends/irc/account_registration.hpp"

namespace dragoman::backends::irc {

bool lacks_account(const State& state) {
  const Link& link = state.link;
  return (link.offered.account_required || link.isupport->account_required) && !link.logged_in &&
         !state.login.sasl.wanted() && state.login.server_password.empty();
}

Ending account_is_required(const State& state, std::string words) {
  if (words.empty()) words = "this IRC network lets nobody in without an account";
  words += " - register with this gateway, and give your account on the network and its password there";
  if (account_offer(state.link, state.shared.services).possible) words += "; with \"New account\" one is made for you";
  return {Fault::members_only, std::move(words), Farewell::Retry::never};
}

}  // namespace dragoman::backends::irc
