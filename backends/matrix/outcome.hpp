#pragma once

#include "backends/matrix/effects.hpp"
#include "backends/matrix/state.hpp"

namespace dragoman::backends::matrix {

/// The end of a command whose call has failed. While the homeserver is lost a message may be performed again: its
/// transaction id keeps it from being said twice.
inline void fail_command(const State& state, chat::CommandId command, const Answer& answer, Effects& effects) {
  using Outcome = chat::Failed::Outcome;
  const bool lost = state.stage == Stage::offline || state.stage == Stage::stopped;
  effects.failed(command, lost ? Outcome::not_sent : Outcome::refused, answer.error.fault, answer.error.text);
}

/// For commands that are no messages: done when the homeserver has said yes.
inline Then ends(chat::CommandId command) {
  return [command](State& state, const Answer& answer, Effects& effects) {
    answer.ok() ? effects.done(command) : fail_command(state, command, answer, effects);
  };
}

}  // namespace dragoman::backends::matrix
