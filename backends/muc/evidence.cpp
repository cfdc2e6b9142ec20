#include <algorithm>
#include <utility>

#include "backends/muc/handlers.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/stanza_id.hpp"

// What became of what we said: the room sends it back, refuses it, or is lost before anybody knows.
namespace dragoman::backends::muc {

namespace {

/// For so long we try to be back and ask the archive. Who says it again later is not said twice (Room::proved).
constexpr auto doubt_patience = std::chrono::minutes{1};
constexpr auto pause = std::chrono::seconds{5};
constexpr unsigned most_tries = 60;  // five minutes

/// Before what was to be said after it.
void put_back(Room& room, Pending pending) {
  const auto place = std::find_if(room.unsent.begin(), room.unsent.end(),
                                  [&](const Room::Unsent& each) { return each.command > pending.command; });
  room.unsent.insert(place, {pending.command, std::move(pending.what), pending.tries});
}

/// The room is too busy, or its server is not there just now: what follows waits, so that the order stays.
void say_later(Room& room, Pending pending, const Error& error, Effects& effects) {
  if (pending.kind != Pending::Kind::message || ++pending.tries >= most_tries) {
    return effects.refused(pending.command, error.fault, error.text);
  }
  put_back(room, std::move(pending));
  room.paused_until = effects.now + pause;
}

std::deque<Pending>::iterator find_pending(Room& room, const xmpp::Element& message) {
  const std::string_view id = message.get("id"), origin = xmpp::read_origin_id(message);
  return std::find_if(room.pending.begin(), room.pending.end(), [&](const Pending& each) {
    return (!id.empty() && each.id == id) || (!origin.empty() && each.id == origin);
  });
}

}  // namespace

bool take_reflection(State&, Room& room, const Hearing& heard, const std::string& id, Effects& effects) {
  const auto found = find_pending(room, heard.message);
  if (found == room.pending.end()) return false;
  const Pending pending = std::move(*found);
  room.pending.erase(found);
  chat::Sent sent{{}, heard.time ? heard.time : effects.utc, {}};
  if (!id.empty()) sent.ids.emplace_back(id);
  effects.done(pending.command, std::move(sent));
  return true;
}

bool take_topic(Room& room, const Hearing& heard, Effects& effects) {
  auto found = find_pending(room, heard.message);
  if (found == room.pending.end()) {
    // Prosody forgets the id of who has set a topic.
    found = std::find_if(room.pending.begin(), room.pending.end(),
                         [](const Pending& each) { return each.kind == Pending::Kind::topic; });
  }
  if (found == room.pending.end()) return false;
  effects.done(found->command);
  room.pending.erase(found);
  return true;
}

bool take_rejection(State& state, Room& room, const xmpp::Element& message, Effects& effects) {
  Error error = xmpp::read_error(message);
  const auto alone = state.private_pending.extract(std::string{message.get("id")});
  if (!alone.empty()) {
    effects.refused(alone.mapped(), error.fault, error.text);
    return true;
  }
  const auto found = find_pending(room, message);
  if (found == room.pending.end()) return false;
  const bool present = room.phase == Room::Phase::present;
  const bool passes = error.fault == Fault::limited || error.fault == Fault::unavailable;
  // The first is said to those who are no occupants; and by some rooms to those whose message they do not like.
  if (xmpp::condition_of(message) == "not-acceptable" || (passes && !present)) {
    found->rejected = std::move(error);
    if (present) self_ping(state, room, effects);
    return true;  // else it is said again when we are back
  }
  Pending pending = std::move(*found);
  room.pending.erase(found);
  if (!passes) {
    effects.refused(pending.command, error.fault, error.text);
    return true;
  }
  say_later(room, std::move(pending), error, effects);
  if (error.fault == Fault::unavailable) self_ping(state, room, effects);
  return true;
}

void doubt(Room& room, const Effects& effects) {
  for (Pending& each : room.pending) {
    if (!std::exchange(each.in_doubt, true)) each.deadline = effects.now + doubt_patience;
  }
}

void doubt_unsent(Room& room, const Effects& effects) {
  if (room.pending.empty()) return;
  for (Room::Unsent& each : std::exchange(room.unsent, {})) {
    Pending pending;
    pending.command = each.command;
    pending.deadline = effects.now + doubt_patience;
    pending.in_doubt = true;
    pending.rejected = failure(Fault::unavailable, "not said yet");
    pending.what = std::move(each.what);
    pending.tries = each.tries;
    room.pending.push_back(std::move(pending));
  }
}

void say_doubts_again(Room& room) {
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (each.in_doubt && each.kind == Pending::Kind::message) {
      put_back(room, std::move(each));
    } else {
      left.push_back(std::move(each));
    }
  }
  room.pending = std::move(left);
}

void settle_doubts(Room& room, bool sure, Effects& effects) {
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (!each.in_doubt) {
      left.push_back(std::move(each));
      continue;
    }
    const bool not_taken = sure || each.rejected;
    effects.failed(each.command, not_taken ? chat::Failed::Outcome::not_sent : chat::Failed::Outcome::unsure,
                   Fault::unavailable,
                   not_taken ? "the room was lost before it took the message"
                             : "the room was lost, and nobody knows whether it took the message");
  }
  room.pending = std::move(left);
}

namespace {

/// What nobody has told us about. True: we ask whether we are in the room at all.
bool end_overdue(Room& room, Effects& effects) {
  bool ask = false;
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (each.deadline > effects.now || room.catching_up) {
      left.push_back(std::move(each));
    } else if (each.in_doubt || each.asked) {
      effects.failed(each.command, chat::Failed::Outcome::unsure, Fault::timeout,
                     "the room has not sent the message back");
    } else {
      ask = each.asked = true;
      each.deadline = effects.now + reflection_patience;
      left.push_back(std::move(each));
    }
  }
  room.pending = std::move(left);
  return ask;
}

}  // namespace

void sending_timers(State& state, Effects& effects) {
  for (auto& [address, room] : state.rooms) {
    const bool present = room.phase == Room::Phase::present;
    const bool goes_on = present && !room.catching_up && room.paused_until && *room.paused_until <= effects.now;
    if (goes_on) send_unsent(state, room, effects);
    if (end_overdue(room, effects) && present) self_ping(state, room, effects);
  }
}

std::optional<Instant> next_of_sending(const Room& room) {
  if (room.catching_up) return std::nullopt;
  std::optional<Instant> next;
  if (room.phase == Room::Phase::present) next = room.paused_until;
  for (const Pending& each : room.pending) next = std::min(next.value_or(Instant::max()), each.deadline);
  return next;
}

}  // namespace dragoman::backends::muc
