#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"

// What is asked about a room when somebody enters it. One account of a homeserver asks, the others that are in the room
// have it from the shared room (shared_room.hpp).

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t most_state = 32 * 1024 * 1024;  // bytes of an answer

using Membership = Member::Membership;

void count_joined(Room& room) {
  if (room.joined_count != 0) return;
  const Roster::Members& members = room.roster().members();
  room.joined_count = static_cast<std::uint64_t>(std::count_if(
      members.begin(), members.end(), [](const auto& each) { return each.second.membership == Membership::joined; }));
}

void loaded(State& state, Room& room, Effects& effects) {
  room.loading = false;
  if (room.share) {
    room.share.go_live();
    if (!room.state_known) {
      const bool was_encrypted = room.encrypted;
      static_cast<RoomFacts&>(room) = room.share.room().facts();
      room.encrypted = room.encrypted || was_encrypted;
    }
    room.heard.clear();
  }
  room.state_known = room.complete = true;
  count_joined(room);
  state.rooms_changed = true;
  joins_done(state, room, effects);
  go_on_with_held(state, room, effects);
}

void not_loaded(State& state, Room& room, const Answer& answer, Effects& effects) {
  room.loading = false;
  const auto outcome = answer.status == 0 ? chat::Failed::Outcome::not_sent : chat::Failed::Outcome::refused;
  joins_failed(state, room.address, outcome, answer.error, effects);
  go_on_with_held(state, room, effects);
}

/// What a room was read with has gone before all of it came.
bool lost_meanwhile(State& state, Room& room, Effects& effects) {
  if (state.stage != Stage::offline) return false;
  Answer none;
  none.error = {Fault::unavailable, "the homeserver is lost"};
  not_loaded(state, room, none, effects);
  return true;
}

/// Of a huge room.
void loaded_but_for_speakers(State& state, Room& room, Effects& effects) {
  recall_speakers(
      state, room,
      [](State& now, Room& here, Effects& then) {
        if (here.loading && !lost_meanwhile(now, here, then)) loaded(now, here, then);
      },
      effects);
}

/// Of a huge room: its facts, and of its members who acted last; `body`: of /context.
void learn_some(Room& room, const nlohmann::json& body) {
  const nlohmann::json& events = array_at(body, "state");
  for (const nlohmann::json& json : events) {
    if (const auto event = read_event(json)) learn_fact(room, *event);
  }
  room.heard.learn_all(events);
}

void ask_for_some(State& state, const Room& room, Effects& effects) {
  Call call{"GET", room_path(room.id, "/context/" + percent_encode(room.last_event)) +
                       "?limit=0&filter=%7B%22lazy_load_members%22%3Atrue%7D"};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id = room.id](State& now, const Answer& answer, Effects& then) {
        Room* here = find_room(now, std::string_view{id});
        if (here == nullptr || !here->loading) return;
        if (!answer.ok()) return not_loaded(now, *here, answer, then);
        learn_some(*here, answer.body);
        loaded_but_for_speakers(now, *here, then);
      },
      effects);
}

void on_read(State& state, Room& room, const Answer& answer, Effects& effects) {
  if (!room.share.is_reading()) return;
  if (!answer.ok()) {
    room.share.not_read();
    return not_loaded(state, room, answer, effects);
  }
  // Of /members an object, of /state a list.
  const nlohmann::json& events = answer.body.is_array() ? answer.body : array_at(answer.body, "chunk");
  if (!room.state_known) {
    for (const nlohmann::json& json : events) {
      if (const auto event = read_event(json)) learn_fact(room, *event);
    }
    room.state_known = true;
  }
  room.share.was_read(room, events);
  loaded(state, room, effects);
}

/// Who spoke lately is known, or cannot be.
void on_recalled(State& state, Room& room, Effects& effects) {
  const auto answer = std::exchange(room.read, nullptr);
  if (!answer) return;
  if (state.stage == Stage::offline) room.share.not_read();
  if (!lost_meanwhile(state, room, effects)) on_read(state, room, *answer, effects);
}

void ask_for_all(State& state, Room& room, Effects& effects) {
  if (is_big(state, room)) recall_speakers(state, room, on_recalled, effects);
  Call call{"GET", room_path(room.id, room.state_known ? "/members?not_membership=leave" : "/state")};
  call.most_body = most_state;
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id = room.id](State& now, const Answer& answer, Effects& then) {
        Room* here = find_room(now, std::string_view{id});
        if (here == nullptr || !here->loading) return;
        if (answer.ok() && here->recalling) {
          here->read = std::make_unique<Answer>(answer);
          return;
        }
        on_read(now, *here, answer, then);
      },
      effects);
}

void take_or_ask(State& state, Room& room, Effects& effects) {
  switch (room.share.want()) {
    case RoomShare::Want::nothing:
      return loaded(state, room, effects);
    case RoomShare::Want::wait:
      return;
    case RoomShare::Want::read:
      return ask_for_all(state, room, effects);
  }
}

bool waits_for_others(const Room& room) { return room.loading && room.share && !room.share.is_reading(); }

}  // namespace

void load_room(State& state, Room& room, Effects& effects) {
  if (room.loading) return;
  if (room.complete) return joins_done(state, room, effects);
  room.loading = true;
  if (is_huge(room) && !room.last_event.empty()) {
    // Everything but who is in it; who may do more than others is among what the levels say.
    room.share.leave();
    return room.state_known ? loaded_but_for_speakers(state, room, effects) : ask_for_some(state, room, effects);
  }
  room.share.follow(state.shared.rooms, state.homeserver, room.id, state.wants_input);
  take_or_ask(state, room, effects);
}

void go_on_loading(State& state, Effects& effects) {
  for (auto& [id, room] : state.rooms) {
    if (waits_for_others(*room)) take_or_ask(state, *room, effects);
  }
}

void forget_members(Room& room) {
  room.complete = room.loading = room.recalling = false;
  room.read.reset();
  room.share.leave();
}

void pause_rooms(State& state, const Error& error, Effects& effects) {
  for (auto& [id, room] : state.rooms) {
    if (waits_for_others(*room)) {
      Answer none;
      none.error = error;
      room->share.leave();
      not_loaded(state, *room, none, effects);
    }
    room->share.pause();
  }
}

void resume_room(Room& room) {
  if (!room.complete || !room.share || room.share.resume()) return;
  room.entered ? static_cast<void>(room.complete = false) : forget_members(room);
}

}  // namespace dragoman::backends::matrix
