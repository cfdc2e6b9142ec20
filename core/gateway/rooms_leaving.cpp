#include <algorithm>

#include "base/log.hpp"
#include "gateway/rooms.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// How a person leaves their rooms: with a client that goes, with all of them, or because they are no more.

namespace dragoman::gateway {

void Rooms::left_by(Room& room, const std::string& resource, const std::string& text) {
  const auto& id = room.id();
  LOG_DEBUG_OF(owner_.bare_view(), "client left room", owner_, resource, id);
  if (!room.empty() || room.persistent) return store(room);
  leave_network(room.id(), text);
}

void Rooms::leave_network(const chat::RoomId& id, const std::string& text) {
  if (user_.has_session(context_.network.part_of(id)))
    user_.ask(chat::LeaveRoom{id, text}, [](const chat::Done*, const chat::Failed*) {});
  user_.sent().queue().give_back({id, {}}, Fault::closed, "you left the room before the message could be delivered");
  forget(id);
}

bool Rooms::leave(const chat::RoomId& id) {
  Room* known = find(id);
  if (known == nullptr) return false;
  known->close({}, {}, {});
  leave_network(chat::RoomId{id}, {});
  return true;
}

void Rooms::end_all(const std::vector<int>& status, const std::string& text) {
  while (!rooms_.empty()) {
    const chat::RoomId id = rooms_.begin()->first;
    rooms_.begin()->second->close(status, {}, text);
    forget(id);
  }
}

void Rooms::end_in(const std::string& part, const std::string& text) {
  std::vector<chat::RoomId> left;
  for (const auto& [id, room] : rooms_) {
    if (room->part() == part) left.push_back(id);
  }
  for (const chat::RoomId& id : left) {
    find(id)->close({}, {}, text);
    forget(id);
  }
}

void Rooms::destroy(Room& room, const std::string& venue, const std::string& reason) {
  Room::Farewell farewell;
  farewell.destroyed = true;
  farewell.venue = venue;
  farewell.reason = reason;
  if (bookmarks_) bookmarks_->remove(room.address());
  room.close(std::move(farewell));
  leave_network(chat::RoomId{room.id()}, reason);
}

void Rooms::on_bounce(const xmpp::Element& stanza, const xmpp::Jid& resource, const std::optional<chat::RoomId>& id) {
  if (resource.is_bare() || !id) return;
  static constexpr std::string_view gone[] = {"gone",
                                              "item-not-found",
                                              "recipient-unavailable",
                                              "redirect",
                                              "remote-server-not-found",
                                              "remote-server-timeout",
                                              "service-unavailable"};
  const xmpp::Element* error = stanza.child("error", stanza.ns);
  if (error == nullptr) return;
  const bool is_gone = std::any_of(std::begin(gone), std::end(gone), [&](std::string_view condition) {
    return error->child(condition, xmpp::ns::stanza_errors) != nullptr;
  });
  Room* known = find(*id);
  if (!is_gone || known == nullptr || !known->drop(resource.str())) return;
  LOG_INFO("client is gone and leaves the room", owner_, resource);
  left_by(*known, resource.str(), {});
}

void Rooms::tell_outside(const chat::RoomId& id, const std::string& client, const std::string& nick,
                         std::vector<int> status) {
  Room stranger{context_, id, nick};
  stranger.enter(client, nick);
  stranger.close(std::move(status), {}, "You are not in this room; join it again.");
}

}  // namespace dragoman::gateway
