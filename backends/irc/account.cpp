#include "backends/irc/client_certificate.hpp"
#include "backends/irc/config.hpp"
#include "backends/irc/make_login.hpp"
#include "backends/irc/new_account_form.hpp"
#include "backends/irc/nickname.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

chat::Field field(chat::Field::Kind kind, std::string name, std::string label, std::string description) {
  chat::Field made;
  made.kind = kind;
  made.name = std::move(name);
  made.label = std::move(label);
  made.description = std::move(description);
  return made;
}

/// More than any server takes; an IRC line has 512 bytes.
constexpr std::size_t longest_answer = 300;

bool has_controls(std::string_view value) { return text::without_controls(value, false) != value; }

}  // namespace

chat::Form account_form(const chat::Account& account, const AccountOffer& offer) {
  using Kind = chat::Field::Kind;
  chat::Form form;
  form.title = "IRC account";
  form.instructions =
      "Choose the nickname to use. If it is registered with the network's services, give its password, "
      "then you are logged in before you join any channel.";
  auto nick = field(Kind::text, "nick", "Nickname", "What others see");
  nick.values = {account.nickname};
  nick.required = true;
  form.fields.push_back(std::move(nick));
  auto username = field(Kind::text, "username", "Username", "The part before the host; empty: chosen for you");
  auto realname = field(Kind::text, "realname", "Real name", "Shown by /whois; empty: the nickname");
  auto login = field(Kind::text, "account", "Account", "Name of the registered account; empty: the nickname");
  for (chat::Field* each : {&username, &realname, &login}) {
    if (account.settings.has(each->name)) each->values = {account.settings.get(each->name)};
    form.fields.push_back(std::move(*each));
  }
  form.fields.push_back(field(Kind::secret, "password", "Password", "Of the account (SASL); empty: unchanged"));
  add_new_account(form, account.settings, offer);
  form.fields.push_back(
      field(Kind::secret, "pass", "Server password", "Only for servers that ask for one; empty: unchanged"));
  const Secret<std::string> certificate{split_passwords(account.password).certificate};
  auto choice = field(Kind::boolean, "certificate", "Client certificate",
                      "Log in with a certificate that is made for you (SASL EXTERNAL)");
  choice.values = {certificate.empty() ? "0" : "1"};
  form.fields.push_back(std::move(choice));
  if (const auto fingerprints = fingerprints_of(certificate)) {
    auto hint = field(Kind::fixed, "fingerprint", "Fingerprint", {});
    hint.values = {certificate_hint(*fingerprints)};
    form.fields.push_back(std::move(hint));
  }
  return form;
}

Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account,
                                   const AccountOffer& offer) {
  chat::Account merged = account;
  for (const char* name : {"nick", "username", "realname", "account", "password", "pass", "email"}) {
    if (has_controls(answers.get(name))) {
      return failure(Fault::unacceptable, std::string{name} + ": line breaks and control characters are not possible");
    }
  }
  for (const char* name : {"nick", "username", "realname", "account", "password", "pass", "email"}) {
    if (answers.get(name).size() > longest_answer) {
      return failure(Fault::unacceptable, std::string{name} + ": at most " + std::to_string(longest_answer) + " bytes");
    }
  }
  // Plain jabber:iq:register clients may know no other field than "username": then it is the nickname.
  const bool only_username = answers.get("nick").empty();
  std::string nick{text::trim(answers.get(only_username ? "username" : "nick"))};
  if (nick.empty()) nick = account.nickname;
  if (nick.empty()) return failure(Fault::unacceptable, "nick: a nickname is needed");
  merged.nickname = nick;
  merged.registered = true;
  for (const char* name : {"username", "realname", "account", "email"}) {
    const bool is_nickname = only_username && std::string_view{name} == "username";
    if (answers.has(name) && !is_nickname) merged.settings.set(name, std::string{text::trim(answers.get(name))});
  }
  if (answers.has("new_account")) merged.settings.set("new_account", answers.flag("new_account") ? "1" : "0");
  Passwords passwords = split_passwords(account.password);
  if (!answers.get("password").empty()) passwords.account = answers.get("password");
  if (!answers.get("pass").empty()) passwords.server = answers.get("pass");
  const auto complete = check_new_account(merged.settings, {"password", passwords.account}, offer);
  if (!complete) return complete.error();
  if (answers.has("certificate") && !answers.flag("certificate")) passwords.certificate.clear();
  if (answers.flag("certificate") && passwords.certificate.empty()) {
    const auto made = make_client_certificate();
    if (!made) return made.error();
    passwords.certificate = made->reveal();
  }
  merged.password = join_passwords(passwords);
  return merged;
}

chat::Finished tell_certificate(const chat::Account& account) {
  const auto fingerprints = fingerprints_of(Secret<std::string>{split_passwords(account.password).certificate});
  if (fingerprints) return {certificate_hint(*fingerprints), {}};
  return {
      "You have no client certificate. Register again with \"Client certificate\" chosen, then one is made for you.",
      {},
      true};
}

}  // namespace dragoman::backends::irc
