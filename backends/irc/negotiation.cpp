#include <algorithm>
#include <iterator>
#include <utility>

#include "backends/irc/account_registration.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/speaker.hpp"
#include "backends/irc/sts.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr unsigned most_rounds = 40;

void request(State& state, const std::string& names, Effects& effects) {
  Link& link = state.link;
  if (++link.cap_rounds > most_rounds) return;
  ++link.cap_replies_awaited;
  send_now(state, effects, "CAP", {"REQ"}, names);
}

void begin_login(State& state, Effects& effects);

/// ircv3.net: draft/extended-isupport: how long a nickname may be is worth a round trip where ours might be too long,
/// because a name that the server cuts or refuses is not the one that others know. True when the answer is awaited.
bool ask_isupport(State& state, Effects& effects) {
  Link& link = state.link;
  const bool told = link.caps.has(Cap::extended_isupport) && link.caps.has(Cap::batch);
  if (!told || !link.negotiating || link.nickname.size() <= shortest_nick_length) return false;
  if (std::exchange(link.isupport_asked, true)) return false;
  link.isupport_awaited = true;
  ++link.cap_replies_awaited;  // as the answer to a REQ is
  send_now(state, effects, "ISUPPORT", {});
  return true;
}

/// Every REQ has its answer: log in, or go on without.
void negotiated(State& state, Effects& effects) {
  Link& link = state.link;
  if (ask_isupport(state, effects)) return;
  if (link.caps.has(Cap::sasl) && state.login.sasl.wanted() && !link.logged_in && !link.sasl) {
    link.sasl_left = choose_mechanisms(state.login.sasl, link.offered.sasl_mechanisms);
    if (!link.sasl_left.empty()) return begin_login(state, effects);
  }
  if (link.registering) return;
  end_negotiation(state, effects);
}

void request_all(State& state, const std::vector<std::string>& names, Effects& effects) {
  for (const std::string& line : pack_caps(names)) request(state, line, effects);
  if (state.link.cap_replies_awaited == 0) negotiated(state, effects);
}

void answered(State& state, Effects& effects) {
  Link& link = state.link;
  if (link.cap_replies_awaited > 0) --link.cap_replies_awaited;
  if (link.cap_replies_awaited == 0) negotiated(state, effects);
}

/// Never asked for, and never answered: the connection learns of it.
void note_sts(const State& state, std::string_view list, Effects& effects) {
  for (const CapToken& token : read_caps(list)) {
    if (token.name != "sts") continue;
    effects.sts = std::string{token.value};
    if (state.login.sasl.tls || !read_sts(token.value).port) continue;
    effects.ending = Ending{Fault::unavailable, "the IRC server wants TLS", Farewell::Retry::at_once};
  }
}

void on_cap(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  const std::string verb = text::ascii_lower(message.param(1));
  const std::string_view list = message.last();
  if (verb == "ls") {
    for (const CapToken& token : read_caps(list)) link.offered.add(token);
    note_sts(state, list, effects);
    if (effects.ending) return;
    const bool more = message.count >= 4 && message.param(2) == "*";
    if (!more && link.introduce_by) introduce(state, effects);
    if (!more && link.negotiating) {
      request_all(state, wanted_caps(link.offered, state.login.sasl.wanted(), state.heard_until.has_value()), effects);
    }
  } else if (verb == "ack") {
    for (const CapToken& token : read_caps(list)) {
      Cap cap{};
      if (!find_cap(token.name, cap)) continue;
      token.removed ? link.caps.remove(cap) : link.caps.add(cap);
    }
    if (state.stage == Stage::ready) tell_capabilities(state, effects);
    answered(state, effects);
  } else if (verb == "nak") {
    // One that it does not like must not cost the others.
    const auto names = read_caps(list);
    if (names.size() > 1) {
      for (const CapToken& token : names) request(state, std::string{token.name}, effects);
    }
    answered(state, effects);
  } else if (verb == "new") {
    OfferedCaps fresh;
    for (const CapToken& token : read_caps(list)) {
      link.offered.add(token);
      if (Cap cap{}; !find_cap(token.name, cap) || link.caps.has(cap)) continue;
      fresh.add(token);
    }
    if (state.stage == Stage::ready) tell_capabilities(state, effects);
    note_sts(state, list, effects);
    // What needs another capability is left for the next link.
    if (const auto names = wanted_caps(fresh, state.login.sasl.wanted() && !link.logged_in); !names.empty()) {
      for (const std::string& line : pack_caps(names)) request(state, line, effects);
    }
  } else if (verb == "del") {
    for (const CapToken& token : read_caps(list)) {
      Cap cap{};
      if (find_cap(token.name, cap)) link.caps.remove(cap);
      link.offered.remove(token.name);
    }
    if (!link.caps.has(Cap::sasl) && link.sasl) {
      // Services went away in the middle of it: nobody answers any more.
      link.sasl.reset();
      end_negotiation(state, effects);
    }
    if (state.stage == Stage::ready) tell_capabilities(state, effects);
  }
}

void begin_login(State& state, Effects& effects) {
  Link& link = state.link;
  const std::string mechanism = link.sasl_left.front();
  link.sasl_left.erase(link.sasl_left.begin());
  link.sasl = begin_sasl(mechanism, state.login.sasl, state.shared.random);
  link.sasl_trouble.clear();
  link.challenge.reset();
  send_now(state, effects, "AUTHENTICATE", {mechanism});
}

