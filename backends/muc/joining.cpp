#include <algorithm>
#include <utility>

#include "backends/muc/handlers.hpp"
#include "base/log.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/timestamps.hpp"

// Into rooms and out of them (XEP-0045 7.2, 7.14).
namespace dragoman::backends::muc {

namespace {

constexpr auto leave_patience = std::chrono::seconds{10};
constexpr unsigned most_nicknames = 10;

/// What may be otherwise when it is tried again.
bool passes(Fault fault) {
  switch (fault) {
    case Fault::timeout:
    case Fault::unavailable:
    case Fault::closed:
    case Fault::limited:
    case Fault::full:
    case Fault::absent:
    case Fault::storage:
    case Fault::internal:
      return true;
    case Fault::malformed:
    case Fault::too_long:
    case Fault::not_found:
    case Fault::conflict:
    case Fault::forbidden:
    case Fault::unauthorized:
    case Fault::members_only:
    case Fault::not_allowed:
    case Fault::unsupported:
    case Fault::unacceptable:
      return false;
  }
  return false;
}

/// "alice", "alice[irc]", "alice[irc]2" ...
std::string nickname_for(const State& state, const std::string& wished, unsigned attempt) {
  if (attempt == 0) return wished;
  return wished + '[' + state.shared.label + ']' + (attempt == 1 ? "" : std::to_string(attempt));
}

/// XEP-0045 7.2: what each condition means for who wants to enter, unless the room says it in its own words.
Error entry_error(const xmpp::Element& presence) {
  Error error = xmpp::read_error(presence);
  const std::string_view condition = xmpp::condition_of(presence);
  const bool bare = error.text.empty() || error.text == condition;
  const auto meaning = [&](Fault fault, const char* text) {
    error.fault = fault;
    if (bare) error.text = text;
  };
  if (condition == "not-authorized") {
    meaning(Fault::unauthorized, "the room wants a password, or another one");
  } else if (condition == "forbidden") {
    meaning(Fault::forbidden, "banned from the room");
  } else if (condition == "registration-required") {
    meaning(Fault::members_only, "only members may enter the room");
  } else if (condition == "item-not-found") {
    meaning(Fault::not_found, "there is no such room, or it is not open yet");
  } else if (condition == "not-allowed") {
    meaning(Fault::not_allowed, "there is no such room, and it may not be made");
  } else if (condition == "not-acceptable") {
    meaning(Fault::unacceptable, "the room knows this address by another nickname only");
  } else if (condition == "conflict") {
    meaning(Fault::conflict, "all nicknames that were tried are taken");
  } else if (condition == "service-unavailable" || condition == "resource-constraint") {
    meaning(Fault::full, "the room is full, or its service is not there");
  }
  return error;
}

/// How the owner hears of it: rooms from which one is banned are no mere refusals.
chat::RoomLeft refusal(const Room& room, const Error& error, const xmpp::Element* presence) {
  chat::RoomLeft left{room.id, chat::RoomLeft::Why::refused, error.fault, {}, error.text, {}};
  if (error.fault == Fault::forbidden) left.why = chat::RoomLeft::Why::banned;
  const xmpp::Element* reason = presence == nullptr ? nullptr : presence->child("error", presence->ns);
  const xmpp::Element* gone = reason == nullptr ? nullptr : reason->child("gone", xmpp::ns::stanza_errors);
  if (gone != nullptr && gone->text().starts_with("xmpp:")) {
    const std::string address = gone->text().substr(5);
    const auto venue = xmpp::Jid::parse(address.substr(0, address.find('?')));
    left.why = chat::RoomLeft::Why::moved;
    if (venue) left.moved_to = chat::RoomId{std::string{venue->bare_view()}};
  }
  return left;
}

/// An entry was refused, or nobody answered it. May end the room.
void could_not_enter(State& state, Room& room, const Error& error, const xmpp::Element* presence, Effects& effects) {
  const std::string &owner = state.voice.owner, &address = room.id.text, &reason = error.text;
  LOG_INFO("room not entered", owner, address, reason);
  chat::RoomLeft left = refusal(room, error, presence);
  if (!room.stays || !passes(error.fault)) {
    fail_joins(room, error, effects);
    return end_room(state, room, std::move(left), effects);
  }
  fail_joins(room, error, effects);
  room.phase = Room::Phase::away;
  room.retry_at = effects.now + room.backoff.next();
  settle_doubts(room, false, effects);
  forget_questions(room, effects);  // and what was not said
  if (std::exchange(room.known, false)) effects.tell(std::move(left));
}

xmpp::Element make_entry(const State& state, const Room& room, std::string_view to) {
  xmpp::Element presence = make_presence(state, to);
  xmpp::Element& x = presence.add("x", xmpp::ns::muc);
  xmpp::Element& history = x.add("history");
  const bool by_time = room.cursor && room.cursor->id.empty() && !room.has_archive;
  if (by_time && !state.voice.deaf) {
    history.set("since", xmpp::to_datetime(room.cursor->time));
  } else {
    history.set("maxstanzas", "0");
  }
  if (!room.password.empty()) x.add_text_child("password", room.password);
  return presence;
}

chat::RoomJoined snapshot_of(const State& state, const Room& room, Effects& effects) {
  chat::RoomJoined joined;
  joined.room = room.id;
  joined.name = room.id.text;
  for (const auto& [nick, occupant] : room.occupants) {
    const NameId name = hold(occupant.name, effects);
    if (nick == room.nick) {
      joined.self = name;
      joined.standing = occupant.standing;
    } else if (!state.voice.deaf) {
      joined.occupants.push_back({name, occupant.standing});
    }
  }
  joined.topic = room.topic;
  joined.topic_author = room.topic_author;
  joined.topic_time = room.topic_time;
  return joined;
}

/// Nobody waits for this room any more.
void give_up_entry(State& state, Room& room, Effects& effects) {
  if (state.up && room.phase != Room::Phase::away) {
    if (const auto to = occupant_address(room, room.nick)) {
      xmpp::Element goodbye{"presence", xmpp::ns::component};
      goodbye.set("type", "unavailable").set("from", state.voice.address.str()).set("to", to->str());
      static_cast<void>(effects.link.send(goodbye));
    }
  }
}

}  // namespace

xmpp::Element make_presence(const State& state, std::string_view to) {
  xmpp::Element presence{"presence", xmpp::ns::component};
  presence.set("from", state.voice.address.str()).set("to", to);
  static constexpr const char* shows[] = {"", "away", "xa", "dnd", ""};
  const char* show = shows[static_cast<std::size_t>(state.availability)];
  if (*show != '\0') presence.add_text_child("show", show);
  if (!state.status.empty()) presence.add_text_child("status", state.status);
  return presence;
}

void join(State& state, chat::CommandId id, const chat::JoinRoom& join, Effects& effects) {
  const auto address = xmpp::Jid::parse(join.room.text);
  if (!address || !address->is_bare() || address->local().empty()) {
    return effects.refused(id, Fault::malformed, "a room is written as name@conference.example.org");
  }
  Room* room = state.find(join.room.text);
  if (room == nullptr) {
    room = &state.rooms.try_emplace(join.room.text, join.room, *address, state.shared.random).first->second;
    room->realm = RealmRef{state.shared.names, join.room.text};
    room->cursor = read_cursor(state.kept(cursor_key(*room)));
    if (room->cursor) {
      for (const std::string& each : room->cursor->recent) room->book.add_key(each);
    }
  }
  if (room->phase == Room::Phase::present) {
    effects.tell(snapshot_of(state, *room, effects));
    return effects.done(id);
  }
  room->wished = join.nickname.empty() ? state.voice.nickname : join.nickname;
  room->password = join.password;
  room->joins.push_back({id, effects.now + join_deadline});
  if (state.up && room->phase == Room::Phase::away) {
    room->nick_attempt = 0;
    room->keeps_nick = false;
    enter(state, *room, effects);
  }
}

void enter(State& state, Room& room, Effects& effects) {
  room.retry_at.reset();
  // Another nickname of somebody whom the room still knows would be a renaming, which ejabberd answers with no list.
  if (!room.keeps_nick) room.nick = nickname_for(state, room.wished, room.nick_attempt);
  const auto to = occupant_address(room, room.nick);
  if (!to) return could_not_enter(state, room, {Fault::malformed, "this nickname cannot be used"}, nullptr, effects);
  room.nick = to->resource();
  room.phase = Room::Phase::arriving;
  room.self_seen = false;
  room.occupants.clear();
  room.history.clear();
  room.arrival_deadline = effects.now + join_deadline;
  static_cast<void>(effects.link.send(make_entry(state, room, to->str())));
}

void entry_refused(State& state, Room& room, const xmpp::Element& presence, Effects& effects) {
  if (xmpp::condition_of(presence) == "conflict" && room.nick_attempt + 1 < most_nicknames) {
    room.nick_attempt = std::exchange(room.keeps_nick, false) && room.nick != room.wished ? 0 : room.nick_attempt + 1;
    return enter(state, room, effects);
  }
  could_not_enter(state, room, entry_error(presence), &presence, effects);
}

void arrive(State& state, Room& room, Effects& effects) {
  const std::string &owner = state.voice.owner, &address = room.id.text, &nickname = room.nick;
  LOG_INFO("room entered", owner, address, nickname);
  room.phase = Room::Phase::present;
  room.known = room.stays = true;
  room.backoff.reset();
  room.settings_known = false;
  room.pings_lost = 0;
  room.ping_at = effects.now + self_ping_interval;
  if (const auto ours = occupant_address(room, room.nick)) state.shared.ours.insert(ours->str());
  effects.tell(snapshot_of(state, room, effects));
  for (const Room::Waiting& each : std::exchange(room.joins, {})) effects.done(each.command);
  ask_settings(state, room, effects);
  if (!state.voice.deaf) regain_nickname(state, room, effects);  // a deaf one waits until it sees that it is free
  const auto history = std::exchange(room.history, {});
  catch_up(state, room, history, effects);
}

void leave(State& state, chat::CommandId id, const chat::LeaveRoom& leave, Effects& effects) {
  Room* room = state.find(leave.room.text);
  if (room == nullptr) return effects.done(id);
  const bool written = state.up && room->phase != Room::Phase::away;
  const auto to = occupant_address(*room, room->nick);
  if (!written || !to) {
    room->leaves.push_back({id, effects.now});
    return end_room(state, *room, {room->id, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}}, effects);
  }
  xmpp::Element goodbye{"presence", xmpp::ns::component};
  goodbye.set("type", "unavailable").set("from", state.voice.address.str()).set("to", to->str());
  if (!leave.text.empty()) goodbye.add_text_child("status", leave.text);
  static_cast<void>(effects.link.send(goodbye));
  room->phase = Room::Phase::leaving;
  room->leaves.push_back({id, effects.now + leave_patience});
}

