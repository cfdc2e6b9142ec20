#include <algorithm>
#include <charconv>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/bans.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/room_form.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/translate.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

void on_topic(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  if (room == nullptr) return;
  const Source source = split_source(message.source);
  room->topic = without_formatting(read_text(state, message.last(), room->name));
  room->topic_author = read_name(state, source.nick);
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
  Room* room = find_room(state, message.param(1));
  if (room != nullptr) room->topic = without_formatting(read_text(state, message.last(), room->name));
}

void on_no_topic(State& state, const Message& message, Effects&) {
  if (Room* room = find_room(state, message.param(1))) room->topic.clear();
}

void on_topic_author(State& state, const Message& message, Effects&) {
  Room* room = find_room(state, message.param(1));
  if (room == nullptr) return;
  room->topic_author = read_name(state, split_source(message.param(2)).nick);
  std::int64_t seconds = 0;
  const std::string_view text = message.param(3);
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{}) return;
  if (seconds > 0 && seconds < std::int64_t{1} << 40) room->topic_time = Timestamp{std::chrono::seconds{seconds}};
}

/// `self` is ourselves, when we are in the room.
void tell_standing(State& state, const Room& room, NameId name, Rank rank, const std::string& actor, const NameId* self,
                   Effects& effects) {
  const chat::Standing standing = standing_in(state, room, rank);
  effects.heard.names.emplace_back(state.shared.names, name);
  effects.tell(chat::OccupantChanged{room.id, {name, standing}, actor});
  if (self != nullptr && name == *self) {
    effects.tell(chat::SelfChanged{read_name(state, state.link.nickname), room.id, standing, {}});
  }
}

void apply_modes(State& state, Room& room, std::span<const std::string_view> parameters, std::string_view letters,
                 const std::string& actor, bool was_moderated, Effects& effects) {
  const Isupport& isupport = *state.link.isupport;
  std::vector<NameId> ranked;
  for (const ModeChange& change : read_modes(isupport, letters, parameters)) {
    if (isupport.list_modes.find(change.letter) != std::string::npos) {
      if (change.letter == 'b') note_ban(state, room, change, actor, effects.now);
      continue;
    }
    const int prefix = prefix_of(isupport, change.letter);
    if (prefix < 0) {
      apply_setting(room, change);
      continue;
    }
    NameId name;
    if (change.parameter.empty() || !find_member(state, room, change.parameter, name)) continue;
    Rank& rank = *room.members.find(name);
    const auto bit = static_cast<std::uint8_t>(1u << prefix);
    rank.prefixes = static_cast<std::uint8_t>(change.set ? rank.prefixes | bit : rank.prefixes & ~bit);
    if (std::find(ranked.begin(), ranked.end(), name) == ranked.end()) ranked.push_back(name);
  }
  const bool moderated_changes = room.has('m') != was_moderated;
  if (room.phase != Room::Phase::joined || (ranked.empty() && !moderated_changes)) return;
  NameId own_name;
  const NameId* self = find_source(state, room, state.link.nickname, own_name) ? &own_name : nullptr;
  if (self != nullptr && std::find(ranked.begin(), ranked.end(), *self) != ranked.end()) room.takes_no_relay = false;
  for (const NameId name : ranked) {
    tell_standing(state, room, name, *room.members.find(name), actor, self, effects);
  }
  if (moderated_changes) {
    for (const auto& member : room.members) {
      if (member.value.prefixes != 0 || std::find(ranked.begin(), ranked.end(), member.name) != ranked.end()) continue;
      tell_standing(state, room, member.name, member.value, actor, self, effects);
    }
  }
}

void on_own_modes(State& state, const Message& message, Effects& effects) {
  // "MODE alice :+r": services know us now. A sign holds until the next one.
  bool on = true;
  for (const char letter : message.param(1)) {
    if (letter == '+' || letter == '-') on = letter == '+';
    if (letter == 'r' && on && state.is_me(message.param(0))) services_accepted(state, effects);
  }
}

void on_mode(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(0));
  if (room == nullptr) return on_own_modes(state, message, effects);
  const auto parameters = std::span{message.params}.subspan(2, message.count - 2);
  if (message.param(1).find('c') != std::string_view::npos) room->takes_no_codes = false;  // as it is now counts
  apply_modes(state, *room, parameters, message.param(1), read_name(state, split_source(message.source).nick),
              room->has('m'), effects);
  if (room->phase == Room::Phase::joined && settings_of(*state.link.isupport, *room) != room->told) {
    tell_settings(state, *room, effects);
  }
}

void on_modes_are(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(1));
  if (room == nullptr || !room->present) return;
  const bool was_moderated = room->has('m');
  room->flags.clear();
  room->limit = 0;
  const auto parameters = std::span{message.params}.subspan(3, message.count - 3);
  apply_modes(state, *room, parameters, message.param(2), {}, was_moderated, effects);
  if (room->phase != Room::Phase::joined) return;
  room->settings_asked = false;
  room->settings_known = true;
  tell_changed_settings(state, *room, effects);
  forms_are_due(state, *room, effects);
}

// 697: what is to be on a list is there already.
constexpr Handler topic_and_mode_rows[] = {
    {"TOPIC", 2, on_topic},      {"331", 2, on_no_topic}, {"332", 3, on_topic_text},
    {"333", 4, on_topic_author}, {"MODE", 2, on_mode},    {"324", 3, on_modes_are},
    {"329", 0, on_ignored},      {"328", 0, on_ignored},  {"697", 0, on_ignored},
};

}  // namespace

HandlerTable topic_and_mode_handlers() { return {topic_and_mode_rows, std::size(topic_and_mode_rows)}; }

}  // namespace dragoman::backends::irc
