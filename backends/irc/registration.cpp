#include <algorithm>
#include <iterator>
#include <vector>

#include "backends/irc/account_registration.hpp"
#include "backends/irc/account_required.hpp"
#include "backends/irc/after_connect.hpp"
#include "backends/irc/bouncer.hpp"
#include "backends/irc/contacts.hpp"
#include "backends/irc/features.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/metadata.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/regain.hpp"
#include "backends/irc/room_form.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/speaker.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::size_t nick_length(const State& state) {
  return state.link.isupport->nick_length == 0 ? first_nick_length : state.link.isupport->nick_length;
}

/// In bytes; while the server has not said. It cuts the rest.
constexpr std::size_t longest_real_name = 300;

/// How long a real name may be is told behind the welcome, when the server has cut ours, maybe within a character
/// (ircv3.net: setname).
void fit_real_name(State& state, Effects& effects) {
  const Link& link = state.link;
  if (link.isupport->name_length == 0 || !link.caps.has(Cap::setname)) return;
  if (single_line(state.login.realname).size() > link.isupport->name_length) {
    send(state, effects, {}, "SETNAME", {}, real_name(state));
  }
}

void on_welcome(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  link.nickname = message.param(0);
  link.welcomed_at = effects.now;
  link.negotiating = false;  // ZNC welcomes before CAP END
}

/// Servers of before capabilities tell every rank and host in NAMES when they are asked to (PROTOCTL of ISUPPORT).
void ask_for_whole_names(State& state, Effects& effects) {
  Link& link = state.link;
  if (link.protoctl_said) return;
  std::vector<std::string_view> wanted;
  if (link.isupport->all_prefixes && !link.caps.has(Cap::multi_prefix)) wanted.emplace_back("NAMESX");
  if (link.isupport->user_hosts && !link.caps.has(Cap::userhost_in_names)) wanted.emplace_back("UHNAMES");
  if (wanted.empty()) return;
  link.protoctl_said = true;
  send(state, effects, {.urgency = Urgency::now}, "PROTOCTL", wanted);
}

void on_isupport(State& state, const Message& message, Effects& effects) {
  if (state.link.isupport.apply(message, state.shared.isupports)) {
    rekey_rooms(state);
    rekey_contacts(state);
  }
  ask_for_whole_names(state, effects);
  if (state.stage == Stage::ready) tell_capabilities(state, effects);
}

void on_motd_begin(State& state, const Message&, Effects&) { state.link.motd.clear(); }

void on_motd_line(State& state, const Message& message, Effects&) {
  constexpr std::size_t most = 32 * 1024;
  std::string line = read_text(state, message.last());
  if (line.starts_with("- ")) line.erase(0, 2);
  if (state.link.motd.size() + line.size() < most) state.link.motd += text::without_controls(line, false) + '\n';
}

void on_motd_end(State& state, const Message& message, Effects& effects) {
  std::string motd = std::move(state.link.motd);
  state.link.motd.clear();
  while (motd.ends_with('\n')) motd.pop_back();
  if (!motd.empty()) effects.tell(chat::Notice{decode_text(message.source), std::move(motd), {}});
  if (state.stage == Stage::registering) become_ready(state, effects);
}

void on_ping(State& state, const Message& message, Effects& effects) {
  if (message.count == 0) return;
  // A server may name two servers; the last parameter is answered as it came, spaces too.
  send_now(state, effects, "PONG", {}, message.last());
}

void on_pong(State& state, const Message& message, Effects& effects) {
  if (state.link.evidence.pong(message.last(), effects)) {
    if (state.link.window) state.link.window->ponged(effects.now);
    return;
  }
  settings_written(state, message.last(), effects);
}

void on_own_host(State& state, const Message& message, Effects&) {
  // 396: "user@host" or "host".
  const std::string_view shown = message.param(1);
  const auto at = shown.find('@');
  if (at != std::string_view::npos) state.link.user = shown.substr(0, at);
  state.link.host = shown.substr(at == std::string_view::npos ? 0 : at + 1);
}

void on_error(State& state, const Message& message, Effects&) {
  const std::string text = decode_text(message.last());
  const Farewell farewell = classify_farewell(text);
  auto& told = state.link.farewell;
  if (!told) {
    told = Ending{farewell.fault, text, farewell.retry};
  } else if (farewell.retry == Farewell::Retry::never && told->fault == Fault::forbidden) {
    told->text += ' ' + text;  // InspIRCd's 465 says "You're banned!", and only ERROR why: "[K-lined: spam]"
  }                            // otherwise 464, 465 and KILL said it better
}