void join_timers(State& state, Effects& effects) {
  for (auto at = state.rooms.begin(); at != state.rooms.end();) {
    Room& room = (at++)->second;  // it may end
    if (room.phase == Room::Phase::leaving && !room.leaves.empty() && room.leaves.front().deadline <= effects.now) {
      end_room(state, room, {room.id, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}}, effects);
      continue;
    }
    if (room.phase == Room::Phase::away && !room.joins.empty() && room.joins.front().deadline <= effects.now) {
      const Error error{Fault::timeout, "the XMPP server is not connected"};
      fail_joins(room, error, effects);
      if (!room.stays) {
        end_room(state, room, refusal(room, error, nullptr), effects);
        continue;
      }
    }
    if (room.phase == Room::Phase::arriving && room.arrival_deadline <= effects.now) {
      if (room.self_seen) {
        arrive(state, room, effects);  // the subject is a MUST since 2012, and there are rooms without
      } else {
        give_up_entry(state, room, effects);
        could_not_enter(state, room, {Fault::timeout, "the room does not answer"}, nullptr, effects);
      }
      continue;
    }
    if (room.phase == Room::Phase::away && state.up && room.retry_at && *room.retry_at <= effects.now) {
      enter(state, room, effects);
    }
  }
}

std::optional<Instant> next_of_join(const Room& room) {
  switch (room.phase) {
    case Room::Phase::arriving:
      return room.arrival_deadline;
    case Room::Phase::leaving:
      if (!room.leaves.empty()) return room.leaves.front().deadline;
      return std::nullopt;
    case Room::Phase::away: {
      std::optional<Instant> next = room.retry_at;
      if (!room.joins.empty()) next = std::min(next.value_or(Instant::max()), room.joins.front().deadline);
      return next;
    }
    case Room::Phase::present:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace dragoman::backends::muc
