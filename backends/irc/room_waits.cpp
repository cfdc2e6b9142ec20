#include "backends/irc/room_waits.hpp"

#include <algorithm>
#include <memory>

#include "backends/irc/joining.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {
using Phase = Room::Phase;
}  // namespace

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

}  // namespace dragoman::backends::irc
