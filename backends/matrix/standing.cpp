#include <algorithm>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/power_change.hpp"

// Roles and affiliations (XEP-0045 8 and 9): membership and power levels.

namespace dragoman::backends::matrix {

namespace {

using chat::Affiliation, chat::Role;
using Membership = Member::Membership;

/// Whom a command means: by the nickname in the room, or by an address.
std::optional<std::string> user_meant(const Room& room, const chat::SetStanding& set) {
  if (!set.nickname.empty()) {
    if (auto here = user_in_room(room, set.nickname)) return here;
  }
  const auto address = parse_address(set.nickname.empty() ? set.mask : set.nickname);
  if (!address || address->kind != Address::Kind::user) return std::nullopt;
  return address->id;
}

Membership membership_of(const Room& room, const std::string& user_id) {
  const Member* member = room.roster().find(user_id);
  return member == nullptr ? Membership::left : member->membership;
}

void post_membership(State& state, const Room& room, chat::CommandId id, const std::string& what,
                     const std::string& user_id, const std::string& reason, Effects& effects) {
  nlohmann::json body = {{"user_id", user_id}};
  if (!reason.empty() && what != "unban") body["reason"] = reason;
  state.calls.add({"POST", room_path(room.id, '/' + what), dump_json(body)}, ends(id), effects);
}

/// Leaves for good: for all clients of the account.
void leave_for_good(State& state, const Room& room, chat::CommandId id, const std::string& reason, Effects& effects) {
  nlohmann::json body = nlohmann::json::object();
  if (!reason.empty()) body["reason"] = reason;
  state.calls.add({"POST", room_path(room.id, "/leave"), dump_json(body)}, ends(id), effects);
}

/// The level that gives an affiliation, by the room's own numbers.
std::int64_t level_for(const Room& room, Affiliation affiliation) {
  const PowerLevels& levels = room.levels;
  if (affiliation == Affiliation::owner) return levels.needed("m.room.power_levels", true);
  if (affiliation == Affiliation::admin) return std::max(levels.ban, levels.state_default);
  return levels.users_default;
}

std::int64_t level_for(const Room& room, Role role) {
  const PowerLevels& levels = room.levels;
  const std::int64_t to_speak = levels.needed("m.room.message", false);
  if (role == Role::moderator) return std::max(std::min(levels.kick, levels.redact), to_speak);
  if (role == Role::visitor) return to_speak - 1;
  return std::max(levels.users_default, to_speak);
}

void set_level(State& state, const Room& room, chat::CommandId id, const std::string& user_id, std::int64_t level,
               Effects& effects) {
  if (level_of(room, user_id) == level) return effects.done(id);
  const bool creator = std::find(room.creators.begin(), room.creators.end(), user_id) != room.creators.end();
  if (creator && creators_stand_above_all(room)) {
    return effects.refused(id, Fault::not_allowed, "Who made this room has every right in it for ever.");
  }
  change_power_levels(
      state, room.id,
      [user_id, level](nlohmann::json& content) {
        nlohmann::json& users = content["users"];
        if (!users.is_object()) users = nlohmann::json::object();
        if (level == level_at(content, "users_default").value_or(0)) {
          users.erase(user_id);
        } else {
          users[user_id] = level;
        }
      },
      ends(id), effects);
}

void set_affiliation(State& state, const Room& room, chat::CommandId id, const std::string& user_id,
                     const chat::SetStanding& set, Effects& effects) {
  const Membership now = membership_of(room, user_id);
  const bool there = now == Membership::joined || (now == Membership::left && is_huge(room));
  switch (*set.affiliation) {
    case Affiliation::outcast:
      return post_membership(state, room, id, "ban", user_id, set.reason, effects);
    case Affiliation::none:
      if (user_id == state.me.user_id) return leave_for_good(state, room, id, set.reason, effects);
      if (now == Membership::left && room.complete && !is_huge(room)) return effects.done(id);  // they have none
      return post_membership(state, room, id, now == Membership::banned ? "unban" : "kick", user_id, set.reason,
                             effects);
    case Affiliation::member:
      if (now == Membership::banned) return post_membership(state, room, id, "unban", user_id, {}, effects);
      if (!there && now != Membership::invited) {
        return post_membership(state, room, id, "invite", user_id, set.reason, effects);
      }
      break;
    case Affiliation::admin:
    case Affiliation::owner:
      break;
  }
  if (standing_of(room, user_id).affiliation == *set.affiliation) return effects.done(id);
  set_level(state, room, id, user_id, level_for(room, *set.affiliation), effects);
}

void set_role(State& state, const Room& room, chat::CommandId id, const std::string& user_id,
              const chat::SetStanding& set, Effects& effects) {
  if (*set.role == Role::none) {
    if (user_id == state.me.user_id) return leave_for_good(state, room, id, set.reason, effects);
    return post_membership(state, room, id, "kick", user_id, set.reason, effects);
  }
  if (standing_of(room, user_id).role == *set.role) return effects.done(id);
  set_level(state, room, id, user_id, level_for(room, *set.role), effects);
}

chat::StandingList standings_of(const Room& room, const chat::ListStandings& list) {
  chat::StandingList standings;
  for (const auto& [user_id, member] : room.roster().members()) {
    if (member.membership == Membership::left || member.membership == Membership::knocking) continue;
    const chat::Standing standing = standing_of(room, user_id);
    if (list.role && standing.role != *list.role) continue;
    if (list.affiliation && standing.affiliation != *list.affiliation) continue;
    // Who is not shown as an occupant is named by their address.
    chat::Ranked entry{{}, {}, standing, {}};
    const auto shown = room.shown.find(user_id);
    shown != room.shown.end() ? entry.nickname = shown->second.text() : entry.mask = to_localpart(user_id);
    standings.entries.push_back(std::move(entry));
  }
  return standings;
}

}  // namespace

void set_standing(State& state, chat::CommandId id, const chat::SetStanding& set, Effects& effects) {
  const Room* room = room_of(state, {set.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  const auto user_id = user_meant(*room, set);
  if (!user_id) {
    return effects.refused(id, Fault::not_found, "Nobody of this name is in the room, and it is no address of Matrix.");
  }
  if (set.affiliation) return set_affiliation(state, *room, id, *user_id, set, effects);
  if (set.role) return set_role(state, *room, id, *user_id, set, effects);
  effects.done(id);
}

void list_standings(State& state, chat::CommandId id, const chat::ListStandings& list, Effects& effects) {
  Room* room = room_of(state, {list.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  if (!is_huge(*room) || list.affiliation != Affiliation::outcast) {
    return effects.done(id, standings_of(*room, list));
  }
  state.calls.add(
      {"GET", room_path(room->id, "/members?membership=ban")},
      [id, list, room_id = room->id](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        Room* here = find_room(now, std::string_view{room_id});
        if (here == nullptr) return then.refused(id, Fault::not_found, "You are not in this room any more.");
        for (const nlohmann::json& json : array_at(answer.body, "chunk")) {
          if (const auto event = read_event(json)) learn_member(*here, *event);
        }
        then.done(id, standings_of(*here, list));
      },
      effects);
}

void invite(State& state, chat::CommandId id, const chat::Invite& invite, Effects& effects) {
  const Room* room = room_of(state, {invite.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  const auto user_id = user_id_of(invite.person);
  if (!user_id) return effects.refused(id, Fault::not_found, "This is nobody's address on Matrix.");
  if (membership_of(*room, *user_id) == Membership::joined) {
    return effects.refused(id, Fault::conflict, "They are in this room already.");
  }
  post_membership(state, *room, id, "invite", *user_id, invite.reason, effects);
}

void decline(State& state, chat::CommandId id, const chat::DeclineInvite& decline, Effects& effects) {
  const Room* room = find_room(state, decline.room);
  if (room == nullptr || room->phase != Room::Phase::invited) return effects.done(id);
  leave_for_good(state, *room, id, decline.reason, effects);
}

}  // namespace dragoman::backends::matrix
