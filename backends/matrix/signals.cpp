#include "backends/matrix/signals.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

// Typing, read marks, presence: none of them is worth waiting for, and none waits for the limit of messages.

namespace dragoman::backends::matrix {

namespace {

constexpr auto typing_timeout = std::chrono::seconds{30}, typing_refresh = std::chrono::seconds{25};
constexpr auto typing_at_most = std::chrono::minutes{5};
constexpr auto presence_interval = std::chrono::seconds{10};

void nobody_waits(State&, const Answer&, Effects&) {}

void put_typing(State& state, const std::string& room_id, bool typing, Effects& effects) {
  nlohmann::json body = {{"typing", typing}};
  if (typing) body["timeout"] = std::chrono::milliseconds{typing_timeout}.count();
  Call call{"PUT", room_path(room_id, "/typing/" + percent_encode(state.me.user_id)), dump_json(body)};
  call.lane = "typing " + room_id;
  call.counted = false;
  call.kind = Call::Kind::once;
  state.calls.add(std::move(call), nobody_waits, effects);
}

void put_presence(State& state, Effects& effects) {
  Signals& signals = state.signals;
  signals.presence_waits = false;
  signals.presence_at = effects.now + presence_interval;
  nlohmann::json body = {{"presence", presence_word(state.availability)}};
  if (!signals.status.empty()) body["status_msg"] = signals.status;
  Call call{"PUT", client_api + "/presence/" + percent_encode(state.me.user_id) + "/status", dump_json(body)};
  call.lane = "presence";
  call.counted = false;
  call.kind = Call::Kind::once;
  state.calls.add(std::move(call), nobody_waits, effects);
}

chat::Availability read_availability(const nlohmann::json& content) {
  const std::string word = text_at(content, "presence");
  if (word == "offline") return chat::Availability::gone;
  if (word == "online" && flag_at(content, "currently_active", true)) return chat::Availability::available;
  return chat::Availability::away;
}

}  // namespace

const char* presence_word(chat::Availability availability) {
  switch (availability) {
    case chat::Availability::gone:
      return "offline";
    case chat::Availability::available:
    case chat::Availability::busy:
      return "online";
    case chat::Availability::away:
    case chat::Availability::extended_away:
      break;
  }
  return "unavailable";
}

void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, Effects& effects) {
  effects.done(id);
  const Room* room = room_of(state, typing.conversation);
  if (room == nullptr || state.stage != Stage::ready) return;
  const bool before = state.signals.typing.contains(room->id);
  if (typing.typing) {
    state.signals.typing[room->id] = {effects.now + typing_refresh, effects.now + typing_at_most};
  } else {
    state.signals.typing.erase(room->id);
  }
  if (typing.typing != before) put_typing(state, room->id, typing.typing, effects);
}

void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, Effects& effects) {
  const Room* room = room_of(state, mark.conversation);
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  if (mark.message.empty()) return effects.done(id);  // said before it had a name: the next mark stands behind it
  const std::string event = read_line_id(mark.message.text).event_id;
  const char* receipt = state.me.reads_privately ? "m.read.private" : "m.read";
  const nlohmann::json body = {{"m.fully_read", event}, {receipt, event}};
  Call call{"POST", room_path(room->id, "/read_markers"), dump_json(body)};  // doing it twice is doing it once
  call.lane = "read " + room->id;
  call.counted = false;
  state.calls.add(std::move(call), ends(id), effects);
}

void set_presence(State& state, chat::CommandId id, const chat::SetPresence& presence, Effects& effects) {
  effects.done(id);
  if (presence.availability == state.availability && presence.status == state.signals.status) return;
  state.availability = presence.availability;
  state.signals.status = presence.status;
  if (state.stage != Stage::ready || (state.signals.presence_at && *state.signals.presence_at > effects.now)) {
    state.signals.presence_waits = true;
    return;
  }
  put_presence(state, effects);
}

void on_typing(State& state, Room& room, const nlohmann::json& content, Effects& effects) {
  std::set<std::string> now;
  for (const nlohmann::json& user : array_at(content, "user_ids")) {
    if (user.is_string() && user != state.me.user_id) now.insert(user.get<std::string>());
  }
  const std::set<std::string> before = std::exchange(room.typing, now);
  const auto tell = [&](const std::string& user, bool typing) {
    effects.tell(chat::Typing{conversation_of(state, room), author_of(state, room, user), typing});
  };
  for (const std::string& user : before) {
    if (!now.contains(user)) tell(user, false);
  }
  for (const std::string& user : now) {
    if (!before.contains(user)) tell(user, true);
  }
}

void on_receipts(State& state, Room& room, const nlohmann::json& content, Effects& effects) {
  for (const auto& [event, kinds] : content.items()) {
    for (const char* kind : {"m.read", "m.read.private"}) {
      for (const auto& [user, receipt] : object_at(kinds, kind).items()) {
        const bool self = user == state.me.user_id;
        // In a room that nobody here is in only what we have read ourselves is of interest.
        if (!self && !room.entered && !is_direct(state, room)) continue;
        effects.tell(
            chat::ReadUpTo{conversation_of(state, room), author_of(state, room, user), chat::MessageId{event}});
      }
    }
  }
}

void on_presence(State& state, const Event& event, Effects& effects) {
  if (event.sender == state.me.user_id) return;
  if (!state.direct.contains(event.sender) && !state.contacts.contains(event.sender)) return;
  chat::PresenceChanged changed{person_id(event.sender), read_availability(event.content),
                                clean_line(text_at(event.content, "status_msg"))};
  const auto idle = number_at(event.content, "last_active_ago");
  if (idle && *idle > 0 && changed.availability == chat::Availability::away) {
    changed.idle_since = effects.utc - std::chrono::milliseconds{*idle};
  }
  effects.tell(std::move(changed));
}

void expire_signals(State& state, Effects& effects) {
  if (state.stage != Stage::ready) return;
  for (auto at = state.signals.typing.begin(); at != state.signals.typing.end();) {
    const auto one = at++;
    if (one->second.ends <= effects.now) {
      put_typing(state, one->first, false, effects);
      state.signals.typing.erase(one);
    } else if (one->second.refresh <= effects.now) {
      one->second.refresh = effects.now + typing_refresh;
      put_typing(state, one->first, true, effects);
    }
  }
  if (state.signals.presence_waits && state.signals.presence_at.value_or(effects.now) <= effects.now) {
    put_presence(state, effects);
  }
}

std::optional<Instant> next_signal(const State& state) {
  if (state.stage != Stage::ready) return std::nullopt;
  std::optional<Instant> next;
  const auto earlier = [&](Instant when) { next = std::min(next.value_or(when), when); };
  for (const auto& [room, typing] : state.signals.typing) earlier(std::min(typing.refresh, typing.ends));
  if (state.signals.presence_waits) earlier(state.signals.presence_at.value_or(Instant{}));
  return next;
}

}  // namespace dragoman::backends::matrix
