#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/received.hpp"
#include "backends/matrix/sending.hpp"

// What was said before: for the archive and for who joins.

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t history_page = 100, most_history_pages = 20, usual_history = 50;
constexpr const char* filter = "&filter=%7B%22lazy_load_members%22%3Atrue%7D";  // {"lazy_load_members":true}

/// One GetHistory, from its first question to its end.
struct Reading {
  chat::CommandId command{};
  chat::GetHistory asked;
  std::string room;
  std::size_t limit = usual_history, pages = 0;
  std::vector<Event> events;  ///< newest first
};
using ReadingRef = std::shared_ptr<Reading>;  // held by the call of it that is under way

/// The bound of the older side. The stamps of senders are no order: they decide only where no event is named.
bool is_beyond(const Reading& reading, const Event& event) {
  const chat::GetHistory& asked = reading.asked;
  if (!asked.after.empty()) return event.id == asked.after.text;
  return asked.since && event.time <= *asked.since;
}

bool is_message(const Event& event) {
  return !event.is_state() && !event.redacted && event.type != "m.reaction" && event.type != "m.room.redaction";
}

/// Who they were then, until it is known who they are.
void learn_members(Room& room, const Answer& answer) {
  for (const nlohmann::json& json : array_at(answer.body, "state")) {
    const auto event = read_event(json);
    if (!event || event->type != "m.room.member" || !event->is_state()) continue;
    const std::string name = text_at(event->content, "displayname");
    room.share ? room.share.note_name(*event->state_key, name) : room.heard.note_name(*event->state_key, name);
  }
}

void finish(State& state, Reading& reading, bool complete, Effects& effects) {
  Room* room = find_room(state, reading.room);
  if (room == nullptr) return effects.refused(reading.command, Fault::not_found, "You are not in this room any more.");
  std::reverse(reading.events.begin(), reading.events.end());
  chat::HistoryPage page;
  page.complete = complete;
  std::vector<const Event*> about_others;
  std::map<std::string, Timestamp> unreadable;  // by sender: when it was said last that theirs is encrypted
  const bool missed = reading.asked.since || !reading.asked.after.empty();
  for (const Event& event : reading.events) {
    // What went out through this gateway was not missed: it is kept with what its sender said.
    if (missed && event.sender == state.me.user_id && !event.transaction.empty()) continue;
    if (is_own_echo(state, event)) continue;  // a row of ours is this message, or will be when it has been sent again
    if (auto message = read_past(state, *room, event, effects.utc)) {
      if (message->content.kind == chat::Content::Kind::encrypted) {
        const auto [last, is_first] = unreadable.try_emplace(event.sender, event.time);
        if (!is_first && event.time < last->second + silence_about_encrypted) continue;
        last->second = event.time;
      }
      page.messages.push_back(std::move(*message));
    } else if (!event.is_state()) {
      about_others.push_back(&event);
    }
  }
  if (reading.asked.before.empty() && !reading.asked.until) {
    // /sync may be behind, and brings the newest of them again: also to whoever was killed meanwhile.
    std::string ids;
    for (const chat::MessageReceived& message : page.messages) {
      static_cast<void>(was_told(*room, message.id.text));
      ids += message.id.text + '\n';
    }
    if (!ids.empty()) effects.documents.emplace_back(told_key(room->id), std::move(ids));
  }
  effects.done(reading.command, std::move(page));
  // Of what is missed the rest is wanted too; of what is far back the messages have their latest version already.
  if (missed) {
    for (const Event* event : about_others) on_timeline_event(state, *room, *event, false, effects);
  }
}

void read_page(State& state, const ReadingRef& reading, const std::string& from, Effects& effects);

