#include <algorithm>

#include "gateway/user.hpp"

// Rooms that a person stays in while they have no client (a bouncer's part): the connection is kept for them, what is
// said is in the archive, and every restart enters them again.

namespace dragoman::gateway {

void User::stay_in(const std::vector<chat::RoomId>& rooms) {
  std::vector<chat::RoomId> left;
  for (const auto& [id, room] : rooms_) {
    const bool stays = std::find(rooms.begin(), rooms.end(), id) != rooms.end();
    if (stays == room->persistent) continue;
    room->persistent = stays;
    if (!stays && room->empty()) {
      left.push_back(id);
    } else {
      store_room(*room);
    }
  }
  for (const chat::RoomId& id : left) leave_network_room(id, {});
}

bool User::is_in_rooms() const {
  return std::any_of(rooms_.begin(), rooms_.end(), [](const auto& each) { return !each.second->empty(); });
}

void User::join_later(Room& room) {
  auto again = std::make_unique<Room>(context_, room.id(), room.nick());
  again->password = room.password;
  again->persistent = again->restored = true;
  store_room(*again);
  rooms_[again->id()] = std::move(again);
}

void User::tell_not_staying(const Room& room, const std::string& text) {
  say_notice({}, "You are not in " + room.address() + " any more" + (text.empty() ? "." : ": " + text));
}

}  // namespace dragoman::gateway
