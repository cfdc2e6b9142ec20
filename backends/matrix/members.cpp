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

Membership read_membership(const nlohmann::json& content) {
  const std::string text = text_at(content, "membership");
  if (text == "join") return Membership::joined;
  if (text == "invite") return Membership::invited;
  if (text == "ban") return Membership::banned;
  if (text == "knock") return Membership::knocking;
  return Membership::left;
}

/// What makes two nicknames one for XMPP: resources are prepared with NFKC.
std::string key_of(std::string_view nickname) { return text::nfkc(nickname); }

std::string full_nickname(const std::string& short_one, const std::string& user_id) {
  return short_one + " (" + user_id + ')';
}

/// The nickname for somebody, given who has one already.
std::string free_nickname(const Room& room, const std::string& user_id, std::string_view display_name) {
  std::string nickname = clean_nickname(display_name, user_id);
  const auto other = room.named.find(key_of(nickname));
  if (other == room.named.end() || other->second == user_id) return nickname;
  return full_nickname(nickname, user_id);
}

void take_nickname(Room& room, const std::string& user_id, Member& member) {
  member.nickname = free_nickname(room, user_id, member.display_name);
  room.named[key_of(member.nickname)] = user_id;
}

void give_back_nickname(Room& room, const std::string& user_id, Member& member) {
  if (member.nickname.empty()) return;
  const auto own = room.named.find(key_of(member.nickname));
  if (own != room.named.end() && own->second == user_id) room.named.erase(own);
  member.nickname.clear();
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

void tell_joined(State& state, Room& room, const std::string& user_id, Member& member, Effects& effects) {
  member.shown = name_of_member(state, room, user_id);
  effects.heard.names.push_back(member.shown);
  const chat::Occupant occupant{member.shown.id(), standing_of(room, user_id)};
  if (!effects.heard.events.empty()) {
    // Who comes in one go is told in one go.
    auto* before = std::get_if<chat::OccupantsJoined>(&effects.heard.events.back());
    if (before != nullptr && before->room == room.address) return before->occupants.push_back(occupant);
  }
  effects.tell(chat::OccupantsJoined{room.address, {occupant}});
}

void tell_gone(Room& room, Member& member, const Event& event, Effects& effects) {
  if (!member.shown) return;
  effects.heard.names.push_back(member.shown);
  chat::OccupantsLeft left;
  left.room = room.address;
  left.occupants = {member.shown.id()};
  if (event.sender != *event.state_key) {
    left.why =
        member.membership == Membership::banned ? chat::OccupantsLeft::Why::banned : chat::OccupantsLeft::Why::kicked;
    left.actor = nickname_of(room, event.sender);
  }
  left.text = clean_line(text_at(event.content, "reason"));
  member.shown = NameRef{};
  effects.tell(std::move(left));
}

void tell_renamed(State& state, Room& room, const std::string& user_id, Member& member, Effects& effects) {
  if (!member.shown) return;
  const NameRef before = std::exchange(member.shown, name_of_member(state, room, user_id));
  if (before.id() == member.shown.id()) return;
  effects.heard.names.push_back(before);
  effects.heard.names.push_back(member.shown);
  effects.tell(chat::OccupantRenamed{room.address, before.id(), member.shown.id(), user_id == state.me.user_id, false});
}

/// We are called what we are called: whoever has the same name here gets the longer one.
void make_way(State& state, Room& room, Effects& effects) {
  const auto self = room.members.find(state.me.user_id);
  if (self == room.members.end()) return;
  const std::string key = key_of(clean_nickname(self->second.display_name, state.me.user_id));
  const auto taken = room.named.find(key);
  if (taken == room.named.end() || taken->second == state.me.user_id) return;
  const std::string other = taken->second;
  taken->second = state.me.user_id;
  Member& member = room.members[other];
  take_nickname(room, other, member);
  tell_renamed(state, room, other, member, effects);
}

void rename_member(State& state, Room& room, const std::string& user_id, Member& member, Effects& effects) {
  give_back_nickname(room, user_id, member);
  if (user_id == state.me.user_id) make_way(state, room, effects);
  take_nickname(room, user_id, member);
  tell_renamed(state, room, user_id, member, effects);
}

}  // namespace

bool creators_stand_above_all(const Room& room) {
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
  const auto member = room.members.find(user_id);
  const Membership membership = member == room.members.end() ? Membership::joined : member->second.membership;
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
  const auto member = room.members.find(user_id);
  if (member == room.members.end()) return free_nickname(room, user_id, {});
  if (!member->second.nickname.empty()) return member->second.nickname;
  return free_nickname(room, user_id, member->second.display_name);
}

std::optional<std::string> user_in_room(const Room& room, std::string_view nickname) {
  const auto found = room.named.find(key_of(nickname));
  return found == room.named.end() ? std::nullopt : std::optional{found->second};
}

