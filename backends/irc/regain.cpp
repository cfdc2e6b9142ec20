#include "backends/irc/regain.hpp"

#include "backends/irc/contacts.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/nickname.hpp"
#include "backends/irc/sending.hpp"
#include "backends/irc/services.hpp"
#include "backends/irc/speaker.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr auto for_services = std::chrono::seconds{3};    // they change our name, or free it
constexpr auto after_refusal = std::chrono::seconds{60};  // a name may be held for a while after a split (437)
constexpr unsigned most_attempts = 20;                    // on one link
constexpr unsigned most_times_taken = 3;                  // that services take the name away from us

std::string wished(const State& state) {
  const std::size_t told = state.link.isupport->nick_length;
  return wished_nickname(state.login, told == 0 ? first_nick_length : told);
}

bool has_it(const State& state) { return wished(state) == state.link.nickname; }

void try_it(State& state, Effects& effects) {
  Regain& regain = state.link.regain;
  regain.next.reset();
  if (regain.trying || ++regain.attempts > most_attempts) return;
  regain.trying = send(state, effects, {}, "NICK", {wished(state)}).has_value();
}

/// The next words to services. False when there are none (any more).
bool ask_for_it(State& state, Effects& effects) {
  Regain& regain = state.link.regain;
  const ServicesDialect* services = state.shared.services;
  const SaslLogin& login = state.login.sasl;
  if (services == nullptr || !login.has_password() || !login.password_allowed()) return false;
  if (regain.step >= services->regain.size() || services->regain[regain.step].empty()) return false;
  return tell_services(state, services->regain[regain.step++], wished(state), effects);
}

void end_regain(State& state) {
  const unsigned taken = state.link.regain.taken;
  state.link.regain = {};
  state.link.regain.taken = taken;
  unwatch_wished(state);
}

}  // namespace

void begin_regain(State& state, Effects& effects) {
  unwatch_wished(state);  // of the last link
  if (has_it(state)) return;
  watch_wished(state, wished(state));
  // What services do not do within a moment is then tried by ourselves.
  if (ask_for_it(state, effects)) state.link.regain.next = effects.now + for_services;
}

void wished_name_is_free(State& state, Effects& effects) {
  if (state.stage == Stage::ready && !has_it(state)) try_it(state, effects);
}

void check_regain(State& state, bool asked, Effects& effects) {
  Regain& regain = state.link.regain;
  const bool tried = std::exchange(regain.trying, false);
  if (has_it(state)) return end_regain(state);
  if (state.stage != Stage::ready || asked || tried || ++regain.taken > most_times_taken) return;
  if (state.link.logged_in) begin_regain(state, effects);
}

bool regain_refused(State& state, Effects& effects) {
  Regain& regain = state.link.regain;
  if (!std::exchange(regain.trying, false)) return false;
  regain.next = effects.now + (ask_for_it(state, effects) ? Duration{for_services} : Duration{after_refusal});
  return true;
}

void go_on_regaining(State& state, Effects& effects) {
  const Regain& regain = state.link.regain;
  if (regain.next && *regain.next <= effects.now) try_it(state, effects);
}

std::optional<Instant> next_regain(const State& state) { return state.link.regain.next; }

}  // namespace dragoman::backends::irc
