#pragma once

#include <string>

#include "backends/matrix/state.hpp"

// What more than one subject needs of people in rooms; what all need is in handlers.hpp.

namespace dragoman::backends::matrix {

/// From version 12 on whoever made a room has every right there and is not among the power levels.
bool creators_stand_above_all(const RoomFacts& room);

/// The name that somebody has in a room, in the names that the gateway shows.
NameRef name_of_member(State& state, Room& room, const std::string& user_id);
/// Looks up how we are called in this room: whoever has that name in the roster is called otherwise for us.
void know_own_name(const State& state, Room& room);
/// What a member event says, told to nobody.
void learn_member(Room& room, const Event& event);
/// At the end of an answer of /sync: tells what other accounts have heard of members before the answer was asked for
/// and our own /sync has not told, because it began with a later position than theirs.
void settle_changes(State& state, Room& room, Effects& effects);

/// More people than are shown at once.
bool is_big(const State& state, const Room& room);
/// Of a big room: who may do more than others, whom the owner knows, and who has spoken in the last thirty days.
bool is_shown_at_once(const State& state, const Room& room, const Roster::Members::value_type& member, Timestamp utc);
/// Of a big room, speakers.cpp: asks who spoke lately, and says in the roster what is known of that; `then` in any
/// case. Until then Room::recalling.
void recall_speakers(State& state, Room& room, std::function<void(State& state, Room& room, Effects& effects)> then,
                     Effects& effects);
/// Somebody says something now.
void note_speaker(Room& room, const Event& event, Timestamp utc);

/// Name and picture of somebody whom the owner sees, when they are not what was told before.
void tell_picture(State& state, const Room& room, const std::string& user_id, Effects& effects);
/// Everybody may do other things from now on.
void on_levels(State& state, Room& room, const nlohmann::json& content, const std::string& sender, Effects& effects);

}  // namespace dragoman::backends::matrix
