#include "backends/matrix/relaying.hpp"

#include <algorithm>
#include <iterator>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/html_write.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_write.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;

constexpr std::size_t most_lines = 40, most_joined_bytes = 12'000;
constexpr std::size_t most_said = 24;  // events of several lines whose lines can still be corrected
constexpr std::size_t most_named_ahead = 16;
constexpr std::size_t most_open = 100;  // of those that nobody waits for any more

std::string open_key(const std::string& room_id) { return "relayed " + room_id; }
std::string said_key(const std::string& room_id) { return "joined " + room_id; }

using Place = std::list<Relayed>::const_iterator;

std::string write_relayed(Place first, Place end) {
  if (first == end) return {};
  json list = json::array();
  for (; first != end; ++first) {
    list.push_back({{"transaction", first->transaction}, {"keys", first->keys}, {"lines", first->lines}});
    if (!first->event_id.empty()) list.back()["event"] = first->event_id;
  }
  return dump_json({{"events", std::move(list)}});
}

std::list<Relayed> read_relayed(const std::string& text) {
  std::list<Relayed> events;
  const auto kept = parse_json(text);
  if (!kept) return events;
  for (const json& each : array_at(*kept, "events")) {
    Relayed relayed;
    relayed.transaction = text_at(each, "transaction");
    relayed.event_id = text_at(each, "event");
    for (const json& key : array_at(each, "keys")) {
      if (key.is_string()) relayed.keys.push_back(key.get<std::string>());
    }
    for (const json& line : array_at(each, "lines")) relayed.lines.push_back(line);
    const bool whole = !relayed.transaction.empty() && !relayed.keys.empty();
    if (whole && relayed.keys.size() == relayed.lines.size()) events.push_back(std::move(relayed));
  }
  return events;
}

RelayedRoom& relayed_in(State& state, const std::string& room_id) {
  const auto [found, unknown] = state.sending.relayed.try_emplace(room_id);
  if (unknown && state.kept) {
    found->second.kept = state.kept(open_key(room_id));
    found->second.open = read_relayed(found->second.kept);
    found->second.said = read_relayed(state.kept(said_key(room_id)));
  }
  return found->second;
}

/// What the homeserver may have, the one whose turn it is, and those whose turn is next: while many wait they go out
/// one behind the other, and only one in so many waits for the disk. What waits behind them has never left: whoever
/// performs its lines again begins anew with them, and a queue of hundreds is not written down with each of its lines.
void keep_open(const std::string& room_id, RelayedRoom& relayed, Effects& effects) {
  while (relayed.open.size() > most_open && relayed.open.front().waiting.empty()) relayed.open.pop_front();
  const auto is_fresh = [](const Relayed& each) { return each.fresh; };
  const auto next = std::find_if(relayed.open.begin(), relayed.open.end(), is_fresh);
  if (next != relayed.open.end() && next->named) return;
  // What has been answered for meanwhile does no harm there: nobody asks for it any more.
  const auto is_awaited = [](const Relayed& each) { return !each.waiting.empty(); };
  if (next == relayed.open.end() && std::any_of(relayed.open.begin(), relayed.open.end(), is_awaited)) return;
  auto end = next;
  for (std::size_t ahead = 0; ahead < most_named_ahead && end != relayed.open.end(); ++ahead) end++->named = true;
  std::string now = write_relayed(relayed.open.begin(), end);
  if (now == relayed.kept) return;
  relayed.kept = now;
  effects.documents.emplace_back(open_key(room_id), std::move(now));
}

void keep_said(const std::string& room_id, RelayedRoom& relayed, Effects& effects) {
  while (relayed.said.size() > most_said) relayed.said.pop_front();
  effects.documents.emplace_back(said_key(room_id), write_relayed(relayed.said.begin(), relayed.said.end()));
}

void tell_said(const Relayed& relayed, chat::CommandId command, std::size_t line, Effects& effects) {
  chat::Sent sent;
  sent.ids.emplace_back(line_id(relayed.event_id, line));
  effects.done(command, std::move(sent));
}

void on_answered(State& state, const std::string& room_id, const std::string& transaction, const Answer& answer,
                 Effects& effects) {
  RelayedRoom& room = relayed_in(state, room_id);
  const auto at = std::find_if(room.open.begin(), room.open.end(),
                               [&](const Relayed& each) { return each.transaction == transaction; });
  if (at == room.open.end()) return;
  Relayed& relayed = *at;
  const auto waiting = std::exchange(relayed.waiting, {});
  relayed.fresh = false;
  if (answer.ok()) {
    relayed.event_id = text_at(answer.body, "event_id");
    note_own(state.sending, relayed.event_id);
    for (const auto& [command, line] : waiting) tell_said(relayed, command, line, effects);
    if (relayed.lines.size() > 1) {
      room.said.splice(room.said.end(), room.open, at);
      keep_said(room_id, room, effects);
    } else {
      room.open.erase(at);
    }
  } else {
    for (const auto& [command, line] : waiting) fail_command(state, command, answer, effects);
    // What the homeserver may have taken all the same is performed again, and is the same event then.
    if (!answer.unsure) room.open.erase(at);
  }
  keep_open(room_id, room, effects);
}

