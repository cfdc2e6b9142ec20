#include "backends/irc/room_settings.hpp"

#include <charconv>

#include "backends/irc/features.hpp"
#include "backends/irc/sending.hpp"

namespace dragoman::backends::irc {

void ask_settings(State& state, Room& room, Effects& effects) {
  room.settings_asked = send(state, effects, {.urgency = Urgency::background}, "MODE", {room.name}).has_value();
}

void forget_settings(Room& room) {
  room.flags.clear();
  room.limit = 0;
  room.settings_asked = room.settings_known = room.settings_told = false;
}

bool settings_refused(State& state, Room& room, Effects& effects) {
  if (!room.settings_asked) return false;
  room.settings_asked = false;
  room.settings_known = true;
  if (room.phase == Room::Phase::joined) tell_changed_settings(state, room, effects);
  return true;
}

void apply_setting(Room& room, const ModeChange& change) {
  const bool had = room.has(change.letter);
  if (change.set && !had) room.flags += change.letter;
  if (!change.set && had) std::erase(room.flags, change.letter);
  if (change.letter == 'k') {
    // The server may show "*" in place of the key.
    if (!change.set) room.key.clear();
    if (change.set && change.parameter != "*") room.key = change.parameter;
  } else if (change.letter == 'l') {
    room.limit = 0;
    const std::string_view people = change.parameter;
    if (change.set) std::from_chars(people.data(), people.data() + people.size(), room.limit);
  }
}

chat::RoomSettings settings_of(const Isupport& isupport, const Room& room) {
  chat::RoomSettings settings;
  settings.moderated = room.has('m');
  settings.members_only = room.has('i');
  settings.registered_only = room.has(registered_only_letter(isupport));
  settings.password = room.has('k');
  settings.hidden = room.has('s') || room.has('p');
  settings.topic_locked = room.has('t');
  settings.limit = room.limit;
  return settings;
}

void tell_settings(const State& state, Room& room, Effects& effects) {
  chat::RoomChanged changed;
  changed.room = room.id;
  changed.capabilities =
      capabilities_of(&*state.link.isupport, state.link.caps, state.shared, state.link.offered.multiline);
  // Who writes in a channel is told by few clients there, and to everybody in it.
  if (!state.shared.typing_in_channels) changed.capabilities.set(chat::Feature::typing, chat::Support::no);
  changed.settings = settings_of(*state.link.isupport, room);
  room.settings_told = true;
  room.told = changed.settings;
  effects.tell(std::move(changed));
}

void tell_changed_settings(const State& state, Room& room, Effects& effects) {
  if (room.settings_told && room.told == settings_of(*state.link.isupport, room)) return;
  tell_settings(state, room, effects);
}

}  // namespace dragoman::backends::irc
