#include <algorithm>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "base/log.hpp"

// People outside rooms. On Matrix they are in rooms of two, which m.direct of the account's data lists.

namespace dragoman::backends::matrix {

namespace {

using Phase = Room::Phase;

std::string account_data_path(const State& state, std::string_view type) {
  return client_api + "/user/" + percent_encode(state.me.user_id) + "/account_data/" + std::string{type};
}

/// Reads a part of the account's data anew, lets `change` change it and writes it back; other clients write it too.
void change_account_data(State& state, const std::string& type,
                         const std::function<void(nlohmann::json& content)>& change, Then then, Effects& effects) {
  state.calls.add(
      {"GET", account_data_path(state, type)},
      [type, change, then = std::move(then)](State& now, const Answer& answer, Effects& more) {
        // A page of a proxy does not say that there is nothing: everything else in it would be written over.
        if (!answer.ok() && answer.errcode != "M_NOT_FOUND") return then(now, answer, more);
        nlohmann::json content = answer.ok() ? answer.body : nlohmann::json::object();
        change(content);
        Call put{"PUT", account_data_path(now, type), dump_json(content)};
        put.lane = type;
        now.calls.add(std::move(put), then, more);
      },
      effects);
}

void note_direct(State& state, const std::string& user_id, const std::string& room_id) {
  std::vector<std::string>& rooms = state.direct[user_id];
  if (std::find(rooms.begin(), rooms.end(), room_id) == rooms.end()) rooms.push_back(room_id);
  state.direct_of[room_id] = user_id;
  state.direct_changed = true;
}

void forget_direct(State& state, const std::string& user_id, const std::string& room_id) {
  std::erase(state.direct[user_id], room_id);
  if (state.direct[user_id].empty()) state.direct.erase(user_id);
  state.direct_of.erase(room_id);
  state.direct_changed = true;
}

/// How somebody is called, by any room that we know them in.
std::string name_of_person(const State& state, const std::string& user_id) {
  for (const auto& [id, room] : state.rooms) {
    const Member* member = room->roster().find(user_id);
    if (member != nullptr && !member->display_name.empty()) return clean_nickname(member->display_name, user_id);
  }
  return clean_nickname({}, user_id);
}

bool has_room_with(const State& state, const std::vector<std::string>& rooms) {
  return std::any_of(rooms.begin(), rooms.end(), [&state](const std::string& id) {
    const auto room = state.rooms.find(id);
    return room != state.rooms.end() && room->second->phase == Phase::joined;
  });
}

/// An invitation of this person to talk with them alone, if one waits for its answer.
Room* invitation_of(State& state, const std::string& user_id) {
  for (const auto& [id, room] : state.rooms) {
    if (room->phase == Phase::invited && room->invited_direct && room->inviter == user_id) return room.get();
  }
  return nullptr;
}

/// `why` when there is no `room`.
void tell_who_waits(State& state, const std::string& user_id, Room* room, const Answer& why, Effects& effects) {
  const auto waiting = state.creating.extract(user_id);
  if (waiting.empty()) return;
  for (const WithRoom& then : waiting.mapped()) then(state, room, why, effects);
}

/// Homeservers may encrypt every room that is made, and invited people theirs: /sync says so later than the first
/// message leaves.
void ask_encryption(State& state, const std::string& user_id, const std::string& room_id, Effects& effects) {
  state.calls.add(
      {"GET", room_path(room_id, "/state/m.room.encryption")},
      [user_id, room_id](State& now, const Answer& answer, Effects& then) {
        Room* room = find_room(now, std::string_view{room_id});
        const bool is_known = answer.ok() || answer.status == 404;
        if (room != nullptr && answer.ok()) {
          room->encrypted = true;
          now.rooms_changed = true;
        }
        tell_who_waits(now, user_id, is_known ? room : nullptr, answer, then);
      },
      effects);
}

void room_is_made(State& state, const std::string& user_id, const Answer& answer, Effects& effects) {
  const std::string room_id = text_at(answer.body, "room_id");
  if (!answer.ok() || room_id.empty()) return tell_who_waits(state, user_id, nullptr, answer, effects);
  Room& room = need_room(state, room_id);
  room.phase = Phase::joined;  // before /sync says so
  room.joined_count = std::max<std::uint64_t>(room.joined_count, 1);
  make_direct(state, user_id, room_id, effects);
  tell_contacts(state, effects);
  ask_encryption(state, user_id, room_id, effects);
}

void create_room(State& state, const std::string& user_id, Effects& effects) {
  const nlohmann::json body = {{"is_direct", true}, {"preset", "trusted_private_chat"}, {"invite", {user_id}}};
  Call call{"POST", client_api + "/createRoom", dump_json(body)};
  call.kind = Call::Kind::once;
  state.calls.add(
      std::move(call),
      [user_id](State& now, const Answer& answer, Effects& then) { room_is_made(now, user_id, answer, then); },
      effects);
}

void accept_invitation(State& state, const std::string& user_id, const std::string& room_id, Then then,
                       Effects& effects) {
  Call call{"POST", client_api + "/join/" + percent_encode(room_id), "{}"};
  const std::string_view server = server_in(user_id);
  if (!server.empty()) call.path += "?server_name=" + percent_encode(server) + "&via=" + percent_encode(server);
  // At once: what they say as soon as we are there may come before the answer.
  note_direct(state, user_id, room_id);
  state.calls.add(
      std::move(call),
      [user_id, room_id, then = std::move(then)](State& now, const Answer& answer, Effects& more) {
        if (answer.ok()) {
          Room& room = need_room(now, room_id);
          if (room.phase == Phase::invited) room.phase = Phase::left;  // /sync brings it
          room.invited_direct = false;
          make_direct(now, user_id, room_id, more);
          if (now.me.pushed) sync_again(now, more);
        } else {
          forget_direct(now, user_id, room_id);
        }
        then(now, answer, more);
      },
      effects);
}

void ask_presence(State& state, const std::string& user_id, Effects& effects) {
  Call call{"GET", client_api + "/presence/" + percent_encode(user_id) + "/status"};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [user_id](State& now, const Answer& answer, Effects& then) {
        if (!now.contacts.contains(user_id) || now.stage != Stage::ready) return;
        Event event;
        event.type = "m.presence";
        event.sender = user_id;
        event.content = answer.ok() ? answer.body : nlohmann::json{{"presence", "offline"}};
        on_presence(now, event, then);
      },
      effects);
}

}  // namespace

