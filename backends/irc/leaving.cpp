#include <utility>
#include <vector>

#include "backends/irc/joining.hpp"
#include "backends/irc/room_waits.hpp"
#include "backends/irc/rooms.hpp"

// The ways out of a channel, and of the wish to be in it.

namespace dragoman::backends::irc {

namespace {
using Phase = Room::Phase;
}  // namespace

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