/// It says yes without knowing the password: whoever that is gets nothing more of us, no weaker login either.
void not_the_server(State& state, Effects& effects) {
  std::string text = state.link.sasl_trouble;
  if (text.empty()) text = "the server did not prove that it knows your password";
  effects.ending = Ending{Fault::unauthorized, "login failed: " + text, Farewell::Retry::never};
}

void on_authenticate(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  if (!link.sasl) return;
  switch (link.challenge.change().add(message.param(0))) {
    case SaslChallenge::State::more:
      return;
    case SaslChallenge::State::broken:
      link.sasl_trouble = "the server's part of the login cannot be read";
      return not_the_server(state, effects);
    case SaslChallenge::State::complete:
      break;
  }
  const auto answer = link.sasl->answer(link.challenge.change().take());
  if (!answer) {
    link.sasl_trouble = answer.error().text;
    if (answer.error().fault == Fault::unauthorized) return not_the_server(state, effects);
    send_now(state, effects, "AUTHENTICATE", {"*"});
    return;
  }
  for (const std::string& piece : sasl_pieces(*answer)) send_now(state, effects, "AUTHENTICATE", {piece});
}

void on_logged_in(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  const bool already = message.command == "907";
  // 907 may come to the name of the mechanism, when the server password was that of the account.
  const bool proven = !link.sasl || link.sasl->complete() || (already && !link.sasl->proves_the_server());
  if (!proven) return not_the_server(state, effects);
  link.logged_in = true;
  if (link.sasl && state.stage == Stage::ready) effects.tell(chat::Notice{{}, "You are logged in now.", {}});
  link.sasl.reset();
  end_negotiation(state, effects);
}

void on_login_failed(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  if (!link.sasl) return;
  link.sasl.reset();
  if (!link.sasl_left.empty()) return begin_login(state, effects);
  link.login_failed = true;
  if (register_account(state, effects)) return;
  if (registers_later(state) || !state.login.registration->account.empty()) {
    link.login_told = !state.login.registration->account.empty();  // that it waits for its code
    return end_negotiation(state, effects);
  }
  const std::string text =
      "login failed: " + (link.sasl_trouble.empty() ? decode_text(message.last()) : link.sasl_trouble);
  if (!state.login.sasl.has_password()) {
    // Only a certificate: services must hear of it once, for which somebody has to be there.
    effects.tell(chat::Notice{{}, text + ". " + state.login.certificate_hint, {}});
    link.login_told = true;
    return end_negotiation(state, effects);
  }
  if (state.stage == Stage::ready) return effects.tell(chat::Notice{decode_text(message.source), text, {}});
  // Never into a channel without the account that the person believes to have.
  effects.ending = Ending{Fault::unauthorized, text, Farewell::Retry::never};
}

void on_mechanisms(State& state, const Message& message, Effects&) {
  // 908: these it has; 904 follows.
  std::erase_if(state.link.sasl_left, [&message](const std::string& mechanism) {
    const auto offered = text::split(message.param(1), ',');
    return std::find(offered.begin(), offered.end(), mechanism) == offered.end();
  });
}

void on_account(State& state, const Message&, Effects& effects) {
  // While an exchange goes on its own result decides: the server has proved nothing yet.
  if (!state.link.sasl) services_accepted(state, effects);
}

/// True when the server, or its services, were asked.
bool log_in_again(State& state, Effects& effects) {
  Link& link = state.link;
  if (!link.caps.has(Cap::sasl)) return ask_services(state, effects);
  if (!state.login.sasl.wanted() || link.sasl) return false;
  link.sasl_left = choose_mechanisms(state.login.sasl, link.offered.sasl_mechanisms);
  if (link.sasl_left.empty()) return false;
  begin_login(state, effects);
  return true;
}

void on_logged_out(State& state, const Message&, Effects& effects) {
  Link& link = state.link;
  const bool was = std::exchange(link.logged_in, false);
  if (!was || state.stage != Stage::ready) return;
  // Once: who is logged out again wants it so, or somebody who can do it again does.
  const bool again = !link.logged_in_again && log_in_again(state, effects);
  link.logged_in_again = link.logged_in_again || again;
  effects.tell(chat::Notice{{},
                            again ? "You were logged out of your account on the network; you are being logged in again."
                                  : "You are logged out of your account on the network.",
                            {}});
}

constexpr Handler negotiation_rows[] = {
    {"CAP", 3, on_cap},          {"AUTHENTICATE", 1, on_authenticate},
    {"900", 0, on_account},      {"901", 0, on_logged_out},
    {"902", 0, on_login_failed}, {"903", 0, on_logged_in},
    {"904", 0, on_login_failed}, {"905", 0, on_login_failed},
    {"906", 0, on_login_failed}, {"907", 0, on_logged_in},
    {"908", 2, on_mechanisms},
};

}  // namespace

void isupport_is_complete(State& state, Effects& effects) {
  Link& link = state.link;
  if (!std::exchange(link.isupport_awaited, false)) return;
  const std::size_t length = link.isupport->nick_length == 0 ? first_nick_length : link.isupport->nick_length;
  const std::string wish = wished_nickname(state.login, length);
  if (link.nickname_attempt == 0 && wish != link.nickname) {
    link.nickname = wish;
    send_now(state, effects, "NICK", {wish});
  }
  answered(state, effects);
}

HandlerTable negotiation_handlers() { return {negotiation_rows, std::size(negotiation_rows)}; }

}  // namespace dragoman::backends::irc