void on_direct_rooms(State& state, const nlohmann::json& content) {
  state.direct.clear();
  state.direct_of.clear();
  for (const auto& [user_id, rooms] : content.items()) {
    if (!is_user_id(user_id) || user_id == state.me.user_id || !rooms.is_array()) continue;
    for (const nlohmann::json& room : rooms) {
      if (room.is_string()) note_direct(state, user_id, room.get<std::string>());
    }
  }
  state.direct_changed = true;
}

void on_ignored(State& state, const nlohmann::json& content) {
  state.ignored.clear();
  for (const auto& [user_id, nothing] : object_at(content, "ignored_users").items()) state.ignored.insert(user_id);
}

void make_direct(State& state, const std::string& user_id, const std::string& room_id, Effects& effects) {
  note_direct(state, user_id, room_id);
  change_account_data(
      state, "m.direct",
      [user_id, room_id](nlohmann::json& content) {
        nlohmann::json& rooms = content[user_id];
        if (!rooms.is_array()) rooms = nlohmann::json::array();
        if (std::find(rooms.begin(), rooms.end(), room_id) == rooms.end()) rooms.push_back(room_id);
      },
      [](State&, const Answer&, Effects&) {}, effects);
}

void note_direct_invitation(State& state, const Room& room, const Event& event, Effects& effects) {
  if (event.type != "m.room.member" || event.sender != state.me.user_id || !event.state_key) return;
  if (!flag_at(event.content, "is_direct") || text_at(event.content, "membership") != "invite") return;
  if (state.direct_of.contains(room.id) || !is_user_id(*event.state_key)) return;
  make_direct(state, *event.state_key, room.id, effects);
}

void accept_direct(State& state, const Room& room, Effects& effects) {
  const std::string user_id = room.inviter, room_id = room.id;
  accept_invitation(
      state, user_id, room_id,
      [user_id, room_id](State& now, const Answer& answer, Effects& then) {
        if (answer.ok()) return tell_contacts(now, then);
        // Told again, and tried again, when the homeserver is back.
        LOG_WARN("an invitation to a ghost cannot be accepted", now.me.owner, user_id, room_id, answer.error.text);
      },
      effects);
}

