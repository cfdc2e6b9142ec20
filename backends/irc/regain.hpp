#pragma once

#include <optional>

#include "backends/irc/state.hpp"

// Getting the wished nickname back: it was taken when we came (often by our own ghost), or services took it away.
// Services are asked for it where we have a password; the name is watched like a contact, and taken when it is free.

namespace dragoman::backends::irc {

/// Nothing happens when we have the wished name.
void begin_regain(State& state, Effects& effects);
/// The watched name is free, as far as the server tells.
void wished_name_is_free(State& state, Effects& effects);
/// Our nickname changed.
void check_regain(State& state, bool asked, Effects& effects);
/// Our NICK was refused: true when it was an attempt of this.
bool regain_refused(State& state, Effects& effects);
void go_on_regaining(State& state, Effects& effects);
std::optional<Instant> next_regain(const State& state);

}  // namespace dragoman::backends::irc
