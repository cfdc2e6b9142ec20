#include "backends/irc/rooms.hpp"

#include "backends/irc/address.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

Room* find_room(State& state, std::string_view channel) {
  const auto found = state.rooms.find(state.folded(channel));
  return found == state.rooms.end() ? nullptr : &found->second;
}

Room* find_room(State& state, const chat::RoomId& id) {
  // Nearly every name stands for itself.
  const std::string_view localpart = without_suffix(id.text, state.shared.suffix);
  if (localpart.find('=') == std::string_view::npos) return find_room(state, localpart);
  return find_room(state, std::string_view{decode(localpart)});
}

Room& make_room(State& state, const chat::RoomId& id, std::string_view channel) {
  Room& room = state.rooms.emplace(state.folded(channel), state.shared.names).first->second;
  room.id = id;
  room.name = channel;
  return room;
}

NameRef hold_name(State& state, std::string_view nick) {
  Names& names = state.shared.names;
  NameId id;
  if (names.find(state.shared.realm.id(), nick, id)) return {names, id};
  const std::string text = read_name(state, nick);
  // IRC has no identity behind a nickname, so that the nickname is it, until it is changed (Names::inherit).
  const std::string folded = fold(state.link.isupport->casemap, text);
  id = names.acquire(state.shared.realm.id(), text, folded, state.shared.occupant_resource(text),
                     state.occupant_id(folded));
  NameRef name{names, id};
  names.release(id);
  return name;
}

bool find_name(const State& state, std::string_view nick, NameId& id) {
  const RealmId realm = state.shared.realm.id();
  return text::is_valid_utf8(nick) ? state.shared.names.find(realm, nick, id)
                                   : state.shared.names.find(realm, read_name(state, nick), id);
}

bool find_source(const State& state, const Room& room, std::string_view nick, NameId& id) {
  return find_name(state, nick, id) && room.members.find(id) != nullptr;
}

bool find_member(State& state, const Room& room, std::string_view nick, NameId& id) {
  if (find_source(state, room, nick, id)) return true;
  const std::string text = read_name(state, nick);
  for (const auto& member : room.members) {
    if (!same(state.link.isupport->casemap, room.members.names()[member.name].text, text)) continue;
    id = member.name;
    return true;
  }
  return false;
}

chat::Standing standing_in(const State& state, const Room& room, Rank rank) {
  return to_standing(*state.link.isupport, rank, room.has('m'));
}

void tell_occupant(State& state, const Room& room, NameId name, const std::string& actor, Effects& effects) {
  if (room.phase != Room::Phase::joined) return;  // the snapshot will have it
  const chat::Standing standing = standing_in(state, room, *room.members.find(name));
  effects.heard.names.emplace_back(state.shared.names, name);
  effects.tell(chat::OccupantChanged{room.id, {name, standing}, actor});
  const std::string& text = state.shared.names[name].text;
  if (state.is_me(text)) effects.tell(chat::SelfChanged{text, room.id, standing, {}});
}

bool remove_member(Room& room, NameId name, Effects& effects) {
  if (room.members.find(name) == nullptr) return false;
  effects.heard.names.emplace_back(room.members.names(), name);
  return room.members.remove(name);
}

void learn_prefix(State& state, const Source& source) {
  if (!source.user.empty()) state.link.user = source.user;
  if (!source.host.empty()) state.link.host = source.host;
}

void forget_members(State& state, Room& room, Effects& effects) {
  effects.heard.memberships.push_back(std::move(room.members));
  room.members = Membership{state.shared.names};
  room.present = false;
  room.who_until.reset();
}

void rekey_rooms(State& state) {
  Rooms rooms;
  rooms.swap(state.rooms);
  while (!rooms.empty()) {
    auto node = rooms.extract(rooms.begin());
    node.key() = state.folded(node.mapped().name);
    state.rooms.insert(std::move(node));
  }
}

}  // namespace dragoman::backends::irc
