#include <algorithm>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/paths.hpp"

// The rooms of an account: how they are found, what they are called, and what is asked about them when somebody enters.

namespace dragoman::backends::matrix {

namespace {

constexpr std::uint64_t most_members = 2000;  // of a room whose members are all asked for: 375 bytes each

using Membership = Member::Membership;

bool can_be_told(const Room& room) { return !room.loading && !room.naming; }

std::string first_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) (text += text.empty() ? "" : ", ") += name;
  return text;
}

/// Whoever enters later can read what is said now: "shared" where the room does not say otherwise (client-server API,
/// "Room history visibility"). Of what is encrypted they have no keys.
bool is_logged(const Room& room) {
  return !room.encrypted && room.history_visibility != "invited" && room.history_visibility != "joined";
}

}  // namespace

void go_on_with_held(State& state, Room& room, Effects& effects) {
  while (!room.held.empty() && can_be_told(room)) {
    const Later later = std::move(room.held.front());
    room.held.erase(room.held.begin());
    if (room.held.empty()) room.held.shrink_to_fit();  // of thousands of rooms few wait for anything
    later(state, room, effects);
  }
}

Room* find_room(State& state, std::string_view room_id) {
  const auto found = state.rooms.find(std::string{room_id});
  return found == state.rooms.end() ? nullptr : found->second.get();
}

Room* find_room(State& state, const chat::RoomId& address) {
  const auto id = state.shared.book.room_at(address);
  return id ? find_room(state, std::string_view{*id}) : nullptr;
}

Room& need_room(State& state, const std::string& room_id) {
  auto& room = state.rooms[room_id];
  if (!room) {
    room = std::make_unique<Room>();
    room->id = room_id;
    room->self = state.me.user_id;
    if (const auto address = state.shared.book.known_address(room_id)) room->address = *address;
    state.rooms_changed = true;
  }
  return *room;
}

bool is_direct(const State& state, const Room& room) {
  return !room.entered && room.joined_count <= 2 && state.direct_of.contains(room.id);
}

chat::Conversation conversation_of(const State& state, const Room& room) {
  if (is_direct(state, room)) return {{}, person_id(state.direct_of.at(room.id))};
  return {room.address, {}};
}

Room* room_of(State& state, const chat::Conversation& conversation) {
  if (!conversation.room.empty()) {
    Room* room = find_room(state, conversation.room);
    return room != nullptr && room->phase == Room::Phase::joined ? room : nullptr;
  }
  const auto user = user_id_of(conversation.person);
  const auto rooms = user ? state.direct.find(*user) : state.direct.end();
  if (rooms == state.direct.end()) return nullptr;
  Room* newest = nullptr;
  for (const std::string& id : rooms->second) {
    Room* room = find_room(state, std::string_view{id});
    if (room == nullptr || room->phase != Room::Phase::joined || !is_direct(state, *room)) continue;
    const Member* partner = room->roster().find(*user);
    const bool gone =
        partner != nullptr && (partner->membership == Membership::left || partner->membership == Membership::banned);
    if (!gone && (newest == nullptr || room->active > newest->active)) newest = room;
  }
  return newest;
}

bool is_huge(const Room& room) { return room.joined_count > most_members; }

std::string name_of(const Room& room) {
  if (!room.name.empty()) return room.name;
  if (!room.canonical_alias.empty()) return clean_line(room.canonical_alias);
  std::vector<std::string> names;
  for (const std::string& user : room.heroes) names.push_back(nickname_of(room, user));
  if (!names.empty()) return first_of(names);
  return "Empty room";
}

void when_told(State& state, Room& room, Later later, Effects& effects) {
  if (can_be_told(room) && room.held.empty()) return later(state, room, effects);
  room.held.push_back(std::move(later));
}

void name_room(State& state, Room& room, Effects& effects) {
  if (!room.address.empty() || room.naming) return;
  const auto known = state.shared.book.known_address(room.id);
  if (known || room.canonical_alias.empty()) {
    room.address = known ? *known : state.shared.book.address_of(room.id);
    state.rooms_changed = true;
    return go_on_with_held(state, room, effects);
  }
  room.naming = true;
  const std::string alias = room.canonical_alias;
  Call call{"GET", client_api + "/directory/room/" + percent_encode(alias)};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id = room.id, alias](State& now, const Answer& answer, Effects& then) {
        Room* named = find_room(now, std::string_view{id});
        if (named == nullptr) return;
        named->naming = false;
        const bool lost = !answer.ok() && now.stage == Stage::offline;
        if (lost) return;  // it is asked again when the homeserver is back
        const bool leads_here = answer.ok() && text_at(answer.body, "room_id") == id;
        named->address = now.shared.book.address_of(id, leads_here ? alias : std::string{});
        now.rooms_changed = true;
        go_on_with_held(now, *named, then);
      },
      effects);
}

void tell_room(State& state, Room& room, Effects& effects) {
  chat::RoomJoined joined;
  joined.room = room.address;
  joined.name = name_of(room);
  joined.topic = room.topic;
  joined.topic_time = room.topic_time;
  if (joined.topic_time) joined.topic_time = std::min(*joined.topic_time, effects.utc);
  know_own_name(state, room);
  const auto shown_before = std::exchange(room.shown, {});
  const NameRef& self = room.shown[room.self] = name_of_member(state, room, room.self);
  effects.heard.names.push_back(self);
  for (const auto& each : room.roster().members()) {
    const auto& [user, member] = each;
    if (member.membership != Membership::joined || user == room.self) continue;
    if (!shown_before.contains(user) && !is_shown_at_once(state, room, each, effects.utc)) continue;
    const NameRef& name = room.shown[user] = name_of_member(state, room, user);
    effects.heard.names.push_back(name);
    joined.occupants.push_back({name.id(), standing_of(room, user)});
  }
  if (!room.topic_author.empty()) joined.topic_author = nickname_of(room, room.topic_author);
  joined.self = self.id();
  joined.standing = standing_of(room, room.self);
  joined.logged = is_logged(room);
  room.entered = true;
  if (room.share) room.settled = room.to_settle = room.share.room().version();
  effects.tell(std::move(joined));
  tell_settings(state, room, effects);
  for (const auto& [user, name] : room.shown) {
    const Member* member = room.roster().find(user);
    if (member != nullptr && !member->avatar.empty()) tell_picture(state, room, user, effects);
  }
}

chat::RoomSettings settings_of(const Room& room) {
  chat::RoomSettings settings;
  settings.moderated = room.levels.events_default > room.levels.users_default;
  settings.members_only = room.join_rule != "public";
  settings.logged = is_logged(room);
  settings.topic_locked = room.levels.needed("m.room.topic", true) > room.levels.users_default;
  return settings;
}

void tell_settings(State& state, const Room& room, Effects& effects) {
  effects.tell(
      chat::RoomChanged{room.address, capabilities_of(state, room), settings_of(room), room.avatar, name_of(room)});
}

void forget_entered(State& state, Room& room) {
  room.entered = false;
  state.rooms_changed = true;
  room.shown.clear();
  if (!room.complete || is_direct(state, room)) return;
  // Who enters again is told who is there then; until that nobody has to know.
  forget_members(room);
  room.heard.clear();
}

}  // namespace dragoman::backends::matrix