void on_banned(State& state, const Message& message, Effects&) {
  const std::string text = decode_text(message.last());
  // InspIRCd calls a throttled address banned.
  const bool throttled = classify_farewell(text).retry == Farewell::Retry::throttled;
  state.link.farewell = throttled ? Ending{Fault::limited, text, Farewell::Retry::throttled}
                                  : Ending{Fault::forbidden, text, Farewell::Retry::never};
}

void on_bad_password(State& state, const Message& message, Effects& effects) {
  if (state.stage != Stage::registering) return on_other(state, message, effects);  // of OPER
  state.link.farewell = Ending{Fault::unauthorized, decode_text(message.last()), Farewell::Retry::never};
}

void on_kill(State& state, const Message& message, Effects&) {
  if (!state.is_me(message.param(0))) return;
  const std::string killer = decode_text(split_source(message.source).nick);
  std::string words = message.count > 1 ? without_formatting(decode_text(message.last())) : std::string{};
  // InspIRCd says all of it again: "Killed (oper (spam))".
  const std::string frame = "Killed (" + killer + " (";
  if (words.starts_with(frame) && words.ends_with("))"))
    words = words.substr(frame.size(), words.size() - frame.size() - 2);
  std::string text = "killed by " + killer + (words.empty() ? "" : ": " + words);
  state.link.farewell = Ending{Fault::closed, std::move(text), Farewell::Retry::later};
}

constexpr Handler registration_rows[] = {
    {"001", 1, on_welcome},  {"002", 0, on_ignored},   {"003", 0, on_ignored},      {"004", 0, on_ignored},
    {"005", 2, on_isupport}, {"042", 0, on_ignored},   {"372", 2, on_motd_line},    {"375", 0, on_motd_begin},
    {"376", 0, on_motd_end}, {"422", 0, on_motd_end},  {"PING", 0, on_ping},        {"PONG", 0, on_pong},
    {"396", 2, on_own_host}, {"ERROR", 0, on_error},   {"464", 0, on_bad_password}, {"463", 0, on_banned},
    {"465", 0, on_banned},   {"466", 0, on_banned},    {"KILL", 1, on_kill},        {"221", 0, on_ignored},
    {"250", 0, on_ignored},  {"251", 0, on_ignored},   {"252", 0, on_ignored},      {"253", 0, on_ignored},
    {"254", 0, on_ignored},  {"255", 0, on_ignored},   {"265", 0, on_ignored},      {"266", 0, on_ignored},
    {"451", 0, on_ignored},  {"377", 2, on_motd_line}, {"020", 0, on_ignored},      {"256", 0, on_ignored},
    {"462", 0, on_ignored},
};

}  // namespace

std::string real_name(const State& state) {
  const std::size_t most = state.link.isupport->name_length;
  return single_line(text::cut(state.login.realname, most == 0 ? longest_real_name : most));
}

void tell_capabilities(State& state, Effects& effects) {
  const chat::Capabilities capabilities =
      capabilities_of(&*state.link.isupport, state.link.caps, state.shared, state.link.offered.multiline);
  if (capabilities == state.told_capabilities) return;
  state.told_capabilities = capabilities;
  effects.tell(chat::CapabilitiesChanged{capabilities});
}

HandlerTable registration_handlers() { return {registration_rows, std::size(registration_rows)}; }

void begin_registration(State& state, Effects& effects) {
  Link& link = state.link;
  state.stage = Stage::registering;
  link.negotiating = true;
  if (const std::string& password = state.login.webirc->password.reveal(); !password.empty()) {
    const std::string& address = state.login.webirc->address;
    const auto sent = send(state, effects, {.urgency = Urgency::now}, "WEBIRC",
                           {password, state.login.webirc->gateway, address, address});
    if (!sent)
      link.farewell = Ending{Fault::unauthorized, "the password of WEBIRC cannot be sent", Farewell::Retry::never};
  }
  send_now(state, effects, "CAP", {"LS", "302"});
  if (state.login.sasl.tls) return introduce(state, effects);
  link.introduce_by = effects.now + patience_for_capabilities;
}

void introduce(State& state, Effects& effects) {
  Link& link = state.link;
  link.introduce_by.reset();
  link.nickname = wished_nickname(state.login, first_nick_length);
  if (!state.login.server_password.empty()) {
    const auto sent = send(state, effects, {.urgency = Urgency::now}, "PASS", {}, state.login.server_password.reveal());
    if (!sent) {
      effects.ending = Ending{Fault::unauthorized, "the server password cannot be sent", Farewell::Retry::never};
      return;
    }
  }
  send_now(state, effects, "NICK", {link.nickname});
  const std::string realname = real_name(state);
  send_now(state, effects, "USER", {state.login.username, "0", "*"}, realname.empty() ? link.nickname : realname);
}

