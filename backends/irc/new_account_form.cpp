#include "backends/irc/new_account_form.hpp"

#include <utility>

namespace dragoman::backends::irc {

void add_new_account(chat::Form& form, const chat::Fields& set, const AccountOffer& offer) {
  if (!offer.possible) return;
  chat::Field choice;
  choice.kind = chat::Field::Kind::boolean;
  choice.name = "new_account";
  choice.label = "New account";
  choice.description = "Make this account on the network, with this password, if there is none";
  choice.values = {set.flag("new_account") ? "1" : "0"};
  form.fields.push_back(std::move(choice));
  chat::Field email;
  email.name = "email";
  email.label = "E-mail";
  email.description =
      offer.email_required ? "For a new account; the network wants one" : "For a new account; some networks want one";
  email.values = {set.get("email")};
  form.fields.push_back(std::move(email));
}

Result<void> check_new_account(const chat::Fields& set, const PasswordOfAccount& password, const AccountOffer& offer) {
  if (!set.flag("new_account")) return {};
  if (password.password.empty()) {
    return failure(Fault::unacceptable, std::string{password.field} + ": a new account needs one");
  }
  const std::string& email = set.get("email");
  if (offer.email_required && email.empty()) {
    return failure(Fault::unacceptable, "email: this network wants an address for a new account");
  }
  const auto at = email.find('@');
  if (!email.empty() && (at == 0 || at == std::string::npos || at + 1 == email.size() ||
                         email.find_first_of(" ,:") != std::string::npos)) {
    return failure(Fault::unacceptable, "email: this is no e-mail address");
  }
  return {};
}

}  // namespace dragoman::backends::irc
