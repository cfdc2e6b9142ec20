#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backends/matrix/event.hpp"
#include "backends/matrix/power_levels.hpp"

namespace dragoman::backends::matrix {

/// What the state of a room says, its members aside: the same for everybody who is in it. m.room.create, name, topic,
/// avatar, canonical_alias, join_rules, power_levels, history_visibility, encryption, tombstone.
struct RoomFacts {
  std::string version, type;  ///< "11"; "m.space"
  std::vector<std::string> creators;
  std::string name, canonical_alias, avatar, topic, topic_author;
  std::optional<Timestamp> topic_time;
  std::string join_rule, history_visibility;
  bool encrypted = false;
  std::string replaced_by;      ///< room id
  std::string replaced_author;  ///< who says so: their homeserver knows it
  PowerLevels levels;

  bool operator==(const RoomFacts&) const = default;
};

/// A state event other than m.room.member (room_state.cpp).
void learn_fact(RoomFacts& facts, const Event& event);

}  // namespace dragoman::backends::matrix
