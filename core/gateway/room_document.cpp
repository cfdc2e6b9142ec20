#include "gateway/room_document.hpp"

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

std::string write_room(const Room& room) {
  nlohmann::json object;
  object["nick"] = room.nick();
  if (!room.password.empty()) object["password"] = room.password;
  object["joined"] = room.state() != Room::State::joining;
  if (room.persistent) object["persistent"] = true;
  object["resources"] = nlohmann::json::array();
  for (const Room::Resource& resource : room.resources()) {
    object["resources"].push_back(resource.jid);
    if (resource.groupchat1) object["groupchat1"].push_back(resource.jid);
  }
  return dump(object);
}

StoredRoom read_room(const std::string& text) {
  const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
  StoredRoom room;
  room.nick = string_at(object, "nick");
  room.password = string_at(object, "password");
  room.joined = object.is_object() && object.value("joined", nlohmann::json(true)) != false;
  room.persistent = object.is_object() && object.value("persistent", nlohmann::json(false)) == true;
  room.resources = strings_at(object, "resources");
  room.groupchat1 = strings_at(object, "groupchat1");
  return room;
}

}  // namespace dragoman::gateway
