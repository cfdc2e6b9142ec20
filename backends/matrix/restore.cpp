#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "base/text.hpp"

// What is kept over a restart. Documents: "sync" the position; "rooms" what each room is called and who it is; "newest
// ID" the last message of a room, in a document of its own because it changes with each; "told ID" those of it that
// were read last as history; "direct" contacts.

namespace dragoman::backends::matrix {

namespace {

using Phase = Room::Phase;

constexpr const char* phases[] = {"invited", "knocking", "joined", "left"};

Phase read_phase(const std::string& text) {
  for (const Phase phase : {Phase::invited, Phase::knocking, Phase::joined}) {
    if (text == phases[static_cast<std::size_t>(phase)]) return phase;
  }
  return Phase::left;
}

nlohmann::json write_room(const Room& room) {
  nlohmann::json json = {{"id", room.id}, {"phase", phases[static_cast<std::size_t>(room.phase)]}};
  const auto put = [&json](const char* key, const std::string& text) {
    if (!text.empty()) json[key] = text;
  };
  put("address", room.address.text);
  put("name", room.name);
  put("alias", room.canonical_alias);
  put("type", room.type);
  put("event", room.last_event);
  put("inviter", room.inviter);
  put("reason", room.invite_reason);
  if (room.invited_direct) json["direct"] = true;
  if (room.encrypted) json["encrypted"] = true;
  if (room.joined_count != 0) json["people"] = room.joined_count;
  if (!room.heroes.empty()) json["heroes"] = room.heroes;
  return json;
}

void read_room(State& state, const nlohmann::json& json, const std::function<std::string(const std::string&)>& kept) {
  const std::string id = text_at(json, "id");
  const Phase phase = read_phase(text_at(json, "phase"));
  if (id.empty() || phase == Phase::left) return;
  Room& room = need_room(state, id);
  room.phase = phase;
  if (const std::string address = text_at(json, "address"); !address.empty()) room.address.text = address;
  room.name = text_at(json, "name");
  room.canonical_alias = text_at(json, "alias");
  room.type = text_at(json, "type");
  room.last_event = text_at(json, "event");
  room.inviter = text_at(json, "inviter");
  room.invite_reason = text_at(json, "reason");
  room.invited_direct = flag_at(json, "direct");
  room.encrypted = flag_at(json, "encrypted");
  room.joined_count = static_cast<std::uint64_t>(std::max<std::int64_t>(number_at(json, "people").value_or(0), 0));
  for (const nlohmann::json& user : array_at(json, "heroes")) {
    if (user.is_string()) room.heroes.push_back(user.get<std::string>());
  }
  room.newest = room.heard_from = kept("newest " + id);
  const std::string told = kept(told_key(id));
  for (const std::string_view event : text::split(told, '\n')) static_cast<void>(was_told(room, std::string{event}));
  room.active = ++state.activity;  // in the order in which they were written
}

nlohmann::json read_kept(const std::function<std::string(const std::string&)>& kept, const std::string& key) {
  auto json = parse_json(kept(key));
  return json ? std::move(*json) : nlohmann::json{};
}

}  // namespace

void restore(State& state, const std::function<std::string(const std::string& key)>& kept) {
  const nlohmann::json sync = read_kept(kept, "sync");
  state.since = text_at(sync, "since");
  state.filter_id = text_at(sync, "filter");
  state.state_after = text_at(sync, "state_after");
  const nlohmann::json rooms = read_kept(kept, "rooms");
  for (const nlohmann::json& json : rooms) read_room(state, json, kept);
  const nlohmann::json direct = read_kept(kept, "direct");
  on_direct_rooms(state, object_at(direct, "rooms"));
  for (const nlohmann::json& user : array_at(direct, "told")) {
    if (user.is_string()) state.told_contacts.insert(user.get<std::string>());
  }
  state.rooms_changed = state.direct_changed = false;
}

void keep_rooms(State& state, Effects& effects) {
  if (std::exchange(state.rooms_changed, false)) {
    std::vector<const Room*> in_order;
    for (const auto& [id, room] : state.rooms) in_order.push_back(room.get());
    std::sort(in_order.begin(), in_order.end(), [](const Room* a, const Room* b) { return a->active < b->active; });
    nlohmann::json rooms = nlohmann::json::array();
    for (const Room* room : in_order) {
      if (room->phase != Phase::left) rooms.push_back(write_room(*room));
    }
    effects.documents.emplace_back("rooms", dump_json(rooms));
  }
  if (std::exchange(state.direct_changed, false)) {
    effects.documents.emplace_back("direct", dump_json({{"rooms", state.direct}, {"told", state.told_contacts}}));
  }
}

}  // namespace dragoman::backends::matrix
