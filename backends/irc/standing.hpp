#pragma once

#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// Ranks, kicks and bans: MODE by what PREFIX has, KICK for Role::none, +b and KICK for Affiliation::outcast, -b for
/// Affiliation::none of a mask or of somebody who is not there.
void set_standing(State& state, Room& room, chat::CommandId id, const chat::SetStanding& wish, Effects& effects);

/// The list of bans has come for one who is to be let in again: -b of those that are for this person.
void take_bans_away(State& state, Room& room, chat::CommandId id, const BansAnswer& answer, Effects& effects);

/// Who has a rank in the room, from its membership (bans are asked of the server instead).
chat::StandingList standings_of(State& state, const Room& room, const chat::ListStandings& list);

}  // namespace dragoman::backends::irc
