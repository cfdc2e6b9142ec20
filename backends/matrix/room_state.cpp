#include <algorithm>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"

// The state of a room: what it is called, who may enter, what replaced it.

namespace dragoman::backends::matrix {

namespace {

void learn_creation(RoomFacts& room, const Event& event) {
  room.version = text_at(event.content, "room_version");
  if (room.version.empty()) room.version = "1";
  room.type = text_at(event.content, "type");
  // Up to version 10 the content names who made it, later the sender did (room versions 11 and 12).
  const std::string named = text_at(event.content, "creator");
  room.creators = {named.empty() ? event.sender : named};
  if (!creators_stand_above_all(room)) return;
  room.creators = {event.sender};
  for (const nlohmann::json& user : array_at(event.content, "additional_creators")) {
    if (user.is_string()) room.creators.push_back(user.get<std::string>());
  }
}

void learn_topic(RoomFacts& room, const Event& event) {
  room.topic = clean_body(text_at(event.content, "topic"));
  room.topic_author = event.sender;
  room.topic_time = event.time == Timestamp{} ? std::nullopt : std::optional{event.time};
}

/// What people see of a room beside its topic.
struct Look {
  std::string name, avatar, join_rule, history_visibility;
  bool encrypted;
  bool operator==(const Look&) const = default;
};

Look look_of(const Room& room) {
  return {name_of(room), room.avatar, room.join_rule, room.history_visibility, room.encrypted};
}

}  // namespace

void learn_fact(RoomFacts& room, const Event& event) {
  if (!event.is_state() || !event.state_key->empty()) return;
  if (event.type == "m.room.create") {
    learn_creation(room, event);
  } else if (event.type == "m.room.power_levels") {
    room.levels = read_power_levels(event.content);
  } else if (event.type == "m.room.topic") {
    learn_topic(room, event);
  } else if (event.type == "m.room.name") {
    room.name = clean_line(text_at(event.content, "name"));
  } else if (event.type == "m.room.canonical_alias") {
    room.canonical_alias = text_at(event.content, "alias");
    if (!room.canonical_alias.starts_with('#')) room.canonical_alias.clear();
  } else if (event.type == "m.room.avatar") {
    room.avatar = text_at(event.content, "url");
  } else if (event.type == "m.room.join_rules") {
    room.join_rule = text_at(event.content, "join_rule");
  } else if (event.type == "m.room.history_visibility") {
    room.history_visibility = text_at(event.content, "history_visibility");
  } else if (event.type == "m.room.encryption") {
    room.encrypted = true;  // it cannot be switched off again
  } else if (event.type == "m.room.tombstone") {
    room.replaced_by = text_at(event.content, "replacement_room");
    room.replaced_author = event.sender;
  }
}

void learn_state(Room& room, const Event& event) {
  event.type == "m.room.member" ? learn_member(room, event) : learn_fact(room, event);
}

void apply_state(State& state, Room& room, const Event& event, Effects& effects) {
  if (!event.is_state()) return;
  if (event.type == "m.room.member") return on_member(state, room, event, effects);
  if (room.share && !event.past) room.share.learn(event);
  if (!event.state_key->empty()) return;
  const Look before = look_of(room);
  if (event.type == "m.room.power_levels") {
    on_levels(state, room, event.content, event.sender, effects);
    if (room.entered) tell_settings(state, room, effects);
    return;
  }
  learn_state(room, event);
  const Look now = look_of(room);
  if (before != now) state.rooms_changed = true;
  if (event.type == "m.room.tombstone") return on_tombstone(state, room, effects);
  if (!room.entered) return;
  if (event.type == "m.room.topic") {
    chat::TopicChanged changed{room.address, author_of(state, room, event.sender), room.topic, room.topic_time};
    if (changed.time) changed.time = std::min(*changed.time, effects.utc);
    effects.tell(std::move(changed));
  } else if (before != now) {
    tell_settings(state, room, effects);
  }
}

}  // namespace dragoman::backends::matrix
