#include <utility>

#include "backends/muc/handlers.hpp"
#include "base/log.hpp"
#include "xmpp/data_form.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/mam.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/timestamps.hpp"

// What was said while we were away: from the archive of the room (XEP-0313), or what it sends to who enters.
namespace dragoman::backends::muc {

namespace {

constexpr std::size_t page_size = 100;
constexpr std::size_t book_size = 50;  ///< messages that are read to know what later ones are about
/// What rooms send by themselves at most, as Prosody and ejabberd are set up: so many may not be all.
constexpr std::size_t usual_history = 20;
constexpr std::size_t kept_keys = 16;
/// The clocks of servers differ by less.
constexpr auto clock_difference = std::chrono::minutes{2};
constexpr auto archive_patience = std::chrono::seconds{60};
constexpr std::string_view forward_ns = "urn:xmpp:forward:0";  // XEP-0297

struct ArchivePage {
  std::string after, before;
  std::optional<Timestamp> since, until;
  std::size_t most = page_size;
  bool newest = false;
};

xmpp::Element make_query(const State& state, const Room& room, const std::string& query_id, const ArchivePage& wanted) {
  xmpp::Element iq = make_iq(state, "set", room.address.str());
  xmpp::Element& query = iq.add("query", xmpp::ns::mam);
  query.set("queryid", query_id);
  if (wanted.since || wanted.until) {
    xmpp::DataForm form;
    form.type = xmpp::DataForm::Type::submit;
    form.form_type = xmpp::ns::mam;
    if (wanted.since) form.add("start", {}, xmpp::to_datetime(*wanted.since));
    if (wanted.until) form.add("end", {}, xmpp::to_datetime(*wanted.until));
    query.add(xmpp::make_data_form(form));
  }
  xmpp::Element& set = query.add("set", xmpp::ns::rsm);
  set.add_text_child("max", std::to_string(wanted.most));
  if (!wanted.after.empty()) set.add_text_child("after", wanted.after);
  if (wanted.newest || !wanted.before.empty()) set.add("before").set_text(wanted.before);
  return iq;
}

void on_archive(State& state, const std::string& address, const std::string& query_id, const Answer& answer,
                Effects& effects);

void ask_archive(State& state, Room& room, ArchiveQuery query, const ArchivePage& wanted, Effects& effects) {
  const std::string query_id = state.ids.next();
  room.queries.insert_or_assign(query_id, std::move(query));
  ask(
      state, make_query(state, room, query_id, wanted),
      [address = room.address.str(), query_id](State& later, const Answer& answer, Effects& then) {
        on_archive(later, address, query_id, answer, then);
      },
      effects, archive_patience);
}

/// Fills the book with what was said last.
void read_back(State& state, Room& room, Effects& effects) {
  if (std::exchange(room.book_filled, true)) return;
  ArchivePage wanted;
  wanted.most = book_size;
  wanted.newest = true;
  ask_archive(state, room, {ArchiveQuery::Purpose::book}, wanted, effects);
}

void tell_gap(const Room& room, std::optional<Timestamp> until, Effects& effects) {
  chat::HistoryGap gap{{room.id, {}}, std::nullopt, until};
  if (room.cursor) gap.since = room.cursor->time;
  effects.tell(std::move(gap));
}

/// `sure`: the archive has told everything that the room has taken.
void finish(State& state, Room& room, bool sure, Effects& effects) {
  room.catching_up = false;
  say_doubts_again(room);
  settle_doubts(room, sure, effects);
  for (const xmpp::Element& each : std::exchange(room.held, {})) {
    const auto from = xmpp::Jid::parse(each.get("from"));
    if (from) hear(state, room, {each, from->resource(), {}, xmpp::read_delay(each)}, effects);
  }
  send_unsent(state, room, effects);
  if (room.has_archive && !state.voice.deaf) read_back(state, room, effects);
}

/// Nobody can tell what became of what we said: it may be said twice, but is not lost.
void nothing_to_catch_up(State& state, Room& room, Effects& effects) {
  say_doubts_again(room);
  settle_doubts(room, false, effects);
  send_unsent(state, room, effects);
}

void catch_up_failed(State& state, Room& room, const Answer& answer, const Error& error, Effects& effects) {
  // It has forgotten the message that we know last: then by its time.
  const bool forgotten = answer && xmpp::condition_of(*answer) == "item-not-found" && !room.cursor->id.empty();
  if (forgotten) {
    room.cursor->id.clear();
    ArchivePage wanted;
    wanted.since = room.cursor->time;
    return ask_archive(state, room, {}, wanted, effects);
  }
  const std::string &owner = state.voice.owner, &address = room.id.text, &reason = error.text;
  if (state.voice.deaf) return finish(state, room, false, effects);
  LOG_WARN("archive of a room not read", owner, address, reason);
  tell_gap(room, effects.utc, effects);
  finish(state, room, false, effects);
}

void on_catch_up(State& state, Room& room, const ArchiveQuery& query, const Answer& answer, Effects& effects) {
  const auto result = result_of(answer);
  if (!result) return catch_up_failed(state, room, answer, result.error(), effects);
  const xmpp::Element* fin = result->child("fin", xmpp::ns::mam);
  const bool complete = fin == nullptr || fin->get("complete") == "true" || query.last_id.empty();
  if (complete) return finish(state, room, true, effects);
  ArchivePage wanted;
  wanted.after = query.last_id;
  ask_archive(state, room, {}, wanted, effects);
}

void on_page(const ArchiveQuery& query, const Answer& answer, Effects& effects) {
  const auto result = result_of(answer);
  if (!result) return effects.refused(query.command, result.error().fault, result.error().text);
  const xmpp::Element* fin = result->child("fin", xmpp::ns::mam);
  effects.done(query.command, chat::HistoryPage{query.page, fin != nullptr && fin->get("complete") == "true"});
}

void on_archive(State& state, const std::string& address, const std::string& query_id, const Answer& answer,
                Effects& effects) {
  Room* room = state.find(address);
  // When the link goes, what was asked ends with the room's stay (forget_questions).
  if (room == nullptr || (!answer && answer.error().fault == Fault::closed)) return;
  const auto asked = room->queries.extract(query_id);
  if (asked.empty()) return;
  const ArchiveQuery& query = asked.mapped();
  switch (query.purpose) {
    case ArchiveQuery::Purpose::catch_up:
      if (room->catching_up) on_catch_up(state, *room, query, answer, effects);
      return;
    case ArchiveQuery::Purpose::book:
      if (state.voice.deaf) return finish(state, *room, false, effects);
      if (!room->cursor || !room->cursor->id.empty() || query.last_id.empty()) return;
      room->cursor->id = query.last_id;
      effects.documents.emplace_back(cursor_key(*room), to_text(*room->cursor));
      return;
    case ArchiveQuery::Purpose::history:
      return on_page(query, answer, effects);
  }
}

void hear_archived(State& state, Room& room, ArchiveQuery& query, const Hearing& heard, Effects& effects) {
  query.last_id = heard.archive_id;
  switch (query.purpose) {
    case ArchiveQuery::Purpose::catch_up:
      return hear(state, room, heard, effects);
    case ArchiveQuery::Purpose::book: {
      MessageBook::Said said = note_of(room, heard);
      if (is_own(state, room, heard) && !said.stanza.empty()) room.proved.insert_or_assign(said.stanza, said.id);
      room.book.add(std::move(said));
      return;
    }
    case ArchiveQuery::Purpose::history: {
      const auto event = read_event(state, room, heard, {room.id, {}}, room.book, note_of(room, heard).id);
      if (!event) return;
      if (const auto* received = std::get_if<chat::MessageReceived>(&*event)) {
        query.page.push_back(*received);
      } else if (query.tells_changes) {
        effects.tell(*event);
      }
      return;
    }
  }
}

}  // namespace

std::string cursor_key(const Room& room) { return "room " + room.address.str(); }

void move_cursor(State& state, Room& room, const Hearing& heard, const std::string& id, Effects& effects) {
  if (state.voice.deaf) return;
  Cursor cursor;
  cursor.time = heard.time.value_or(effects.utc);
  cursor.id = stanza_id_of(room, heard);
  if (cursor.id.empty()) {
    if (id.empty()) return;
    cursor.recent = room.book.newest(kept_keys);
  }
  if (room.cursor == cursor) return;
  room.cursor = std::move(cursor);
  effects.documents.emplace_back(cursor_key(room), to_text(*room.cursor));
}

namespace {

/// A deaf voice asks only for what became of its own messages: those that were in doubt, and those that it may have
/// said before a restart.
void find_own(State& state, Room& room, Effects& effects) {
  std::optional<Timestamp> since = std::exchange(state.voice.doubts_since, std::nullopt);
  for (const Pending& each : room.pending) {
    if (each.in_doubt && room.has_archive) since = std::min(since.value_or(each.said), each.said);
  }
  if (!since) return nothing_to_catch_up(state, room, effects);
  room.cursor = Cursor{*since - clock_difference, {}, {}};
  room.catching_up = true;
  ArchivePage wanted;
  wanted.since = room.cursor->time;
  ask_archive(state, room, {}, wanted, effects);
}

}  // namespace

void catch_up(State& state, Room& room, const std::vector<xmpp::Element>& history, Effects& effects) {
  if (state.voice.deaf) return find_own(state, room, effects);
  const bool first = !room.cursor;
  if (first) {
    room.cursor = Cursor{effects.utc, {}, {}};
    effects.documents.emplace_back(cursor_key(room), to_text(*room.cursor));
  }
  if (history.size() >= usual_history && !first) tell_gap(room, xmpp::read_delay(history.front()), effects);
  for (const xmpp::Element& each : history) {
    const auto from = xmpp::Jid::parse(each.get("from"));
    if (from) hear(state, room, {each, from->resource(), {}, xmpp::read_delay(each), true}, effects);
  }
  const bool by_archive = !first && (!room.cursor->id.empty() || room.has_archive);
  if (!by_archive) return nothing_to_catch_up(state, room, effects);
  room.catching_up = true;
  ArchivePage wanted;
  wanted.after = room.cursor->id;
  if (wanted.after.empty()) wanted.since = room.cursor->time;
  ask_archive(state, room, {}, wanted, effects);
}

void fill_book(State& state, Room& room, Effects& effects) {
  if (!state.voice.deaf && !room.catching_up) read_back(state, room, effects);
}

bool read_own_back(State& state, Room& room, Effects& effects) {
  if (!state.voice.deaf || room.book_filled) return false;
  room.catching_up = true;
  read_back(state, room, effects);
  return true;
}

void forget_questions(Room& room, Effects& effects) {
  room.catching_up = false;
  room.paused_until.reset();
  room.held.clear();  // they come again: the cursor stands before them
  for (const Room::Unsent& each : std::exchange(room.unsent, {})) {
    effects.not_sent(each.command, Fault::unavailable, "the room was lost before the message was sent");
  }
  if (room.renaming) {
    effects.failed(std::exchange(room.renaming, std::nullopt)->command, chat::Failed::Outcome::unsure,
                   Fault::unavailable, "the room was lost while the nickname changed");
  }
  for (auto& [query_id, query] : std::exchange(room.queries, {})) {
    if (query.purpose == ArchiveQuery::Purpose::book) room.book_filled = false;
    if (query.purpose != ArchiveQuery::Purpose::history) continue;
    effects.refused(query.command, Fault::unavailable, "the room was lost while its archive was read");
  }
}

bool take_archived(State& state, Room& room, const xmpp::Element& message, Effects& effects) {
  const xmpp::Element* result = message.child("result", xmpp::ns::mam);
  if (result == nullptr) return false;
  const auto query = room.queries.find(std::string{result->get("queryid")});
  const xmpp::Element* forwarded = result->child("forwarded", forward_ns);
  if (query == room.queries.end() || forwarded == nullptr) return true;
  const xmpp::Element* archived = nullptr;
  for (const xmpp::Element& child : forwarded->children) {
    if (child.name == "message") archived = &child;
  }
  if (archived == nullptr) return true;
  const auto from = xmpp::Jid::parse(archived->get("from"));
  if (!from || from->bare_view() != room.address.str()) return true;
  const Hearing heard{*archived, from->resource(), result->get("id"), xmpp::read_delay(*forwarded), true};
  hear_archived(state, room, query->second, heard, effects);
  return true;
}

void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, Effects& effects) {
  if (!get.conversation.is_room() || get.conversation.room.empty()) {
    return effects.refused(id, Fault::unsupported, "only rooms have an archive");
  }
  Room* room = room_for(state, get.conversation.room, id, effects);
  if (room == nullptr) return;
  ArchivePage wanted{get.after.text, get.before.text, get.since, get.until};
  wanted.most = get.limit == 0 ? page_size : std::min<std::size_t>(get.limit, 1000);
  wanted.newest = get.after.empty();
  ask_archive(state, *room, {ArchiveQuery::Purpose::history, id, !get.after.empty() || get.since}, wanted, effects);
}

}  // namespace dragoman::backends::muc
