#include "backends/matrix/members.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "base/text.hpp"

// People in rooms: what they may do there, and how they are called.

namespace dragoman::backends::matrix {

namespace {

using Membership = Member::Membership;

/// Who has more than everybody may do: shown in big rooms too.
constexpr std::int64_t level_that_is_shown = 50;
/// And who has spoken within this time.
constexpr auto lately = std::chrono::days{30};

/// Who has our nickname in the roster and the longer one for us; user id, empty: nobody.
std::string rival_in(const Room& room) {
  if (room.own_key.empty()) return {};
  const auto holder = room.roster().holder_of(room.own_key);
  return holder && *holder != room.self ? *holder : std::string{};
}

/// How somebody is called from now on; what the owner sees may be of before.
std::string current_nickname(const Room& room, const std::string& user_id) {
  if (user_id == room.self && !room.own_name.empty()) return room.own_name;
  std::string nickname = room.roster().nickname_of(user_id);
  if (rival_in(room) != user_id) return nickname;
  return full_nickname(nickname, user_id);
}

chat::Standing standing_at(const Room& room, std::int64_t level) {
  const PowerLevels& levels = room.levels;
  chat::Standing standing;
  const bool owner = level >= levels.needed("m.room.power_levels", true);
  const bool admin = level >= levels.ban && level >= levels.state_default;
  standing.affiliation = owner   ? chat::Affiliation::owner
                         : admin ? chat::Affiliation::admin
                                 : chat::Affiliation::member;
  if (level >= levels.kick || level >= levels.redact) {
    standing.role = chat::Role::moderator;
  } else if (level < levels.needed("m.room.message", false)) {
    standing.role = chat::Role::visitor;
  }
  return standing;
}

void tell_joined(State& state, Room& room, const std::string& user_id, Effects& effects) {
  const NameRef& name = room.shown[user_id] = name_of_member(state, room, user_id);
  effects.heard.names.push_back(name);
  const chat::Occupant occupant{name.id(), standing_of(room, user_id)};
  if (!effects.heard.events.empty()) {
    // Who comes in one go is told in one go.
    auto* before = std::get_if<chat::OccupantsJoined>(&effects.heard.events.back());
    if (before != nullptr && before->room == room.address) return before->occupants.push_back(occupant);
  }
  effects.tell(chat::OccupantsJoined{room.address, {occupant}});
}

/// `event`: by which they went; nullptr: it is only known that they are not there any more.
void tell_gone(Room& room, const std::string& user_id, const Event* event, Effects& effects) {
  const auto shown = room.shown.find(user_id);
  if (shown == room.shown.end()) return;
  effects.heard.names.push_back(shown->second);
  chat::OccupantsLeft left;
  left.room = room.address;
  left.occupants = {shown->second.id()};
  if (event != nullptr && event->sender != user_id) {
    left.why = membership_in(*event) == Membership::banned ? chat::OccupantsLeft::Why::banned
                                                           : chat::OccupantsLeft::Why::kicked;
    left.actor = nickname_of(room, event->sender);
  }
  if (event != nullptr) left.text = clean_line(text_at(event->content, "reason"));
  room.shown.erase(shown);
  effects.tell(std::move(left));
}

void tell_renamed(State& state, Room& room, const std::string& user_id, Effects& effects) {
  const auto shown = room.shown.find(user_id);
  if (shown == room.shown.end()) return;
  const NameRef before = std::exchange(shown->second, name_of_member(state, room, user_id));
  if (before.id() == shown->second.id()) return;
  effects.heard.names.push_back(before);
  effects.heard.names.push_back(shown->second);
  effects.tell(chat::OccupantRenamed{room.address, before.id(), shown->second.id(), user_id == room.self, false});
}

/// Somebody is in the room, as the roster says: who sees them, or should, hears what they are called.
void settle_joined(State& state, Room& room, const std::string& user_id, Effects& effects) {
  if (room.shown.contains(user_id)) return tell_renamed(state, room, user_id, effects);
  if (!room.entered || !room.complete || user_id == room.self) return;
  const auto member = room.roster().members().find(user_id);
  if (member == room.roster().members().end() || !is_shown_at_once(state, room, *member, effects.utc)) return;
  tell_joined(state, room, user_id, effects);
}

/// We are called what we are called: whoever has the same name here gets the longer one.
void settle_self(State& state, Room& room, Effects& effects) {
  const std::string before = rival_in(room);
  know_own_name(state, room);
  const std::string now = rival_in(room);
  if (!now.empty()) tell_renamed(state, room, now, effects);
  tell_renamed(state, room, room.self, effects);
  if (!before.empty() && before != now) tell_renamed(state, room, before, effects);
}

bool is_joined(const Room& room, const std::string& user_id) {
  const Member* member = room.roster().find(user_id);
  return member != nullptr && member->membership == Membership::joined;
}

/// Everybody, when it is not known who has changed.
void settle_all(State& state, Room& room, Effects& effects) {
  std::vector<std::string> gone;
  for (const auto& [user_id, name] : room.shown) {
    if (user_id != room.self && !is_joined(room, user_id)) gone.push_back(user_id);
  }
  for (const std::string& user_id : gone) tell_gone(room, user_id, nullptr, effects);
  settle_self(state, room, effects);
  for (const auto& [user_id, member] : room.roster().members()) {
    if (member.membership == Membership::joined && user_id != room.self) settle_joined(state, room, user_id, effects);
  }
}

void settle_member(State& state, Room& room, const std::string& user_id, Effects& effects) {
  if (user_id == room.self) return settle_self(state, room, effects);
  if (!is_joined(room, user_id)) return tell_gone(room, user_id, nullptr, effects);
  settle_joined(state, room, user_id, effects);
  tell_picture(state, room, user_id, effects);
}

}  // namespace

bool creators_stand_above_all(const RoomFacts& room) {
  if (room.version == "org.matrix.hydra.11") return true;
  int number = 0;
  const char* end = room.version.data() + room.version.size();
  const auto read = std::from_chars(room.version.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end && number >= 12;
}

std::int64_t level_of(const Room& room, const std::string& user_id) {
  const bool creator = std::find(room.creators.begin(), room.creators.end(), user_id) != room.creators.end();
  if (creator && creators_stand_above_all(room)) return std::numeric_limits<std::int64_t>::max();
  if (const auto own = room.levels.users.find(user_id); own != room.levels.users.end()) return own->second;
  if (creator && !room.levels.present) return 100;
  return room.levels.users_default;
}

chat::Standing standing_of(const Room& room, const std::string& user_id) {
  const Member* member = room.roster().find(user_id);
  // Who is not known speaks; and the roster may not have heard yet that we have come.
  const bool ourselves = user_id == room.self && room.phase == Room::Phase::joined;
  const Membership membership = member == nullptr || ourselves ? Membership::joined : member->membership;
  switch (membership) {
    case Membership::banned:
      return {chat::Role::none, chat::Affiliation::outcast};
    case Membership::left:
    case Membership::knocking:
      return {chat::Role::none, chat::Affiliation::none};
    case Membership::invited:
    case Membership::joined:
      break;
  }
  chat::Standing standing = standing_at(room, level_of(room, user_id));
  if (membership == Membership::invited) standing.role = chat::Role::none;
  return standing;
}

std::string nickname_of(const Room& room, const std::string& user_id) {
  if (const auto shown = room.shown.find(user_id); shown != room.shown.end()) return shown->second.text();
  return current_nickname(room, user_id);
}

std::optional<std::string> user_in_room(const Room& room, std::string_view nickname) {
  const std::string key = key_of(nickname);
  if (!room.own_key.empty() && key == room.own_key) return room.self;
  if (const auto holder = room.roster().holder_of(key); holder && *holder != room.self) return holder;
  const std::string rival = rival_in(room);
  if (!rival.empty() && key_of(current_nickname(room, rival)) == key) return rival;
  return std::nullopt;
}

NameRef name_of_member(State& state, Room& room, const std::string& user_id) {
  Names& names = state.shared.names;
  const std::string nickname = current_nickname(room, user_id);
  const RealmRef realm{names, room.address.text};  // in another room the name is somebody else's
  const std::string occupant_id = state.shared.occupant_id(user_id + ' ' + room.address.text);
  const NameId id =
      names.acquire(realm.id(), nickname, key_of(nickname), state.shared.occupant_resource(nickname), occupant_id);
  names.identify(id, user_id, occupant_id);
  NameRef name{names, id};
  names.release(id);
  return name;
}

void know_own_name(const State& state, Room& room) {
  const Member* self = room.roster().find(room.self);
  const bool known = self != nullptr && self->membership == Membership::joined;
  room.own_name = clean_nickname(known ? self->display_name : state.display_name, room.self);
  room.own_key = key_of(room.own_name);
}

bool is_big(const State& state, const Room& room) { return room.joined_count > state.shared.presence_cap; }

bool is_shown_at_once(const State& state, const Room& room, const Roster::Members::value_type& member, Timestamp utc) {
  const auto& [user_id, known] = member;
  if (!is_big(state, room) || user_id == state.me.user_id || utc < known.spoke + lately) return true;
  return level_of(room, user_id) >= level_that_is_shown || state.direct.contains(user_id);
}

void show_member(State& state, Room& room, const std::string& user_id, Effects& effects) {
  if (!room.entered || !is_user_id(user_id) || user_id == room.self || room.shown.contains(user_id)) return;
  // Of a huge room nobody has told who is in it: who speaks is.
  if (!room.share && is_huge(room) && room.roster().find(user_id) == nullptr) room.heard.note_joined(user_id);
  if (is_joined(room, user_id)) tell_joined(state, room, user_id, effects);
}

void learn_member(Room& room, const Event& event) {
  if (!room.share) return room.heard.learn(event);
  if (!event.past) room.share.learn(event);
}

void on_member(State& state, Room& room, const Event& event, Effects& effects) {
  const std::string& user_id = *event.state_key;
  if (!is_user_id(user_id)) return;
  learn_member(room, event);
  if (membership_in(event) != Membership::joined) {
    if (user_id != room.self) tell_gone(room, user_id, &event, effects);
    return;
  }
  if (user_id == room.self) return settle_self(state, room, effects);
  // The roster may be ahead of this event: then the one by which they have gone again follows.
  if (!is_joined(room, user_id)) return;
  if (room.shown.contains(user_id)) tell_renamed(state, room, user_id, effects);
  tell_picture(state, room, user_id, effects);
  settle_joined(state, room, user_id, effects);
}

void settle_changes(State& state, Room& room, Effects& effects) {
  if (!room.share) return;
  const std::uint64_t version = room.share.room().version();
  if (room.entered && room.complete && room.to_settle != room.settled) {
    // Those behind it are of others whose news may still be on the way to us.
    const auto changed = room.share.room().changed_since(room.settled);
    if (changed) {
      const std::uint64_t count = room.to_settle - room.settled;
      for (std::size_t i = 0; i < count; ++i) settle_member(state, room, (*changed)[i], effects);
    } else {
      settle_all(state, room, effects);
    }
  }
  room.settled = room.to_settle;
  room.to_settle = version;
}

void tell_picture(State& state, const Room& room, const std::string& user_id, Effects& effects) {
  const Member* member = room.roster().find(user_id);
  const bool contact = is_direct(state, room);
  if (user_id == room.self || member == nullptr || !(room.entered || contact)) return;
  const std::string nickname = clean_nickname(member->display_name, user_id);
  const std::string& picture = member->avatar;
  const auto known = state.profiles.find(user_id);
  const bool same_picture = known == state.profiles.end() ? picture.empty() : known->second.picture == picture;
  const bool same_name = !contact || (known != state.profiles.end() && known->second.nickname == nickname);
  if (same_picture && same_name) return;
  chat::Profile& profile = state.profiles[user_id];
  profile.nickname = nickname;
  profile.picture = picture;
  tell_profile(state, user_id, effects);
}

void on_levels(State& state, Room& room, const nlohmann::json& content, const std::string& sender, Effects& effects) {
  std::vector<std::pair<std::string, chat::Standing>> before;
  if (room.entered) {
    for (const auto& [user_id, name] : room.shown) before.emplace_back(user_id, standing_of(room, user_id));
  }
  room.levels = read_power_levels(content);
  for (const auto& [user_id, standing] : before) {
    const chat::Standing now = standing_of(room, user_id);
    if (now == standing) continue;
    if (user_id == room.self) {
      effects.tell(chat::SelfChanged{{}, room.address, now, {}});
      continue;
    }
    const NameRef& name = room.shown[user_id];
    effects.heard.names.push_back(name);
    effects.tell(chat::OccupantChanged{room.address, {name.id(), now}, nickname_of(room, sender)});
  }
  if (!room.entered || !is_big(state, room)) return;
  for (const auto& [user_id, level] : room.levels.users) {
    if (level >= level_that_is_shown && is_joined(room, user_id)) show_member(state, room, user_id, effects);
  }
}

chat::Author author_of(State& state, Room& room, const std::string& user_id) {
  chat::Author author;
  author.person = person_id(user_id);
  author.name = nickname_of(room, user_id);
  author.identity = user_id;
  author.self = user_id == state.me.user_id;
  return author;
}

chat::PersonId person_id(const std::string& user_id) { return chat::PersonId{to_localpart(user_id)}; }

std::optional<std::string> user_id_of(const chat::PersonId& person) {
  const auto id = from_localpart(person.text);
  if (!id || !is_user_id(*id)) return std::nullopt;
  return *id;
}

}  // namespace dragoman::backends::matrix
