#include <utility>

#include "backends/muc/handlers.hpp"
#include "base/log.hpp"

// Out of rooms, for a while or for good.
namespace dragoman::backends::muc {

namespace {

void forget_voice(State& state, const Room& room) {
  if (const auto ours = occupant_address(room, room.nick)) state.shared.ours.erase(ours->str());
}

}  // namespace

void fail_joins(Room& room, const Error& error, Effects& effects) {
  for (const Room::Waiting& each : std::exchange(room.joins, {})) {
    effects.refused(each.command, error.fault, error.text);
  }
}

void lose(State& state, Room& room, Fault fault, const std::string& text, bool at_once, Effects& effects) {
  const std::string &owner = state.voice.owner, &address = room.id.text;
  LOG_INFO("room lost", owner, address, text);
  forget_voice(state, room);
  doubt(room, effects);
  // What was not said yet stays behind what is in doubt: entered again, both are said in their order.
  auto unsent = at_once ? std::exchange(room.unsent, {}) : std::deque<Room::Unsent>{};
  forget_questions(room, effects);
  room.unsent = std::move(unsent);
  room.phase = Room::Phase::away;
  room.ping_at.reset();
  room.keeps_nick = room.stays;
  if (at_once) return enter(state, room, effects);
  room.retry_at = effects.now + room.backoff.next();
  settle_doubts(room, false, effects);
  if (!std::exchange(room.known, false)) return;
  chat::RoomLeft left{room.id, chat::RoomLeft::Why::lost, fault, {}, text, {}};
  effects.tell(std::move(left));
}

void end_room(State& state, Room& room, chat::RoomLeft left, Effects& effects) {
  forget_voice(state, room);
  doubt(room, effects);
  settle_doubts(room, false, effects);
  forget_questions(room, effects);
  const auto leaves = std::exchange(room.leaves, {});
  // Who wants to be in it again since we were asked to leave.
  if (left.why == chat::RoomLeft::Why::left && !room.joins.empty() && state.up) {
    if (std::exchange(room.known, false)) effects.tell(std::move(left));
    for (const Room::Waiting& each : leaves) effects.done(each.command);
    room.nick_attempt = 0;
    room.keeps_nick = false;
    return enter(state, room, effects);
  }
  const Error error{left.fault, left.text.empty() ? "the room was left" : left.text};
  fail_joins(room, error, effects);
  const bool known = room.known;
  state.rooms.erase(room.address.str());
  if (known) effects.tell(std::move(left));
  for (const Room::Waiting& each : leaves) effects.done(each.command);
}

void rooms_are_away(State& state, Effects& effects) {
  for (auto at = state.rooms.begin(); at != state.rooms.end();) {
    Room& room = (at++)->second;  // it may end
    if (room.phase == Room::Phase::leaving) {
      end_room(state, room, {room.id, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}}, effects);
      continue;
    }
    forget_voice(state, room);
    doubt(room, effects);
    doubt_unsent(room, effects);
    forget_questions(room, effects);
    room.phase = Room::Phase::away;
    room.retry_at.reset();
    room.ping_at.reset();
    room.pinging = false;
    room.keeps_nick = room.stays;
  }
}

}  // namespace dragoman::backends::muc