void tell_contacts(State& state, Effects& effects) {
  chat::ContactsChanged changed;
  for (const auto& [user_id, rooms] : state.direct) {
    if (state.told_contacts.contains(user_id) || !has_room_with(state, rooms)) continue;
    state.told_contacts.insert(user_id);
    changed.added.push_back({person_id(user_id), name_of_person(state, user_id), {}});
  }
  std::erase_if(state.told_contacts, [&](const std::string& user_id) {
    if (state.direct.contains(user_id)) return false;
    changed.removed.push_back(person_id(user_id));
    return true;
  });
  if (changed.added.empty() && changed.removed.empty()) return;
  state.direct_changed = true;
  effects.tell(std::move(changed));
}

void with_direct_room(State& state, const std::string& user_id, WithRoom then, Effects& effects) {
  Answer refused;
  if (user_id == state.me.user_id) {
    refused.error = {Fault::not_allowed, "This is your own account on Matrix."};
    return then(state, nullptr, refused, effects);
  }
  const bool is_being_made = state.creating.contains(user_id);
  Room* const there = is_being_made ? nullptr : room_of(state, {{}, person_id(user_id)});
  if (there != nullptr) return then(state, there, refused, effects);
  std::vector<WithRoom>& waiting = state.creating[user_id];
  waiting.push_back(std::move(then));
  if (waiting.size() > 1) return;
  // Who has asked to talk with us has made the room already.
  if (const Room* invitation = invitation_of(state, user_id)) {
    return accept_invitation(
        state, user_id, invitation->id,
        [user_id, room_id = invitation->id](State& now, const Answer& answer, Effects& more) {
          if (!answer.ok() && now.stage == Stage::ready) return create_room(now, user_id, more);
          Answer joined = answer;
          joined.body["room_id"] = room_id;
          room_is_made(now, user_id, joined, more);
        },
        effects);
  }
  create_room(state, user_id, effects);
}

void add_contact(State& state, chat::CommandId id, const chat::AddContact& add, Effects& effects) {
  const auto user_id = user_id_of(add.person);
  if (!user_id) return effects.refused(id, Fault::not_found, "This is nobody's address on Matrix.");
  effects.done(id);
  if (*user_id == state.me.user_id) return;
  state.contacts.insert(*user_id);
  if (state.stage == Stage::ready) ask_presence(state, *user_id, effects);
}

void ask_presences(State& state, Effects& effects) {
  for (const std::string& user_id : state.contacts) ask_presence(state, user_id, effects);
}

void remove_contact(State& state, chat::CommandId id, const chat::RemoveContact& remove, Effects& effects) {
  // The rooms with them stay: they are as well those of the account's other clients.
  if (const auto user_id = user_id_of(remove.person)) state.contacts.erase(*user_id);
  effects.done(id);
}

void answer_contact(State& state, chat::CommandId id, const chat::AnswerContact& answer, Effects& effects) {
  const auto user_id = user_id_of(answer.person);
  const Room* invitation = user_id ? invitation_of(state, *user_id) : nullptr;
  if (invitation == nullptr) return effects.done(id);  // taken back, or answered by another client
  if (answer.accept) {
    return accept_invitation(
        state, *user_id, invitation->id,
        [id](State& now, const Answer& came, Effects& then) {
          came.ok() ? then.done(id) : fail_command(now, id, came, then);
        },
        effects);
  }
  state.calls.add({"POST", room_path(invitation->id, "/leave"), "{}"}, ends(id), effects);
}

void block(State& state, chat::CommandId id, const chat::Block& block, Effects& effects) {
  const auto user_id = user_id_of(block.person);
  if (!user_id) return effects.refused(id, Fault::not_found, "This is nobody's address on Matrix.");
  block.blocked ? void(state.ignored.insert(*user_id)) : void(state.ignored.erase(*user_id));
  change_account_data(
      state, "m.ignored_user_list",
      [user_id = *user_id, blocked = block.blocked](nlohmann::json& content) {
        nlohmann::json& ignored = content["ignored_users"];
        if (!ignored.is_object()) ignored = nlohmann::json::object();
        if (blocked) {
          if (!ignored.contains(user_id)) ignored[user_id] = nlohmann::json::object();
        } else {
          ignored.erase(user_id);
        }
      },
      ends(id), effects);
}

}  // namespace dragoman::backends::matrix