NameRef name_of_member(State& state, Room& room, const std::string& user_id) {
  Names& names = state.shared.names;
  const std::string nickname = nickname_of(room, user_id);
  const RealmRef realm{names, room.address.text};  // in another room the name is somebody else's
  const std::string occupant_id = state.shared.occupant_id(user_id + ' ' + room.address.text);
  const NameId id =
      names.acquire(realm.id(), nickname, key_of(nickname), state.shared.occupant_resource(nickname), occupant_id);
  names.identify(id, user_id, occupant_id);
  NameRef name{names, id};
  names.release(id);
  return name;
}

void name_members(const State& state, Room& room) {
  room.named.clear();
  const auto self = room.members.find(state.me.user_id);
  if (self != room.members.end()) take_nickname(room, self->first, self->second);
  // Who has had a name here keeps it.
  for (const bool had : {true, false}) {
    for (auto& [user_id, member] : room.members) {
      if (user_id == state.me.user_id || member.membership != Membership::joined) continue;
      if (static_cast<bool>(member.shown) == had) take_nickname(room, user_id, member);
    }
  }
}

bool is_big(const State& state, const Room& room) { return room.joined_count > state.shared.presence_cap; }

bool is_shown_at_once(const State& state, const Room& room, const std::string& user_id) {
  if (!is_big(state, room) || user_id == state.me.user_id) return true;
  return level_of(room, user_id) >= level_that_is_shown || state.direct.contains(user_id);
}

void show_member(State& state, Room& room, const std::string& user_id, Effects& effects) {
  if (!room.entered || !is_user_id(user_id) || user_id == state.me.user_id) return;
  auto [found, unknown] = room.members.try_emplace(user_id);
  Member& member = found->second;
  // Of a huge room nobody has told who is in it: who speaks is.
  if (unknown && is_huge(room)) member.membership = Membership::joined;
  if (member.membership != Membership::joined || member.shown) return;
  if (member.nickname.empty()) take_nickname(room, user_id, member);
  tell_joined(state, room, user_id, member, effects);
}

void learn_member(Room& room, const Event& event) {
  if (event.type != "m.room.member" || !event.is_state() || !is_user_id(*event.state_key)) return;
  Member& member = room.members[*event.state_key];
  member.membership = read_membership(event.content);
  member.display_name = text_at(event.content, "displayname");
  member.avatar = text_at(event.content, "avatar_url");
}

void on_member(State& state, Room& room, const Event& event, Effects& effects) {
  const std::string& user_id = *event.state_key;
  if (!is_user_id(user_id)) return;
  Member& member = room.members[user_id];
  const Membership before = member.membership;
  const std::string name_before = member.display_name, avatar_before = member.avatar;
  learn_member(room, event);
  if (member.membership != Membership::joined) {
    // They keep their name in what they have said before.
    if (member.display_name.empty()) member.display_name = name_before;
    if (user_id != state.me.user_id) tell_gone(room, member, event, effects);
    return give_back_nickname(room, user_id, member);
  }
  if (before != Membership::joined || member.nickname.empty() || name_before != member.display_name) {
    rename_member(state, room, user_id, member, effects);
  }
  if (member.avatar != avatar_before || before != Membership::joined) tell_picture(state, room, user_id, effects);
  if (!room.entered || member.shown || !room.complete) return;
  if (is_shown_at_once(state, room, user_id)) tell_joined(state, room, user_id, member, effects);
}

void tell_picture(State& state, const Room& room, const std::string& user_id, Effects& effects) {
  const auto member = room.members.find(user_id);
  const bool contact = is_direct(state, room);
  if (user_id == state.me.user_id || member == room.members.end() || !(room.entered || contact)) return;
  const std::string nickname = clean_nickname(member->second.display_name, user_id);
  const std::string& picture = member->second.avatar;
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
  for (const auto& [user_id, member] : room.members) {
    if (room.entered && member.shown) before.emplace_back(user_id, standing_of(room, user_id));
  }
  room.levels = read_power_levels(content);
  for (const auto& [user_id, standing] : before) {
    const chat::Standing now = standing_of(room, user_id);
    if (now == standing) continue;
    if (user_id == state.me.user_id) {
      effects.tell(chat::SelfChanged{{}, room.address, now, {}});
      continue;
    }
    const NameRef& name = room.members[user_id].shown;
    effects.heard.names.push_back(name);
    effects.tell(chat::OccupantChanged{room.address, {name.id(), now}, nickname_of(room, sender)});
  }
  if (!room.entered || !is_big(state, room)) return;
  for (const auto& [user_id, level] : room.levels.users) {
    if (level >= level_that_is_shown && room.members.contains(user_id)) show_member(state, room, user_id, effects);
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
