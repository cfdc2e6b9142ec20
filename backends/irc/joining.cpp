#include "backends/irc/joining.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/login.hpp"
#include "backends/irc/read_marker.hpp"
#include "backends/irc/room_settings.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Phase = Room::Phase;

chat::RoomLeft left_for(const Room& room, chat::RoomLeft::Why why) {
  chat::RoomLeft left;
  left.room = room.id;
  left.why = why;
  return left;
}

void erase_room(State& state, Room& room, Effects& effects) {
  effects.heard.memberships.push_back(std::move(room.members));
  state.rooms.erase(state.rooms.find(state.folded(room.name)));
}

void end_joins(State& state, Room& room, chat::Failed::Outcome outcome, Fault fault, const std::string& text,
               Effects& effects) {
  for (const Room::Waiting& waiting : room.joins) {
    outcome == chat::Failed::Outcome::refused ? effects.refused(waiting.command, fault, text)
                                              : effects.failed(waiting.command, outcome, fault, text);
  }
  state.waiting -= room.joins.size();
  room.joins.clear();
}

void end_leaves(State& state, Room& room, Effects& effects) {
  for (const Room::Waiting& waiting : room.leaves) effects.done(waiting.command);
  state.waiting -= room.leaves.size();
  room.leaves.clear();
}

void clear_rejoin(State& state, Room& room) {
  for (auto* deadline : {&room.rejoin_deadline, &room.empty_until}) {
    if (!*deadline) continue;
    deadline->reset();
    --state.waiting;
  }
}

/// When its JOIN is repeated.
std::optional<Instant> again_at(const Room& room) { return room.refused ? room.refused->again_at : std::nullopt; }

void ask_now(Room& room) {
  if (room.refused) room.refused->again_at.reset();
}

void write_part(State& state, Room& room, std::string_view reason, Effects& effects) {
  const std::string target{state.folded(room.name)};
  const std::string text = encode_text(single_line(text::cut(reason, 300)), encoding_out(state, room.name));
  const auto parted = text.empty() ? send(state, effects, {.target = target}, "PART", {room.name})
                                   : send(state, effects, {.target = target}, "PART", {room.name}, text);
  if (parted) room.phase = Phase::leaving;
}

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
      return room_is_joined(state, *room, effects);
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
  const std::size_t told = state.link.isupport.join_targets;
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

bool join_again(State& state, Room& room, ErrorRow::Again again, Fault fault, const std::string& text,
                Effects& effects) {
  constexpr Duration first_pause = std::chrono::seconds{3}, longest_pause = std::chrono::seconds{60};
  constexpr auto patience = std::chrono::minutes{10};  // of who was there before
  if (again == ErrorRow::Again::no || (again == ErrorRow::Again::when_known && !room.known)) return false;
  const unsigned times = room.refused ? room.refused->times : 0;
  const Instant next = effects.now + std::min(first_pause * (1u << std::min(times, 5u)), longest_pause);
  if (room.known) {
    if (times == 0) {
      if (!room.rejoin_deadline) ++state.waiting;
      room.rejoin_deadline = effects.now + patience;
      effects.tell(chat::Notice{{}, text + " - this is tried again for ten minutes", room.id});
    } else if (next >= *room.rejoin_deadline) {
      return false;
    }
  } else if (std::none_of(room.joins.begin(), room.joins.end(),
                          [next](const Room::Waiting& waiting) { return next < waiting.deadline; })) {
    return false;
  }
  if (!room.refused) room.refused = std::make_unique<Room::Refused>();
  *room.refused = {next, times + 1, {fault, text}};
  room.phase = Phase::wanted;
  return true;
}

void join_refused(State& state, Room& room, Fault fault, const std::string& text, Effects& effects) {
  end_joins(state, room, chat::Failed::Outcome::refused, fault, text, effects);
  chat::RoomLeft left = left_for(room, chat::RoomLeft::Why::refused);
  left.fault = fault;
  left.text = text;
  room_is_left(state, room, std::move(left), effects);
}

void room_is_left(State& state, Room& room, chat::RoomLeft left, Effects& effects) {
  clear_rejoin(state, room);
  if (room.known) effects.tell(std::move(left));
  end_leaves(state, room, effects);
  if (room.phase == Phase::leaving && !room.joins.empty()) {
    // Asked for again while the PART was on its way.
    forget_members(state, room, effects);
    room.known = false;
    room.phase = Phase::wanted;
    if (state.stage == Stage::ready) join_wanted(state, effects);
    return;
  }
  end_joins(state, room, chat::Failed::Outcome::refused, Fault::closed, "the channel was left", effects);
  erase_room(state, room, effects);
}

