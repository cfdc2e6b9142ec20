#include "backends/irc/speaker.hpp"

#include "backends/irc/nickname.hpp"
#include "backends/irc/sending.hpp"

namespace dragoman::backends::irc {

bool is_speaker(const chat::Account& account) { return account.settings.flag("deaf"); }

std::string wished_nickname(const Login& login, std::string_view wish, std::size_t length) {
  const std::string& suffix = login.nick_suffix;
  // Behind a name of one letter nothing fits: then the name matters more.
  if (suffix.empty() || suffix.size() >= length) return legal_nickname(wish, login.owner, length);
  return legal_nickname(wish, login.owner, length - suffix.size()) + suffix;
}

void go_deaf(State& state, Effects& effects) {
  const char mode = state.link.isupport->deaf_mode;
  if (!state.login.deaf || mode == 0) return;
  send(state, effects, {}, "MODE", {state.link.nickname, std::string{'+', mode}});
}

}  // namespace dragoman::backends::irc
