#pragma once

#include <optional>
#include <string_view>

#include "backends/irc/message.hpp"
#include "backends/irc/state.hpp"

// A server without chghost, or to a client without it, shows a new host as a QUIT and JOINs (ircv3.net: chghost).
// Nobody has come or gone.

namespace dragoman::backends::irc {

/// Whether a QUIT with these words is such a one: InspIRCd and UnrealIRCd say "Changing host", solanum "Changing
/// hostname".
bool is_host_change(std::string_view text);
/// The person stays in their rooms until it is clear that the JOINs do not come.
void host_changes(State& state, std::string_view nick, Effects& effects);
/// A JOIN that belongs to it: somebody who was there all the time.
bool is_host_change(State& state, const Room& room, std::string_view nick);
/// Those who have not joined again have quit.
void expire_host_changes(State& state, Effects& effects);
std::optional<Instant> next_host_change(const State& state);

}  // namespace dragoman::backends::irc
