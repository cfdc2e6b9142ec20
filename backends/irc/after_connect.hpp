#pragma once

#include <string_view>

#include "backends/irc/effects.hpp"
#include "base/result.hpp"

namespace dragoman::backends::irc {

struct State;

/// Whether this is one IRC command that a person may have said for them; Fault::malformed or unacceptable says why not.
Result<void> check_after_connect(std::string_view line);
/// The commands that the person wants said as soon as they are registered, before any channel is joined.
void say_after_connect(State& state, Effects& effects);

}  // namespace dragoman::backends::irc
