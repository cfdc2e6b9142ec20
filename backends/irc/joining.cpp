#include "backends/irc/joining.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/read_marker.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/room_waits.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Phase = Room::Phase;

chat::RoomJoined snapshot(State& state, const Room& room) {
  chat::RoomJoined joined;
  joined.room = room.id;
  joined.name = decode_text(room.name);
  joined.topic = room.topic;
  joined.topic_author = room.topic_author;
  joined.topic_time = room.topic_time;
  joined.occupants.reserve(room.members.size());
  NameId self;
  const bool known = find_source(state, room, state.link.nickname, self);
  for (const auto& member : room.members) {
    const chat::Standing standing = standing_in(state, room, member.value);
    state.shared.names.show(member.name);
    if (known && member.name == self) {
      joined.self = self;
      joined.standing = standing;
    } else {
      joined.occupants.push_back({member.name, standing});
    }
  }
  return joined;
}

}  // namespace

bool nobody_gets_in_soon(const State& state, Instant now) {
  return state.stage == Stage::offline && state.no_link_before && *state.no_link_before >= now + answer_deadline;
}

void join_room(State& state, chat::CommandId command, const chat::JoinRoom& join, Effects& effects) {
  const std::string channel = state.name_of(join.room);
  if (const auto valid = check_channel(channel); !valid) {
    return effects.refused(command, valid.error().fault, valid.error().text);
  }
  // A key goes where several are separated by commas: it may not become the key of another channel.
  if (join.password.find_first_of(", ") != std::string::npos) {
    return effects.refused(command, Fault::unauthorized, "a channel key contains no comma and no space");
  }
  if (state.stage != Stage::ready && !join.nickname.empty() &&
      (state.login.nickname.empty() || std::exchange(state.nickname_was_taken, false))) {
    state.login.nickname = join.nickname;
  }
  if (nobody_gets_in_soon(state, effects.now)) {
    return effects.failed(command, chat::Failed::Outcome::not_sent, state.trouble_fault, state.trouble);
  }
  Room* room = find_room(state, std::string_view{channel});
  if (room != nullptr && room->id != join.room) {
    // Two addresses that this server takes for one: the first one in use is the room.
    chat::RoomLeft moved;
    moved.room = join.room;
    moved.why = chat::RoomLeft::Why::moved;
    moved.moved_to = room->id;
    effects.tell(std::move(moved));
    return effects.refused(command, Fault::not_found, "on this network the channel is " + decode_text(room->name));
  }
  if (room != nullptr && room->phase == Phase::joined) {
    if (std::exchange(room->unasked, false)) {
      room->phase = Phase::joining;
      room->joins.push_back({command, effects.now + answer_deadline});
      ++state.waiting;
      return room->names_missing ? ask_names(state, *room, effects) : room_is_joined(state, *room, effects);
    }
    clear_rejoin(state, *room);
    room->known = true;
    effects.tell(snapshot(state, *room));
    if (room->settings_known) tell_settings(state, *room, effects);
    return effects.done(command);
  }
  if (room == nullptr) room = &make_room(state, join.room, channel);
  if (!join.password.empty()) room->key = join.password;
  ask_now(*room);  // who asks is not kept waiting
  room->joins.push_back({command, effects.now + answer_deadline});
  ++state.waiting;
  if (state.stage != Stage::ready || room->phase == Phase::joining || room->phase == Phase::leaving) return;
  room->phase = Phase::wanted;
  join_wanted(state, effects);
}

void ask_names(State& state, Room& room, Effects& effects) {
  if (!state.link.caps.has(Cap::no_implicit_names)) return;
  room.names_missing = room.unasked && room.joins.empty();
  if (room.names_missing) {
    room.phase = Phase::joined;
    return;
  }
  const auto sent = send(state, effects, {}, "NAMES", {room.name});
  if (!sent) room_is_joined(state, room, effects);
}

void leave_room(State& state, chat::CommandId command, const chat::LeaveRoom& leave, Effects& effects) {
  Room* room = find_room(state, leave.room);
  if (room == nullptr) return effects.done(command);
  end_joins(state, *room, chat::Failed::Outcome::refused, Fault::closed, "left again before the channel was joined",
            effects);
  if (room->phase == Phase::wanted || state.stage != Stage::ready) {
    room->leaves.push_back({command, effects.now});
    ++state.waiting;
    return room_is_left(state, *room, left_for(*room, chat::RoomLeft::Why::left), effects);
  }
  room->leaves.push_back({command, effects.now + answer_deadline});
  ++state.waiting;
  if (room->phase != Phase::leaving) write_part(state, *room, leave.text, effects);
}

void join_wanted(State& state, Effects& effects) {
  if (awaits_services(state) || state.link.registering_until) return;
  constexpr std::size_t most_channels = 10, most_bytes = 400;
  const std::size_t told = state.link.isupport->join_targets;
  const std::size_t most = told == 0 ? most_channels : std::min(told, most_channels);
  std::vector<Room*> rooms;
  for (auto& [name, room] : state.rooms) {
    const auto later = again_at(room);
    if (room.phase == Phase::wanted && (!later || *later <= effects.now)) rooms.push_back(&room);
  }
  // Where somebody talks, the wait is felt.
  std::sort(rooms.begin(), rooms.end(), [](const Room* a, const Room* b) {
    return std::tuple{b->spoken_at, a->key.empty(), std::string_view{a->name}} <
           std::tuple{a->spoken_at, b->key.empty(), std::string_view{b->name}};
  });
  for (std::size_t next = 0; next < rooms.size();) {
    std::vector<Room*> batch;
    for (std::size_t bytes = 0; next < rooms.size() && batch.size() < most; ++next) {
      bytes += rooms[next]->name.size() + rooms[next]->key.size() + 2;
      if (!batch.empty() && bytes > most_bytes) break;
      batch.push_back(rooms[next]);
    }
    // RFC 2812 3.2.1: keys belong to the channels in their order, so that those with one come first.
    std::stable_partition(batch.begin(), batch.end(), [](const Room* room) { return !room->key.empty(); });
    std::string channels, keys;
    for (const Room* room : batch) {
      (channels += channels.empty() ? "" : ",") += room->name;
      if (!room->key.empty()) (keys += keys.empty() ? "" : ",") += room->key;
    }
    const auto sent = keys.empty() ? send(state, effects, {}, "JOIN", {channels})
                                   : send(state, effects, {}, "JOIN", {channels, keys});
    for (Room* room : batch) {
      room->phase = Phase::joining;
      room->present = false;
      ask_now(*room);
      if (!room->known || !sent || room->rejoin_deadline) continue;
      room->rejoin_deadline = effects.now + answer_deadline;
      ++state.waiting;
    }
    if (sent) continue;
    for (Room* room : batch) join_refused(state, *room, sent.error().fault, sent.error().text, effects);
  }
}

void room_is_joined(State& state, Room& room, Effects& effects) {
  if (room.phase == Phase::joined) return;
  room.phase = Phase::joined;
  if (room.unasked && room.joins.empty()) return;
  room.unasked = false;
  room.known = true;
  room.who_until.reset();
  clear_rejoin(state, room);
  room.refused.reset();
  if (NameId self; !state.away.empty() && find_source(state, room, state.link.nickname, self)) {
    room.members.find(self)->away = true;
  }
  effects.tell(snapshot(state, room));
  tell_read_up_to(state, room, effects);
  ask_settings(state, room, effects);
  for (const Room::Waiting& waiting : room.joins) effects.done(waiting.command);
  state.waiting -= room.joins.size();
  room.joins.clear();
}

}  // namespace dragoman::backends::irc
