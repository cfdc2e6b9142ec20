#include <algorithm>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "base/text.hpp"

// Entering and leaving rooms. Every JoinRoom is answered within answer_deadline.

namespace dragoman::backends::matrix {

namespace {

using Outcome = chat::Failed::Outcome;
using Phase = Room::Phase;

/// How a room is asked for: by an id or an alias, and servers that may know it.
std::string join_path(const std::string& id, const std::vector<std::string>& servers) {
  std::string path = client_api + "/join/" + percent_encode(id);
  char sign = '?';
  for (const std::string& server : servers) {
    // Homeservers before version 1.12 of the specification know the first name.
    path += sign + ("server_name=" + percent_encode(server)) + "&via=" + percent_encode(server);
    sign = '&';
  }
  return path;
}

std::vector<std::string> servers_of(const Room* room, const std::string& room_id) {
  std::vector<std::string> servers;
  const auto add = [&servers](std::string_view server) {
    if (!server.empty() && std::find(servers.begin(), servers.end(), server) == servers.end())
      servers.emplace_back(server);
  };
  if (room != nullptr) add(server_in(room->inviter));
  add(server_in(room_id));  // from version 12 on ids have none
  if (room != nullptr) {
    for (const std::string& creator : room->creators) add(server_in(creator));
  }
  return servers;
}

/// Why a homeserver lets nobody in, in the words and faults of a room of XMPP.
Error why_refused(const Answer& answer, const Room* room) {
  Error error = answer.error;
  if (answer.errcode == "M_NOT_FOUND" || answer.status == 404) error.fault = Fault::not_found;
  // Synapse has another code for those who were banned (M_BAD_STATE).
  if (text::ascii_lower(error.text).find("banned") != std::string::npos) {
    error.fault = Fault::forbidden;
    return error;
  }
  if (answer.errcode != "M_FORBIDDEN") return error;
  error.fault = Fault::members_only;
  error.text +=
      room != nullptr && room->phase == Phase::knocking
          ? " (you have asked to be let in; somebody of the room has to answer)"
          : " (only by invitation, or by asking to be let in where the room allows it: the command \"knock\")";
  return error;
}

/// The room is known under another address already.
void tell_moved(State& state, const chat::RoomId& from, const chat::RoomId& to, Effects& effects) {
  chat::RoomLeft moved;
  moved.room = from;
  moved.why = chat::RoomLeft::Why::moved;
  moved.moved_to = to;
  effects.tell(std::move(moved));
  joins_failed(state, from, Outcome::refused, {Fault::not_found, "This room is " + to.text + " here."}, effects);
}

void enter(State& state, Room& room, Effects& effects) {
  for (Joining& each : state.joining) each.asked = each.asked || each.address == room.address;
  load_room(state, room, effects);
}

/// The homeserver says that we are in: /sync brings the room, or has brought it already.
void on_let_in(State& state, const chat::RoomId& address, const std::string& room_id, Effects& effects) {
  if (room_id.empty()) {
    const Error strange{Fault::unavailable, "the homeserver does not say which room this is"};
    return joins_failed(state, address, Outcome::refused, strange, effects);
  }
  Room& room = need_room(state, room_id);
  state.shared.book.learn(address, room_id);
  if (room.address.empty()) room.address = state.shared.book.address_of(room_id);
  state.rooms_changed = true;
  if (room.address != address) return tell_moved(state, address, room.address, effects);
  if (room.phase == Phase::joined) return enter(state, room, effects);
  if (state.me.pushed) sync_again(state, effects);
}

void ask_to_join(State& state, const chat::RoomId& address, const std::string& id, std::vector<std::string> servers,
                 Effects& effects) {
  Call call{"POST", join_path(id, servers), "{}"};  // joining twice is joining once
  call.patience = answer_deadline;
  state.calls.add(
      std::move(call),
      [address](State& now, const Answer& answer, Effects& then) {
        if (answer.ok()) return on_let_in(now, address, text_at(answer.body, "room_id"), then);
        if (now.stage == Stage::offline) {  // asked again when the homeserver is back
          for (Joining& each : now.joining) each.asked = each.asked && each.address != address;
          return;
        }
        joins_failed(now, address, answer.unsure ? Outcome::unsure : Outcome::refused,
                     why_refused(answer, find_room(now, address)), then);
      },
      effects);
}

/// Where an alias leads now: it may have been moved to another room since.
void ask_alias(State& state, const chat::RoomId& address, const std::string& alias, Effects& effects) {
  Call call{"GET", client_api + "/directory/room/" + percent_encode(alias)};
  call.patience = answer_deadline;
  call.counted = false;
  state.calls.add(
      std::move(call),
      [address](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok() && now.stage == Stage::offline) {
          for (Joining& each : now.joining) each.asked = each.asked && each.address != address;
          return;
        }
        if (!is_awaited(now, address)) return;
        if (!answer.ok()) return joins_failed(now, address, Outcome::refused, why_refused(answer, nullptr), then);
        const std::string room_id = text_at(answer.body, "room_id");
        Room* room = find_room(now, std::string_view{room_id});
        if (room != nullptr && room->phase == Phase::joined) return on_let_in(now, address, room_id, then);
        std::vector<std::string> servers = servers_of(room, room_id);
        for (const nlohmann::json& server : array_at(answer.body, "servers")) {
          if (server.is_string() && servers.size() < 5) servers.push_back(server.get<std::string>());
        }
        ask_to_join(now, address, room_id, std::move(servers), then);
      },
      effects);
}

void go_on_with(State& state, const chat::RoomId& address, Effects& effects) {
  Room* room = find_room(state, address);
  if (room != nullptr && room->phase == Phase::joined) {
    if (room->address.empty()) room->address = state.shared.book.address_of(room->id);
    if (room->address != address) return tell_moved(state, address, room->address, effects);
    return enter(state, *room, effects);
  }
  for (Joining& each : state.joining) {
    if (each.address != address) continue;
    if (each.asked) return;
    each.asked = true;
  }
  const auto parsed = parse_address(address.text);
  if (!parsed) return joins_failed(state, address, Outcome::refused, parsed.error(), effects);
  if (parsed->kind == Address::Kind::alias) return ask_alias(state, address, parsed->id, effects);
  ask_to_join(state, address, parsed->id, servers_of(room, parsed->id), effects);
}

}  // namespace

