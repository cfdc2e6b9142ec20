#include "backends/irc/account_registration.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr auto patience_for_account = std::chrono::seconds{10};

struct Refusal {
  std::string_view code;
  Fault fault;
  const char* text;
};
constexpr auto refusals = std::to_array<Refusal>({
    {"ACCOUNT_EXISTS", Fault::conflict, "this account exists already, and has another password"},
    {"BAD_ACCOUNT_NAME", Fault::unacceptable, "the network does not take this name for an account"},
    {"ACCOUNT_NAME_MUST_BE_NICK", Fault::unacceptable, "here an account has the name of the nickname"},
    {"NEED_NICK", Fault::unacceptable, "the network wants to know a nickname first"},
    {"ALREADY_AUTHENTICATED", Fault::conflict, "you are logged in to an account already"},
    {"WEAK_PASSWORD", Fault::unacceptable, "the password is too weak for the network; choose another one"},
    {"UNACCEPTABLE_PASSWORD", Fault::unacceptable, "the network does not take this password; choose another one"},
    {"INVALID_EMAIL", Fault::unacceptable, "the network cannot write to this e-mail address"},
    {"UNACCEPTABLE_EMAIL", Fault::unacceptable, "the network does not take this e-mail address"},
    {"COMPLETE_CONNECTION_REQUIRED", Fault::unavailable, "the network does this only for whoever is connected"},
    {"INVALID_CODE", Fault::unacceptable, "the code is not the right one, or too old"},
    {"TEMPORARILY_UNAVAILABLE", Fault::unavailable, "the network cannot do this just now; try again later"},
});

/// The sentence for the code, and the server's own words where they do not repeat what nobody may read.
Error refusal_of(const State& state, const Message& message) {
  const auto* const known = std::find_if(refusals.begin(), refusals.end(),
                                         [&message](const Refusal& each) { return each.code == message.param(1); });
  std::string words = without_formatting(decode_text(message.last()));
  const std::string& password = state.login.sasl.password.reveal();
  if (!password.empty() && words.find(password) != std::string::npos) words.clear();
  if (known == refusals.end()) {
    return failure(Fault::unacceptable, words.empty() ? "the network refused it" : std::move(words));
  }
  return failure(known->fault, known->text + (words.empty() ? std::string{} : " (" + words + ')'));
}

void notify(Effects& effects, std::string text) { effects.tell(chat::Notice{{}, std::move(text), {}}); }

/// Whatever came of it: on with what has waited for it.
void go_on(State& state, Effects& effects) {
  state.link.registering = false;
  state.link.registering_until.reset();
  state.stage == Stage::ready ? join_wanted(state, effects) : end_negotiation(state, effects);
}

void on_register(State& state, const Message& message, Effects& effects) {
  if (!state.link.registering) return;
  const std::string account = decode_text(message.param(1));
  const std::string words = without_formatting(decode_text(message.last()));
  state.link.login_told = true;
  if (message.param(0) == "SUCCESS") {
    state.link.logged_in = true;
    notify(effects, "The account " + account + " is yours now. " + words);
    return go_on(state, effects);
  }
  if (message.param(0) != "VERIFICATION_REQUIRED") return;
  state.login.registration.change().account = account;
  const std::string where = state.shared.suffix.empty() ? ". " : " at the address of this server. ";
  notify(effects, "The account " + account +
                      " waits for a code that the network sends to you. Enter it with the command \"verify\"" + where +
                      words);
  go_on(state, effects);
}

void on_verify(State& state, const Message& message, Effects& effects) {
  if (message.param(0) != "SUCCESS") return;
  state.link.logged_in = true;
  if (!state.login.registration->account.empty()) state.login.registration.change().account.clear();
  if (!std::exchange(state.link.verifying_until, std::nullopt)) return;
  effects.verified = "The account " + decode_text(message.param(1)) + " is yours now, and you are logged in.";
}

constexpr Handler account_rows[] = {{"REGISTER", 3, on_register}, {"VERIFY", 3, on_verify}};

bool wants_account(const State& state) {
  const Login& login = state.login;
  return login.registration->wanted && login.sasl.has_password() && login.sasl.password_allowed() &&
         state.link.caps.has(Cap::account_registration) && state.link.login_failed && !state.link.logged_in &&
         !state.link.registration_tried;
}

}  // namespace