void send_relayed(State& state, const std::string& room_id, Relayed& relayed, Effects& effects) {
  Call call = message_call(room_id, relayed.transaction, joined_event(relayed.lines));
  call.kept_in = open_key(room_id);
  relayed.call = state.calls.add(
      std::move(call),
      [room_id, transaction = relayed.transaction](State& now, const Answer& answer, Effects& then) {
        on_answered(now, room_id, transaction, answer, then);
      },
      effects);
}

/// Answers a message in this room that stands with nothing else, or with what cannot be joined.
bool is_line(const chat::Content& content) {
  using Kind = chat::Content::Kind;
  const bool words = content.kind == Kind::text || content.kind == Kind::action || content.kind == Kind::notice;
  return words && content.attachments.empty() && content.reply_to.empty() && content.thread.empty();
}

bool is_notice(const json& line) { return text_at(line, "msgtype") == "m.notice"; }

/// Bots do not answer notices: a line that is one stays so, and its neighbours do not become one.
bool go_together(const Relayed& relayed, const std::vector<json>& more) {
  if (!relayed.fresh || relayed.lines.size() + more.size() > most_lines) return false;
  if (is_notice(relayed.lines.back()) != is_notice(more.front())) return false;
  return dump_json(joined_event(relayed.lines)).size() + dump_json(joined_event(more)).size() <= most_joined_bytes;
}

bool can_take(const State& state, const Relayed& relayed, const json& line, const Effects& effects) {
  return state.calls.may_change(relayed.call, effects.now) && go_together(relayed, {line});
}

/// The lines of `second`, which says nothing by itself any more, at the end of `first`.
void take_lines(Relayed& first, Relayed& second) {
  for (const auto& [command, line] : second.waiting) first.waiting.emplace_back(command, first.lines.size() + line);
  std::move(second.keys.begin(), second.keys.end(), std::back_inserter(first.keys));
  std::move(second.lines.begin(), second.lines.end(), std::back_inserter(first.lines));
  first.named = false;
}

/// Whatever of it is open or said, by the key of one of its lines.
Relayed* find_key(RelayedRoom& room, const std::string& key, std::size_t& line) {
  for (std::list<Relayed>* const list : {&room.open, &room.said}) {
    for (Relayed& each : *list) {
      const auto found = std::find(each.keys.begin(), each.keys.end(), key);
      if (found == each.keys.end()) continue;
      line = static_cast<std::size_t>(found - each.keys.begin());
      return &each;
    }
  }
  return nullptr;
}

Relayed* find_event(RelayedRoom& room, const LineId& id) {
  for (Relayed& each : room.said) {
    if (each.event_id == id.event_id && id.line < each.lines.size()) return &each;
  }
  return nullptr;
}

/// The event as it is now takes the place of what it was.
void put_anew(State& state, const Room& room, chat::CommandId id, chat::OnceKey key, const Relayed& relayed,
              Effects& effects) {
  json now = joined_event(relayed.lines);
  json event = now;
  event["body"] = "* " + text_at(now, "body");
  event["formatted_body"] = "* " + text_at(now, "formatted_body");
  event["m.mentions"] = json::object();  // whoever was called is not called again
  event["m.new_content"] = std::move(now);
  event["m.relates_to"] = {{"rel_type", "m.replace"}, {"event_id", relayed.event_id}};
  state.calls.add(
      message_call(room.id, transaction_id(key, 0), event),
      [id](State& then, const Answer& answer, Effects& more) {
        if (!answer.ok()) return fail_command(then, id, answer, more);
        const std::string event_id = text_at(answer.body, "event_id");
        note_own(then.sending, event_id);
        chat::Sent sent;
        sent.ids.emplace_back(event_id);
        more.done(id, std::move(sent));
      },
      effects);
}

}  // namespace