void join_room(State& state, chat::CommandId id, const chat::JoinRoom& join, Effects& effects) {
  const auto address = parse_address(join.room.text);
  if (!address) return effects.refused(id, address.error().fault, address.error().text);
  if (address->kind == Address::Kind::user) return effects.refused(id, Fault::malformed, "This is a person, no room.");
  state.joining.push_back({id, join.room, effects.now + answer_deadline});
  if (state.stage == Stage::ready) go_on_with(state, join.room, effects);
}

bool is_awaited(const State& state, const chat::RoomId& address) {
  return std::any_of(state.joining.begin(), state.joining.end(),
                     [&](const Joining& each) { return each.address == address; });
}

void go_on_joining(State& state, Effects& effects) {
  std::vector<chat::RoomId> addresses;
  for (const Joining& each : state.joining) addresses.push_back(each.address);
  for (const chat::RoomId& address : addresses) {
    if (is_awaited(state, address)) go_on_with(state, address, effects);
  }
}

void joins_done(State& state, Room& room, Effects& effects) {
  std::vector<chat::CommandId> waiting;
  std::erase_if(state.joining, [&](const Joining& each) {
    if (each.address != room.address) return false;
    waiting.push_back(each.command);
    return true;
  });
  if (!waiting.empty() || room.entered) tell_room(state, room, effects);
  for (const chat::CommandId command : waiting) effects.done(command);
  on_tombstone(state, room, effects);  // while nobody was here
}

void joins_failed(State& state, const chat::RoomId& address, Outcome outcome, const Error& error, Effects& effects) {
  std::erase_if(state.joining, [&](const Joining& each) {
    if (each.address != address) return false;
    effects.failed(each.command, outcome, error.fault, error.text);
    return true;
  });
}

void expire_joins(State& state, Effects& effects) {
  std::erase_if(state.joining, [&](const Joining& each) {
    if (each.deadline > effects.now) return false;
    if (state.stage == Stage::ready) {
      effects.failed(each.command, Outcome::unsure, Fault::timeout, "the homeserver did not answer in time");
    } else {
      effects.failed(each.command, Outcome::not_sent, Fault::unavailable, "the homeserver has not been reached yet");
    }
    return true;
  });
}

std::optional<Instant> next_join_deadline(const State& state) {
  std::optional<Instant> next;
  for (const Joining& each : state.joining) next = std::min(next.value_or(each.deadline), each.deadline);
  return next;
}

void leave_room(State& state, chat::CommandId id, const chat::LeaveRoom& leave, Effects& effects) {
  // A client that goes away for the night leaves its rooms; the account stays in them, as it does for every other
  // client of Matrix. To leave for good is an affiliation of "none" for oneself (standing.cpp).
  joins_failed(state, leave.room, Outcome::refused, {Fault::closed, "left again before the room was entered"}, effects);
  Room* room = find_room(state, leave.room);
  if (room != nullptr && room->entered) {
    forget_entered(state, *room);
    chat::RoomLeft left;
    left.room = leave.room;
    effects.tell(std::move(left));
  }
  effects.done(id);
}