bool has_no_capabilities(State& state, const Message& message, Effects& effects) {
  Link& link = state.link;
  const bool refusal =
      message.command == "421" || message.command == "451" || message.command == "410" || message.command == "461";
  if (!link.negotiating || link.welcomed_at || !refusal) return false;
  const bool names_it = message.count > 2 && text::ascii_iequals(message.param(1), "CAP");
  // Who has said CAP and nothing else knows what a refusal without a command is about.
  if (!names_it && !link.introduce_by) return false;
  link.negotiating = false;
  if (link.introduce_by) introduce(state, effects);
  return true;
}

void end_negotiation(State& state, Effects& effects) {
  if (!state.link.negotiating) return;
  state.link.negotiating = false;
  if (lacks_account(state)) {
    effects.ending = account_is_required(state, {});
    return;
  }
  bind_to_network(state, effects);
  // ircv3.net: draft/pre-away: who is not there is not seen to come.
  if (state.link.caps.has(Cap::pre_away) && !state.away.empty()) {
    state.link.away_said = true;
    send_now(state, effects, "AWAY", {}, away_text(state));
  }
  send_now(state, effects, "CAP", {"END"});
}

std::string status_of(const Link& link) {
  std::string text = "connected as " + decode_text(link.nickname);
  if (!link.isupport->network.empty()) text += " on " + decode_text(link.isupport->network);
  return text;
}

void become_ready(State& state, Effects& effects) {
  Link& link = state.link;
  state.stage = Stage::ready;
  state.trouble.clear();
  effects.tell(chat::Ready{decode_text(link.nickname), status_of(link)});
  state.nickname_was_taken = false;
  state.told_capabilities = {};
  tell_capabilities(state, effects);
  if (state.login.sasl.wanted() && !link.logged_in && !link.login_told && !register_account(state, effects) &&
      !ask_services(state, effects)) {
    const SaslLogin& login = state.login.sasl;
    const bool in_the_clear = login.has_password() && !login.password_allowed();
    effects.tell(chat::Notice{{},
                              in_the_clear
                                  ? "Your password is not said to a server without TLS: you are not logged in."
                                  : "The server offers no login that could be used (SASL): you are not logged in.",
                              {}});
  }
  if (const char mode = link.isupport->bot_mode; state.login.bot && mode != 0) {
    send(state, effects, {}, "MODE", {link.nickname, std::string{'+', mode}});
  }
  go_deaf(state, effects);
  fit_real_name(state, effects);
  ask_playback(state, effects);
  say_after_connect(state, effects);
  if (!state.away.empty() && !link.away_said) send(state, effects, {}, "AWAY", {}, away_text(state));
  if (!state.login.deaf) subscribe_metadata(state, effects);
  join_wanted(state, effects);
  watch_all_contacts(state);
  begin_regain(state, effects);
}

bool nickname_refused(State& state, const Message& message, Fault fault, Effects& effects) {
  Link& link = state.link;
  if (state.stage == Stage::ready) {
    const auto slot = link.evidence.find(Concerns::nickname, {});
    if (slot == Evidence::none) return regain_refused(state, effects);
    link.evidence.refuse(slot, fault, decode_text(message.last()), effects);
    return true;
  }
  if (link.welcomed_at) return false;
  const bool taken = fault == Fault::conflict;
  if (++link.nickname_attempt > most_nickname_attempts || (taken && !state.shared.rename_when_taken)) {
    const std::string text = decode_text(message.last());
    const bool in_rooms =
        std::any_of(state.rooms.begin(), state.rooms.end(), [](const auto& entry) { return entry.second.known; });
    state.nickname_was_taken = true;
    // After a lost link it is our own ghost that has the name, and it will go. Who wants to join now is told at once.
    const bool ghost = taken && in_rooms && !state.shared.rename_when_taken;
    if (ghost) give_up_joins(state, fault, text, effects);
    effects.ending = Ending{fault, text, ghost ? Farewell::Retry::soon : Farewell::Retry::never};
    return true;
  }
  // 432 for a name that is legal everywhere says that it is too long here.
  std::size_t length = nick_length(state);
  if (fault == Fault::unacceptable && link.isupport->nick_length == 0) length = shortest_nick_length;
  const std::string wish = wished_nickname(state.login, length);
  const bool cut_is_new = fault == Fault::unacceptable && wish != link.nickname;
  link.nickname = cut_is_new ? wish : alternative_nickname(wish, state.login.owner, length, link.nickname_attempt);
  send_now(state, effects, "NICK", {link.nickname});
  return true;
}

}  // namespace dragoman::backends::irc
