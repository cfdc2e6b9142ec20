#include "gateway/room_lists.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {

constexpr auto lifetime = std::chrono::minutes{2};
constexpr std::size_t most_rooms = 5000;

chat::RoomList matching(const chat::RoomList& all, const std::string& filter) {
  if (filter.empty()) return all;
  chat::RoomList some;
  some.complete = all.complete;
  const std::string wanted = text::fold_case(filter);
  for (const chat::RoomSummary& room : all.rooms) {
    const bool fits = text::fold_case(room.name).find(wanted) != std::string::npos ||
                      text::fold_case(room.topic).find(wanted) != std::string::npos;
    if (fits) some.rooms.push_back(room);
  }
  return some;
}

}  // namespace

void RoomLists::get(const xmpp::Jid& person, const std::string& part, const std::string& filter, Listed listed) {
  const std::string key = std::string{person.bare_view()} + ' ' + part;
  ask(person, key, {{}, most_rooms, part, {}}, [filter, listed](const Result<chat::RoomList>& rooms) {
    rooms ? listed(matching(*rooms, filter)) : listed(rooms);
  });
}

void RoomLists::get_inside(const xmpp::Jid& person, const chat::RoomId& list, Listed listed) {
  const std::string part = context_.network.part_of(list);
  const std::string key = std::string{person.bare_view()} + ' ' + part + " in " + list.text;
  const auto inside = [this, person, part, key, list, listed] {
    ask(person, key, {{}, most_rooms, part, list}, listed);
  };
  if (is_list(person, list)) return inside();
  // Nobody has looked lately: is it one?
  get(person, part, {}, [this, person, list, listed, inside](const Result<chat::RoomList>& rooms) {
    if (!rooms) return listed(rooms);
    is_list(person, list) ? inside() : listed(failure(Fault::not_found, "This is no list of rooms."));
  });
}

bool RoomLists::is_list(const xmpp::Jid& person, const chat::RoomId& room) const {
  const std::string own = std::string{person.bare_view()} + ' ';
  return std::any_of(kept_.begin(), kept_.end(), [&](const auto& each) {
    const auto& rooms = each.second.rooms.rooms;
    return each.first.starts_with(own) && std::any_of(rooms.begin(), rooms.end(), [&](const chat::RoomSummary& known) {
             return known.is_list && known.room == room;
           });
  });
}

void RoomLists::ask(const xmpp::Jid& person, const std::string& key, chat::ListRooms asked, Listed listed) {
  if (const auto known = kept_.find(key); known != kept_.end()) return listed(known->second.rooms);
  const auto answered = [this, key, listed](const chat::Done* done, const chat::Failed* failed) {
    if (failed != nullptr) return listed(failure(failed->fault, failed->text));
    const auto* rooms = std::get_if<chat::RoomList>(&done->answer);
    keep(key, rooms == nullptr ? chat::RoomList{} : *rooms);
    listed(kept_.at(key).rooms);
  };
  context_.user(person).ask_connected(std::move(asked), answered);
}

void RoomLists::keep(const std::string& key, chat::RoomList rooms) {
  std::stable_sort(rooms.rooms.begin(), rooms.rooms.end(),
                   [](const auto& a, const auto& b) { return a.occupants > b.occupants; });
  while (kept_.size() >= most_kept) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                                 [](const auto& a, const auto& b) { return a.second.until < b.second.until; }));
  }
  const Instant until = context_.timers.clock().now() + lifetime;
  kept_[key] = {std::move(rooms), until};
  if (kept_.size() == 1) expiry_.set(until, [this] { expire(); });
}

void RoomLists::expire() {
  const Instant now = context_.timers.clock().now();
  Instant next = Instant::max();
  std::erase_if(kept_, [&](const auto& each) {
    if (each.second.until > now) next = std::min(next, each.second.until);
    return each.second.until <= now;
  });
  if (next != Instant::max()) expiry_.set(next, [this] { expire(); });
}

}  // namespace dragoman::gateway
