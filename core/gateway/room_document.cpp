#include "gateway/room_document.hpp"

#include "gateway/json_text.hpp"

namespace dragoman::gateway {

std::string write_room(const Room& room) {
  std::string json = R"({"nick":)";
  append_json(json, room.nick());
  if (!room.password.empty()) append_json(json.append(R"(,"password":)"), room.password);
  json += room.state() != Room::State::joining ? R"(,"joined":true)" : R"(,"joined":false)";
  if (room.persistent) json += R"(,"persistent":true)";
  std::string all, old;
  for (const Room::Resource& resource : room.resources()) {
    append_json(all.append(all.empty() ? 0 : 1, ','), resource.jid);
    if (resource.groupchat1) append_json(old.append(old.empty() ? 0 : 1, ','), resource.jid);
  }
  json.append(R"(,"resources":[)").append(all).append(1, ']');
  if (!old.empty()) json.append(R"(,"groupchat1":[)").append(old).append(1, ']');
  return json += '}';
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
