#pragma once

#include <map>
#include <string>
#include <vector>

#include "backends/matrix/handlers.hpp"

// The rooms of an answer of /sync.

namespace dragoman::backends::matrix {

/// A timeline that does not begin where the one before it ended.
struct GapIn {
  std::string room, from;
  Since until;
};
std::vector<GapIn> gaps_in(State& state, const nlohmann::json& rooms);

/// How the rooms of an answer are to be taken.
struct SyncKind {
  bool first_ever = false;  ///< nothing of what was said is told
  bool anew = false;        ///< there was no position: a room that is missing was left, messages may be known
  const std::map<std::string, Missed>& missed;
};
void take_rooms(State& state, const nlohmann::json& rooms, const SyncKind& kind, Effects& effects);

/// One event of a room's timeline, told to the owner.
void take_event(State& state, Room& room, const Event& event, Effects& effects);
/// m.typing or m.receipt.
void take_signal(State& state, Room& room, const Event& event, Effects& effects);

/// The homeserver is back: the owner hears of every room that they are in how it was. `rooms`: of the first answer of
/// /sync, which is told behind that.
void tell_rooms_again(State& state, const nlohmann::json& rooms, Effects& effects);

}  // namespace dragoman::backends::matrix