void expire_rooms(State& state, Effects& effects) {
  if (state.waiting == 0) return;
  std::vector<Room*> late;
  for (auto& [name, room] : state.rooms) {
    const auto over = [&effects](const Room::Waiting& waiting) { return waiting.deadline <= effects.now; };
    if (std::any_of(room.joins.begin(), room.joins.end(), over) ||
        std::any_of(room.leaves.begin(), room.leaves.end(), over) ||
        (room.rejoin_deadline && *room.rejoin_deadline <= effects.now) ||
        (room.empty_until && *room.empty_until <= effects.now) ||
        (room.phase == Phase::joining && room.who_until && *room.who_until <= effects.now)) {
      late.push_back(&room);
    }
  }
  for (Room* room : late) {
    if (room->present && room->phase == Phase::joining) {
      room_is_joined(state, *room, effects);  // the end of the names is late, or who they are: we are there
      continue;
    }
    if (room->empty_until && *room->empty_until <= effects.now) {
      clear_rejoin(state, *room);
      write_part(state, *room, {}, effects);
      continue;
    }
    const bool up = state.stage == Stage::ready, refused = up && room->refused != nullptr;
    const Fault fault = refused ? room->refused->last.fault : up ? Fault::timeout : Fault::unavailable;
    const std::string text = refused                 ? room->refused->last.text
                             : up                    ? "the IRC server did not answer in time"
                             : state.trouble.empty() ? "the IRC server has not been reached yet"
                                                     : state.trouble;
    std::erase_if(room->joins, [&](const Room::Waiting& waiting) {
      if (waiting.deadline > effects.now) return false;
      const bool written = room->phase == Phase::joining;
      const auto outcome = refused   ? chat::Failed::Outcome::refused
                           : written ? chat::Failed::Outcome::unsure
                                     : chat::Failed::Outcome::not_sent;
      effects.failed(waiting.command, outcome, fault, text);
      --state.waiting;
      return true;
    });
    std::erase_if(room->leaves, [&](const Room::Waiting& waiting) {
      if (waiting.deadline > effects.now) return false;
      effects.failed(waiting.command, chat::Failed::Outcome::unsure, fault, text);
      --state.waiting;
      return true;
    });
    if (room->phase == Phase::leaving && room->leaves.empty()) {
      // The owner wanted to be out: for it, the room is gone.
      room_is_left(state, *room, left_for(*room, chat::RoomLeft::Why::left), effects);
      continue;
    }
    if (room->rejoin_deadline && *room->rejoin_deadline <= effects.now) {
      clear_rejoin(state, *room);
      room->known = false;
      chat::RoomLeft lost = left_for(*room, chat::RoomLeft::Why::lost);
      lost.fault = refused ? fault : Fault::timeout;
      lost.text = text;
      effects.tell(std::move(lost));
    }
    if (!room->joins.empty() || !room->leaves.empty() || room->known) continue;
    if (room->phase == Phase::joining) {
      room->phase = Phase::abandoned;
    } else if (room->phase == Phase::wanted) {
      erase_room(state, *room, effects);
    }
  }
}

void repeat_joins(State& state, Effects& effects) {
  if (state.waiting == 0 || state.stage != Stage::ready) return;
  const bool due = std::any_of(state.rooms.begin(), state.rooms.end(), [&effects](const auto& entry) {
    const auto when = again_at(entry.second);
    return when && *when <= effects.now;
  });
  if (due) join_wanted(state, effects);
}

std::optional<Instant> next_room_deadline(const State& state) {
  std::optional<Instant> next;
  if (state.waiting == 0) return next;
  const auto consider = [&next](Instant when) {
    if (!next || when < *next) next = when;
  };
  for (const auto& [name, room] : state.rooms) {
    for (const Room::Waiting& waiting : room.joins) consider(waiting.deadline);
    for (const Room::Waiting& waiting : room.leaves) consider(waiting.deadline);
    if (room.rejoin_deadline) consider(*room.rejoin_deadline);
    if (room.empty_until) consider(*room.empty_until);
    if (room.phase == Phase::joining && room.who_until) consider(*room.who_until);
    if (const auto when = again_at(room)) consider(*when);
  }
  return next;
}

void rooms_lost(State& state, Effects& effects) {
  std::vector<Room*> rooms;
  for (auto& [name, room] : state.rooms) rooms.push_back(&room);
  for (Room* room : rooms) {
    clear_rejoin(state, *room);
    room->refused.reset();
    forget_members(state, *room, effects);
    if (room->phase == Phase::leaving) {
      room_is_left(state, *room, left_for(*room, chat::RoomLeft::Why::left), effects);
    } else if (room->known || !room->joins.empty()) {
      room->phase = Phase::wanted;
    } else {
      erase_room(state, *room, effects);
    }
  }
}

void give_up_joins(State& state, Fault fault, const std::string& text, Effects& effects) {
  std::vector<Room*> unknown;
  for (auto& [name, room] : state.rooms) {
    end_joins(state, room, chat::Failed::Outcome::not_sent, fault, text, effects);
    end_leaves(state, room, effects);
    if (!room.known) unknown.push_back(&room);
  }
  for (Room* room : unknown) erase_room(state, *room, effects);
}

}  // namespace dragoman::backends::irc