json joined_event(const std::vector<json>& lines) {
  json event;
  std::string body, html;
  std::vector<std::string> called;
  std::size_t left = 0;
  for (const json& line : lines) {
    if (line.is_null()) continue;
    if (left++ == 0) {
      event = line;
    } else {
      body += '\n';
      html += "<br>";
    }
    const std::string words = text_at(line, "body");
    body += words;
    const std::string* formatted = find_text(line, "formatted_body");
    html += formatted != nullptr ? *formatted : escape_html(words);
    for (const json& user : array_at(object_at(line, "m.mentions"), "user_ids")) {
      if (user.is_string()) called.push_back(user.get<std::string>());
    }
  }
  if (left < 2) return event;
  event["msgtype"] = is_notice(event) ? "m.notice" : "m.text";
  event["body"] = std::move(body);
  event["format"] = "org.matrix.custom.html";
  event["formatted_body"] = std::move(html);
  event.erase("com.beeper.per_message_profile");  // several people speak
  std::sort(called.begin(), called.end());
  called.erase(std::unique(called.begin(), called.end()), called.end());
  event["m.mentions"] = json::object();
  if (!called.empty()) event["m.mentions"]["user_ids"] = called;
  return event;
}

bool relay(State& state, const Room& room, const Saying& saying, const std::vector<json>& events, Effects& effects) {
  if (saying.content.shown_author.empty() || events.size() != 1 || !is_line(saying.content)) return false;
  RelayedRoom& relayed = relayed_in(state, room.id);
  const std::string key = transaction_id(saying.key, 0);
  std::size_t line = 0;
  if (Relayed* known = find_key(relayed, key, line)) {
    if (!known->event_id.empty()) {
      tell_said(*known, saying.command, line, effects);
      return true;
    }
    known->waiting.emplace_back(saying.command, line);
    if (!state.calls.has(known->call)) send_relayed(state, room.id, *known, effects);
    return true;
  }
  if (!relayed.open.empty() && can_take(state, relayed.open.back(), events.front(), effects)) {
    Relayed& last = relayed.open.back();
    last.waiting.emplace_back(saying.command, last.lines.size());
    last.keys.push_back(key);
    last.lines.push_back(events.front());
    last.named = false;
    state.calls.change(last.call, dump_json(joined_event(last.lines)));
    keep_open(room.id, relayed, effects);
    return true;
  }
  Relayed& alone = relayed.open.emplace_back();
  alone.transaction = key;
  alone.keys = {key};
  alone.lines = {events.front()};
  alone.fresh = true;
  alone.waiting.emplace_back(saying.command, 0);
  keep_open(room.id, relayed, effects);
  send_relayed(state, room.id, alone, effects);
  return true;
}

void join_waiting(State& state, Effects& effects) {
  for (auto& [room_id, relayed] : state.sending.relayed) {
    bool joined = false;
    for (auto first = relayed.open.begin(); first != relayed.open.end();) {
      const auto second = std::next(first);
      if (second == relayed.open.end()) break;
      const bool waits = second->fresh && state.calls.may_join(first->call, second->call, effects.now);
      if (!waits || !go_together(*first, second->lines)) {
        first = second;
        continue;
      }
      take_lines(*first, *second);
      state.calls.abandon(second->call, effects);
      state.calls.change(first->call, dump_json(joined_event(first->lines)));
      relayed.open.erase(second);
      joined = true;
    }
    if (joined) keep_open(room_id, relayed, effects);
  }
}

bool relay_edit(State& state, const Room& room, chat::CommandId id, const chat::EditMessage& edit,
                const std::vector<json>& events, Effects& effects) {
  const LineId which = read_line_id(edit.edited.text);
  RelayedRoom& relayed = relayed_in(state, room.id);
  Relayed* const joined = find_event(relayed, which);
  if (joined == nullptr) return false;
  if (events.size() != 1 || dump_json(joined_event(joined->lines)).size() + dump_json(events.front()).size() >
                                2 * most_joined_bytes) {  // what was there is sent along with what is now
    effects.refused(id, Fault::too_long, "the new text is too long for one message on Matrix");
    return true;
  }
  joined->lines[which.line] = events.front();
  keep_said(room.id, relayed, effects);
  put_anew(state, room, id, edit.key, *joined, effects);
  return true;
}

bool relay_retraction(State& state, const Room& room, chat::CommandId id, const chat::RetractMessage& retract,
                      Effects& effects) {
  const LineId which = read_line_id(retract.retracted.text);
  RelayedRoom& relayed = relayed_in(state, room.id);
  Relayed* const joined = find_event(relayed, which);
  if (joined == nullptr) {
    if (which.line == 0) return false;
    effects.refused(id, Fault::not_found,
                    "It was said in one message with others, too long ago to be taken back without them.");
    return true;
  }
  joined->lines[which.line] = nullptr;
  const bool last =
      std::all_of(joined->lines.begin(), joined->lines.end(), [](const json& each) { return each.is_null(); });
  if (last) return false;  // then the whole event is taken back
  keep_said(room.id, relayed, effects);
  put_anew(state, room, id, retract.key, *joined, effects);
  return true;
}

}  // namespace dragoman::backends::matrix