HandlerTable account_handlers() { return {account_rows, std::size(account_rows)}; }

RegistrationTerms read_registration_terms(std::string_view value) {
  RegistrationTerms terms;
  for (const std::string_view pair : text::split(value, ',')) {
    const std::string_view key = pair.substr(0, pair.find('='));
    terms.before_connect |= key == "before-connect";
    terms.email_required |= key == "email-required";
    terms.custom_account_name |= key == "custom-account-name";
  }
  return terms;
}

AccountOffer account_offer(const Link& link, const ServicesDialect* services) {
  if (link.caps.has(Cap::account_registration)) {
    return {true, read_registration_terms(link.offered.registration_terms).email_required};
  }
  const std::string_view words = services == nullptr ? std::string_view{} : services->enroll;
  return {!words.empty(), words.find("{email}") != std::string_view::npos};
}

std::string write_account_offer(const AccountOffer& offer) {
  if (!offer.possible) return {};
  return offer.email_required ? "possible email-required" : "possible";
}

AccountOffer read_account_offer(std::string_view text) {
  return {text.starts_with("possible"), text == "possible email-required"};
}

bool registers_later(const State& state) {
  return wants_account(state) && state.stage == Stage::registering &&
         !read_registration_terms(state.link.offered.registration_terms).before_connect;
}

bool register_account(State& state, Effects& effects) {
  if (!wants_account(state) || registers_later(state)) return false;
  Link& link = state.link;
  const Login& login = state.login;
  // What waits for its code would be refused as one that exists.
  if (!login.registration->account.empty()) return false;
  const bool as_nickname = same(link.isupport->casemap, login.sasl.account, link.nickname);
  const std::string account = as_nickname ? "*" : login.sasl.account;
  const std::string& email = login.registration->email;
  const auto sent = send(state, effects, {.urgency = Urgency::now}, "REGISTER",
                         {account, email.empty() ? std::string_view{"*"} : email}, login.sasl.password.reveal());
  if (!sent) return false;
  link.registration_tried = link.registering = true;
  if (state.stage == Stage::ready) link.registering_until = effects.now + patience_for_account;
  return true;
}

bool account_refused(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  if (message.param(0) == "VERIFY") {
    if (std::exchange(link.verifying_until, std::nullopt)) effects.verified = refusal_of(state, message);
    return true;
  }
  if (message.param(0) != "REGISTER" || !link.registering) return false;
  if (message.param(1) == "COMPLETE_CONNECTION_REQUIRED" && state.stage == Stage::registering) {
    // Said although before-connect was: so it is done behind the welcome.
    link.registering = link.registration_tried = false;
    link.offered.registration_terms.clear();
    end_negotiation(state, effects);
    return true;
  }
  const Error refusal = refusal_of(state, message);
  const auto retry = refusal.fault == Fault::unavailable ? Farewell::Retry::later : Farewell::Retry::never;
  // Never into a channel without the account that the person believes to have.
  effects.ending = Ending{refusal.fault, "no account was made: " + refusal.text, retry};
  return true;
}

void verify_account(State& state, std::string_view code, Effects& effects) {
  const std::string& waiting = state.login.registration->account;
  const std::string account = waiting.empty() ? state.login.sasl.account : waiting;
  if (state.stage != Stage::ready || account.empty()) {
    effects.verified = failure(Fault::unavailable, "you are not connected to the network just now");
    return;
  }
  const auto sent = send(state, effects, {.urgency = Urgency::now}, "VERIFY", {account, code});
  if (!sent) {
    effects.verified = failure(Fault::unacceptable, "this cannot be a code");
    return;
  }
  state.link.verifying_until = effects.now + patience_for_account;
}

void expire_account(State& state, Effects& effects) {
  Link& link = state.link;
  if (link.registering_until && *link.registering_until <= effects.now) {
    notify(effects, "The network did not say whether it has made the account.");
    go_on(state, effects);
  }
  if (link.verifying_until && *link.verifying_until <= effects.now) {
    link.verifying_until.reset();
    effects.verified = failure(Fault::timeout, "the network did not answer in time");
  }
}

}  // namespace dragoman::backends::irc
