#include "gateway/room_archive.hpp"
#include "gateway/rooms.hpp"
#include "gateway/user.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

// Rooms that a person does not get into (XEP-0045 7.2.6 to 7.2.11), or not for now.

namespace dragoman::gateway {

void Rooms::stay_outside(Room& room, const chat::Failed& failed) {
  // Who was inside before a restart stays, as when the network is away at any other time; who came since has asked.
  std::vector<std::string> came_since;
  for (const Room::Resource& resource : room.resources()) {
    if (resource.asked.to.empty()) continue;
    refuse_presence(resource.jid, resource.asked, failed);
    came_since.push_back(resource.jid);
  }
  for (const std::string& client : came_since) room.drop(client);
  if (!came_since.empty()) store(room);
  // It was asked and said nothing: nothing else will tell when to ask again.
  if (failed.outcome == chat::Failed::Outcome::unsure && user_.is_ready(room.part())) ask_to_join(room);
}

void Rooms::refuse_join(const chat::RoomId& id, const chat::Failed& why, const chat::RoomId& moved_to) {
  Room* refused = find(id);
  if (refused == nullptr || refused->state() != Room::State::joining) return;
  std::vector<std::string> from_before;  // of a restart: they asked for nothing, they are thrown out
  for (const Room::Resource& resource : refused->resources()) {
    if (resource.asked.to.empty()) {
      from_before.push_back(resource.jid);
    } else {
      refuse_presence(resource.jid, resource.asked, why, moved_to);
    }
  }
  for (const std::string& client : from_before) refused->leave(client, {333}, why.text);
  if (refused->persistent) tell_not_staying(*refused, why.text);
  user_.sent().queue().give_back({id, {}}, why.fault, why.text);
  forget(id);
}

void Rooms::refuse_presence(const std::string& to, const Room::Asked& asked, Fault fault, const std::string& text) {
  refuse_presence(to, asked, xmpp::to_stanza_error(fault, text));
}

void Rooms::refuse_presence(const std::string& to, const Room::Asked& asked, const chat::Failed& why,
                            const chat::RoomId& moved_to) {
  xmpp::StanzaError error = context_.error_of(why.fault, why.text, why.code);
  if (why.fault == Fault::malformed) error.condition = "jid-malformed";  // it is the name of the room that was refused
  if (!moved_to.empty()) {
    error.condition = "gone";
    error.type.clear();
    error.uri = xmpp::to_uri(context_.address(moved_to)) + "?join";
  }
  refuse_presence(to, asked, std::move(error));
}

void Rooms::refuse_presence(const std::string& to, const Room::Asked& asked, xmpp::StanzaError error) {
  error.by = asked.to.substr(0, asked.to.find('/'));
  xmpp::Element reply{"presence", xmpp::ns::component};
  reply.set("from", asked.to).set("to", to).set("type", "error");
  if (!asked.id.empty()) reply.set("id", asked.id);
  if (!asked.plainly) reply.add("x", xmpp::ns::muc);  // echoed without its password
  reply.add(xmpp::make_error(error));
  context_.link.send(reply);
}

void Rooms::shut_out(const chat::RoomId& id) {
  context_.store.put({std::string{banned_kind}, user_.owner_key(), id.text, "{}"});
}

bool Rooms::give_up(const Uplink& from, Fault fault, const std::string& text) {
  std::vector<chat::RoomId> left;
  for (auto& [id, room] : rooms_) {
    if (room->part() == from.part) left.push_back(id);
  }
  for (const chat::RoomId& id : left) {
    if (Room* each = find(id)) {
      if (each->persistent && each->empty()) {
        join_later(*each);
      } else if (each->state() == Room::State::joining) {
        refuse_join(id, {{}, chat::Failed::Outcome::refused, fault, text, {}});
      } else {
        each->close({333}, {}, text);
        each->persistent ? join_later(*each) : forget(id);
      }
    }
  }
  return !left.empty();
}

}  // namespace dragoman::gateway
