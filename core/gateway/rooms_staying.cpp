#include <algorithm>

#include "gateway/rooms.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"

// Rooms that a person stays in while they have no client (a bouncer's part): the connection is kept for them, what is
// said is in the archive, and every restart enters them again.

namespace dragoman::gateway {

void Rooms::remove_bookmarks() {
  if (bookmarks_) bookmarks_->remove_all();
  bookmarks_.reset();
}

Bookmarks& Rooms::own_bookmarks() {
  if (!bookmarks_) bookmarks_ = std::make_unique<Bookmarks>(context_, owner_, user_.owner_key());
  return *bookmarks_;
}

void Rooms::bookmark(const Room& room) {
  if (user_.rights() == nullptr || !context_.settings.flag(owner_.str(), "bookmarks", false)) return;
  own_bookmarks().add({room.address(), room.name(), room.nick()});
}

void Rooms::stay_in(const std::vector<chat::RoomId>& rooms) {
  std::vector<chat::RoomId> left;
  for (const auto& [id, room] : rooms_) {
    const bool stays = std::find(rooms.begin(), rooms.end(), id) != rooms.end();
    if (stays == room->persistent) continue;
    room->persistent = stays;
    if (!stays && room->empty()) {
      left.push_back(id);
    } else {
      store(*room);
    }
  }
  for (const chat::RoomId& id : left) leave_network(id, {});
}

void Rooms::stay_in(const chat::RoomId& id, bool stays) {
  context_.settings.set_flag(owner_.str(), "persistent " + id.text, stays);
  Room* known = find(id);
  if (known == nullptr || known->persistent == stays) return;
  known->persistent = stays;
  if (!stays && known->empty()) return leave_network(chat::RoomId{id}, {});
  store(*known);
}

bool Rooms::stays_in(const chat::RoomId& id) const {
  if (const auto known = rooms_.find(id); known != rooms_.end()) return known->second->persistent;
  if (!user_.registered()) return false;
  return context_.settings.flag_in(id.text, owner_.str(), "persistent", false);
}

void Rooms::join_later(Room& room) {
  auto again = std::make_unique<Room>(context_, room.id(), room.nick());
  again->password = room.password;
  again->persistent = again->restored = true;
  store(*again);
  rooms_[again->id()] = std::move(again);
}

void Rooms::follow(const Room& room, const chat::RoomId& moved_to) {
  if (user_.rights() != nullptr && context_.settings.flag(owner_.str(), "bookmarks", false)) {
    own_bookmarks().add({context_.address(moved_to), context_.network.format(moved_to), room.nick()});
  }
  if (!room.persistent || rooms_.contains(moved_to)) return;
  auto there = std::make_unique<Room>(context_, moved_to, room.nick());
  there->password = room.password;
  there->persistent = there->restored = true;
  store(*there);
  Room& entered = *rooms_.emplace(moved_to, std::move(there)).first->second;
  if (user_.is_ready(entered.part())) ask_to_join(entered);
}

Showing Rooms::showing_of(const chat::RoomId& id) const {
  const Room* known = find(id);
  if (known == nullptr || known->state() == Room::State::joining) return {chat::Availability::gone, {}};
  if (known->state() == Room::State::lost) {
    const Uplink* away = user_.uplink(known->part());
    return {chat::Availability::extended_away, away == nullptr ? std::string{} : away->text};
  }
  if (!known->topic().empty()) return {chat::Availability::available, known->topic()};
  const std::size_t people = known->occupants().size() + 1;
  return {chat::Availability::available, people == 1 ? "only you" : std::to_string(people) + " people"};
}

void Rooms::tell_not_staying(const Room& room, const std::string& text) {
  user_.say_notice({}, "You are not in " + room.address() + " any more" + (text.empty() ? "." : ": " + text));
}

}  // namespace dragoman::gateway
