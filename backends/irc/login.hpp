#pragma once

#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// Logging in with services by words, where the server has no SASL for it. Channels are joined when the answer is there:
// before it, +r and +R channels would refuse us.

namespace dragoman::backends::irc {

/// Ready without a login although there is a password. True when services were asked.
bool ask_services(State& state, Effects& effects);
/// While true no channel is joined.
bool awaits_services(const State& state);
/// What shows how it went: 900, a mode +r on ourselves, or words of services.
void services_accepted(State& state, Effects& effects);
void services_said(State& state, std::string_view nick, std::string_view text, Effects& effects);
/// 401: services are not there. False when it was about somebody else.
bool services_are_away(State& state, std::string_view nick, Effects& effects);
void expire_login(State& state, Effects& effects);

/// One line to services; its echo is taken for our own and shown nowhere.
bool tell_services(State& state, std::string_view words, std::string_view nick, Effects& effects);

}  // namespace dragoman::backends::irc