void on_page(State& state, const ReadingRef& reading, const Answer& answer, Effects& effects) {
  if (!answer.ok()) return fail_command(state, reading->command, answer, effects);
  Room* room = find_room(state, reading->room);
  if (room != nullptr) learn_members(*room, answer);
  std::size_t messages = 0;
  for (const Event& event : reading->events) messages += is_message(event) ? 1 : 0;
  for (const nlohmann::json& json : array_at(answer.body, "chunk")) {
    auto event = read_event(json);
    if (!event) continue;
    if (is_beyond(*reading, *event)) return finish(state, *reading, true, effects);
    const bool counts = is_message(*event);
    if (counts && messages == reading->limit) return finish(state, *reading, false, effects);
    messages += counts ? 1 : 0;
    reading->events.push_back(std::move(*event));
  }
  const std::string end = text_at(answer.body, "end");
  if (end.empty()) return finish(state, *reading, true, effects);
  if (messages >= reading->limit || ++reading->pages == most_history_pages)
    return finish(state, *reading, false, effects);
  read_page(state, reading, end, effects);
}

void read_page(State& state, const ReadingRef& reading, const std::string& from, Effects& effects) {
  const std::size_t limit = std::min(history_page, reading->limit);
  std::string path = room_path(reading->room, "/messages?dir=b&limit=" + std::to_string(limit)) + filter;
  if (!from.empty()) path += "&from=" + percent_encode(from);
  Call call{"GET", std::move(path)};
  call.lane = "history " + reading->room;
  state.calls.add(
      std::move(call),
      [reading](State& now, const Answer& answer, Effects& then) { on_page(now, reading, answer, then); }, effects);
}

/// From before an event on, or with it.
void read_from(State& state, const ReadingRef& reading, const std::string& event, bool with_it, Effects& effects) {
  Call call{"GET", room_path(reading->room, "/context/" + percent_encode(event) + "?limit=0") + filter};
  call.lane = "history " + reading->room;
  state.calls.add(
      std::move(call),
      [reading, with_it](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, reading->command, answer, then);
        if (with_it) {
          auto it = read_event(object_at(answer.body, "event"));
          if (it && is_beyond(*reading, *it)) return finish(now, *reading, true, then);
          if (it) reading->events.push_back(std::move(*it));
        }
        read_page(now, reading, text_at(answer.body, "start"), then);
      },
      effects);
}

/// From a time on (client-server API, timestamp_to_event; since version 1.6).
void read_from_time(State& state, const ReadingRef& reading, Timestamp time, Effects& effects) {
  Call call{"GET", "/_matrix/client/v1/rooms/" + percent_encode(reading->room) +
                       "/timestamp_to_event?dir=b&ts=" + std::to_string(time.time_since_epoch().count())};
  call.lane = "history " + reading->room;
  state.calls.add(
      std::move(call),
      [reading](State& now, const Answer& answer, Effects& then) {
        if (answer.ok()) return read_from(now, reading, text_at(answer.body, "event_id"), true, then);
        // An old homeserver cannot tell; then what is newest is read up to there.
        if (answer.errcode == "M_UNRECOGNIZED") return read_page(now, reading, now.since, then);
        if (answer.status == 404) return finish(now, *reading, true, then);  // nothing is that old
        fail_command(now, reading->command, answer, then);
      },
      effects);
}

}  // namespace

void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, Effects& effects) {
  const Room* room = room_of(state, get.conversation);
  if (room == nullptr) {
    // /sync brings what was missed of all people; of somebody who is no contact there is nothing.
    return effects.done(id, chat::HistoryPage{});
  }
  // What is behind these is told by /sync; asked for, it would come twice.
  const std::string& after = get.after.text;
  if (!after.empty() &&
      (after == room->heard_from || after == room->newest || after == state.kept(last_sent_key(room->id)))) {
    return effects.done(id, chat::HistoryPage{});
  }
  auto reading = std::make_shared<Reading>();
  reading->command = id;
  reading->asked = get;
  reading->room = room->id;
  if (get.limit != 0) reading->limit = std::min<std::size_t>(get.limit, 1000);
  // From the newer bound back: what is newest is wanted most. Nothing is newer than what /sync has told so far: the
  // homeserver may know more, which /sync brings in its turn.
  if (!get.before.empty()) return read_from(state, reading, get.before.text, false, effects);
  if (get.until) return read_from_time(state, reading, *get.until, effects);
  read_page(state, reading, state.since, effects);
}

}  // namespace dragoman::backends::matrix