void on_invited(State& state, Room& room, Effects& effects) {
  if (state.ignored.contains(room.inviter)) return;
  if (room.invited_direct && state.me.ghost) return accept_direct(state, room, effects);
  if (room.invited_direct) {
    effects.tell(chat::ContactAsked{person_id(room.inviter), nickname_of(room, room.inviter), room.invite_reason});
    return;
  }
  name_room(state, room, effects);
  when_told(
      state, room,
      [](State& now, Room& here, Effects& then) {
        if (here.phase != Phase::invited) return;
        chat::Invited invited;
        invited.room = here.address;
        invited.room_name = name_of(here);
        invited.author = author_of(now, here, here.inviter);
        invited.reason = here.invite_reason;
        then.tell(std::move(invited));
      },
      effects);
}

void on_left(State& state, Room& room, const Event* why, Effects& effects) {
  const bool was_in = room.entered, knocked = room.phase == Phase::knocking;
  const std::string actor = why == nullptr || why->sender == state.me.user_id ? "" : nickname_of(room, why->sender);
  const bool banned = why != nullptr && text_at(why->content, "membership") == "ban";
  // A ban that is lifted comes as "leave" too: it is why somebody enters, and no answer to that.
  const bool pardoned = why != nullptr && !banned && text_at(why->prev_content, "membership") == "ban";
  std::string reason = why == nullptr ? std::string{} : clean_line(text_at(why->content, "reason"));
  room.phase = Phase::left;
  room.held.clear();
  room.loading = room.state_known = false;
  forget_members(room);
  state.rooms_changed = true;
  forget_entered(state, room);
  if (knocked && !actor.empty()) {
    const std::string because = reason.empty() ? std::string{"."} : ": " + reason;
    effects.tell(chat::Notice{{}, actor + " does not let you into " + name_of(room) + because, {}});
  }
  if (!was_in && room.address.empty()) return;
  if (!actor.empty() && !pardoned) {
    // Who entered it here before a restart does not come back in by themselves.
    std::string text = (banned ? "you were banned by " : "you were removed by ") + actor;
    if (!reason.empty()) text += ": " + reason;
    joins_failed(state, room.address, Outcome::refused, {Fault::forbidden, std::move(text)}, effects);
  }
  if (!was_in) return;
  chat::RoomLeft left;
  left.room = room.address;
  using Why = chat::RoomLeft::Why;
  left.why = actor.empty() ? Why::left : banned ? Why::banned : Why::kicked;
  left.actor = actor;
  left.text = std::move(reason);
  effects.tell(std::move(left));
}

void on_tombstone(State& state, Room& room, Effects& effects) {
  if (room.replaced_by.empty() || !room.entered || room.followed == room.replaced_by) return;
  room.followed = room.replaced_by;
  std::vector<std::string> servers = servers_of(nullptr, room.replaced_by);
  servers.emplace_back(server_in(room.replaced_author));
  Call call{"POST", join_path(room.replaced_by, servers), "{}"};
  state.calls.add(
      std::move(call),
      [old_id = room.id, new_id = room.replaced_by](State& now, const Answer& answer, Effects& then) {
        Room* old = find_room(now, std::string_view{old_id});
        if (old == nullptr || !old->entered) return;
        if (!answer.ok()) {
          old->followed.clear();
          then.tell(
              chat::Notice{{},
                           "This room was replaced by another one, which could not be entered: " + answer.error.text,
                           old->address});
          return;
        }
        Room& room_now = need_room(now, new_id);
        const chat::RoomId address = old->address;
        forget_entered(now, *old);
        forget_members(*old);
        old->heard.clear();
        // Another account that is in it may have told the book where the alias leads now.
        const bool same_name = room_now.address.empty() || room_now.address == address;
        if (address.text.starts_with('#') && same_name) {
          // People know the alias: for them it is the same room.
          then.tell(chat::Notice{{}, "This room was upgraded and goes on here.", address});
          now.shared.book.learn(address, new_id);
          room_now.address = address;
          room_now.entered = true;
          if (room_now.phase == Phase::joined) load_room(now, room_now, then);
          return;
        }
        if (room_now.address.empty()) room_now.address = now.shared.book.address_of(new_id);
        chat::RoomLeft moved;
        moved.room = address;
        moved.why = chat::RoomLeft::Why::moved;
        moved.text = "this room was replaced";
        moved.moved_to = room_now.address;
        then.tell(std::move(moved));
      },
      effects);
}

}  // namespace dragoman::backends::matrix
