#include "backends/irc/login.hpp"

#include "backends/irc/charset.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/services.hpp"

namespace dragoman::backends::irc {

namespace {

/// How long services may take. A join has 14 s (answer_deadline), of which this may use most.
constexpr auto patience = std::chrono::seconds{10};

bool is_ours(const State& state, std::string_view nick) {
  const ServicesDialect& services = *state.shared.services;
  return same(state.link.isupport->casemap, services.address.substr(0, services.address.find('@')), nick) ||
         nick == services.address;
}

void end(State& state, Effects& effects) {
  state.link.services_until.reset();
  join_wanted(state, effects);
}

/// There is no such account yet, and the person wants it: services make it. True when they were asked.
bool enroll(State& state, Effects& effects) {
  const std::string_view words = state.shared.services->enroll;
  if (!state.login.registration->wanted || words.empty() || state.link.registration_tried) return false;
  state.link.registration_tried = true;
  if (!tell_services(state, words, state.link.nickname, effects)) return false;
  state.link.services_until = effects.now + patience;
  return true;
}

}  // namespace

bool tell_services(State& state, std::string_view words, std::string_view nick, Effects& effects) {
  const SaslLogin& login = state.login.sasl;
  const auto line = fill(words, {login.account, login.password.reveal(), nick, state.login.registration->email});
  return send(state, effects, {.labelled = true}, "PRIVMSG", {state.shared.services->address}, line.reveal())
      .has_value();
}

bool ask_services(State& state, Effects& effects) {
  const SaslLogin& login = state.login.sasl;
  if (state.shared.services == nullptr || !login.has_password() || !login.password_allowed()) return false;
  if (!tell_services(state, state.shared.services->identify, state.link.nickname, effects)) return false;
  state.link.services_until = effects.now + patience;
  return true;
}

bool awaits_services(const State& state) { return state.link.services_until.has_value(); }

void services_accepted(State& state, Effects& effects) {
  state.link.logged_in = true;
  if (awaits_services(state)) end(state, effects);
}

void services_said(State& state, std::string_view nick, std::string_view text, Effects& effects) {
  if (!awaits_services(state) || !is_ours(state, nick)) return;
  switch (read_services_reply(text)) {
    case ServicesReply::unknown:
      return;
    case ServicesReply::logged_in:
      return services_accepted(state, effects);
    case ServicesReply::refused:
      if (enroll(state, effects)) return;
      // Never into a channel without the account that the person believes to have.
      effects.ending = Ending{Fault::unauthorized, "login failed: " + decode_text(nick) + " says: " + decode_text(text),
                              Farewell::Retry::never};
      return;
  }
}

bool services_are_away(State& state, std::string_view nick, Effects& effects) {
  if (!awaits_services(state) || !is_ours(state, nick)) return false;
  effects.tell(chat::Notice{{}, "The services of the network are not there: you are not logged in.", {}});
  end(state, effects);
  return true;
}

void expire_login(State& state, Effects& effects) {
  if (!awaits_services(state) || *state.link.services_until > effects.now) return;
  effects.tell(chat::Notice{{}, "The services of the network did not say that you are logged in.", {}});
  end(state, effects);
}

}  // namespace dragoman::backends::irc
