#include <algorithm>
#include <charconv>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/features.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/translate.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

void on_topic(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  if (room == nullptr) return;
  const Source source = split_source(message.source);
  room->topic = without_formatting(decode_text(message.last()));
  room->topic_author = decode_text(source.nick);
  room->topic_time = time_of(message);
  if (!room->topic_time) room->topic_time = effects.utc;
  if (room->phase != Room::Phase::joined) return;
  chat::TopicChanged changed;
  changed.room = room->id;
  changed.author = author_of(state, message);
  changed.topic = room->topic;
  changed.time = room->topic_time;
  effects.tell(std::move(changed));
}

void on_topic_text(State& state, const Message& message, Effects&) {
  if (Room* room = find_room(state, message.param(1))) room->topic = without_formatting(decode_text(message.last()));
}

void on_no_topic(State& state, const Message& message, Effects&) {
  if (Room* room = find_room(state, message.param(1))) room->topic.clear();
}

void on_topic_author(State& state, const Message& message, Effects&) {
  Room* room = find_room(state, message.param(1));
  if (room == nullptr) return;
  room->topic_author = decode_text(split_source(message.param(2)).nick);
  std::int64_t seconds = 0;
  const std::string_view text = message.param(3);
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{}) return;
  if (seconds > 0 && seconds < std::int64_t{1} << 40) room->topic_time = Timestamp{std::chrono::seconds{seconds}};
}

/// A setting of the room. True when the owner should hear of it.
bool apply_setting(Room& room, const ModeChange& change) {
  bool* setting = nullptr;
  switch (change.letter) {
    case 'm':
      setting = &room.moderated;
      break;
    case 'i':
      setting = &room.members_only;
      break;
    case 's':
    case 'p':
      setting = &room.hidden;
      break;
    case 't':
      setting = &room.topic_locked;
      break;
    case 'k': {
      const bool had = !room.key.empty();
      // The server may show "*" in place of the key.
      if (!change.set) room.key.clear();
      if (change.set && change.parameter != "*") room.key = change.parameter;
      return had == room.key.empty();
    }
    default:
      return false;
  }
  if (*setting == change.set) return false;
  *setting = change.set;
  return true;
}

void tell_settings(const State& state, const Room& room, Effects& effects) {
  chat::RoomChanged changed;
  changed.room = room.id;
  changed.capabilities = capabilities_of(&state.link.isupport);
  changed.settings.moderated = room.moderated;
  changed.settings.members_only = room.members_only;
  changed.settings.password = !room.key.empty();
  changed.settings.hidden = room.hidden;
  changed.settings.topic_locked = room.topic_locked;
  effects.tell(std::move(changed));
}

void apply_modes(State& state, Room& room, std::span<const std::string_view> parameters, std::string_view letters,
                 const std::string& actor, Effects& effects) {
  const Isupport& isupport = state.link.isupport;
  bool settings = false;
  std::vector<NameId> ranked;
  for (const ModeChange& change : read_modes(isupport, letters, parameters)) {
    const int prefix = prefix_of(isupport, change.letter);
    if (prefix < 0) {
      settings = apply_setting(room, change) || settings;
      continue;
    }
    NameId name;
    if (change.parameter.empty() || !find_member(state, room, change.parameter, name)) continue;
    Rank& rank = *room.members.find(name);
    const auto bit = static_cast<std::uint8_t>(1u << prefix);
    rank.prefixes = static_cast<std::uint8_t>(change.set ? rank.prefixes | bit : rank.prefixes & ~bit);
    if (std::find(ranked.begin(), ranked.end(), name) == ranked.end()) ranked.push_back(name);
  }
  if (room.phase != Room::Phase::joined) return;
  NameId self;
  const bool here = find_source(state, room, state.link.nickname, self);
  for (const NameId name : ranked) {
    const chat::Standing standing = to_standing(isupport, *room.members.find(name));
    effects.heard.names.emplace_back(state.shared.names, name);
    effects.tell(chat::OccupantChanged{room.id, {name, standing}, actor});
    if (here && name == self) effects.tell(chat::SelfChanged{decode_text(state.link.nickname), room.id, standing});
  }
  if (settings) tell_settings(state, room, effects);
}

void on_mode(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  if (room == nullptr) return;  // our own user modes
  const auto parameters = std::span{message.params}.subspan(2, message.count - 2);
  apply_modes(state, *room, parameters, message.param(1), decode_text(split_source(message.source).nick), effects);
}

void on_modes_are(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(1));
  if (room == nullptr || message.count < 3) return;
  const auto parameters = std::span{message.params}.subspan(3, message.count - 3);
  apply_modes(state, *room, parameters, message.param(2), {}, effects);
}

void on_ignored(State&, const Message&, Effects&) {}

constexpr Handler handlers[] = {
    {"TOPIC", 2, on_topic}, {"331", 2, on_no_topic},  {"332", 3, on_topic_text}, {"333", 4, on_topic_author},
    {"MODE", 2, on_mode},   {"324", 3, on_modes_are}, {"329", 0, on_ignored},    {"328", 0, on_ignored},
};

}  // namespace

HandlerTable topic_and_mode_handlers() { return {handlers, std::size(handlers)}; }

}  // namespace dragoman::backends::irc
