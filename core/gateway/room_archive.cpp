#include "gateway/room_archive.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "gateway/room_message.hpp"
#include "gateway/room_service.hpp"
#include "gateway/user.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {

/// Of the oldest messages, to tell what the network says again.
constexpr std::size_t looked_at_end = 20;
/// A client waits for a page about half a minute.
constexpr auto patience_with_network = std::chrono::seconds{10};

/// An id of ours; nothing for any other text, which then is the id of no message.
std::optional<store::RowId> read_id(std::string_view text) {
  store::RowId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id == 0) return std::nullopt;
  return id;
}

/// Reads `text` into `id` and notes it as one that must exist; false when it cannot be an id.
bool name(const std::string& text, store::RowId& id, store::ArchiveQuery& query) {
  if (text.empty()) return true;
  const auto read = read_id(text);
  if (!read) return false;
  id = *read;
  query.must_be_there.push_back(id);
  return true;
}

/// False: an id that is none of ours.
bool name_ids(const xmpp::ArchiveRequest& request, store::ArchiveQuery& query) {
  for (const std::string& text : request.ids) {
    const auto id = read_id(text);
    if (!id) return false;
    query.ids.push_back(*id);
  }
  return name(request.after_id, query.after, query) && name(request.before_id, query.before, query) &&
         name(request.page.after, query.page_after, query) && name(request.page.before, query.page_before, query);
}

/// Whose messages: an occupant's, or one's own; the address of the room is everybody's.
void choose_author(const xmpp::ArchiveRequest& request, const std::string& room, const std::string& own_nick,
                   store::ArchiveQuery& query) {
  if (!request.with || request.with->str() == room) return;
  if (request.with->bare_view() == room) {
    query.wanted = [resource = escaped(request.with->resource()), own_nick](const store::Message& row) {
      return shown_resource(row, own_nick) == resource;
    };
  } else if (request.with->bare_view() == query.owner) {
    query.wanted = [jid = *request.with](const store::Message& row) {
      if (row.direction != store::Direction::to_network) return false;
      return jid.is_bare() || row.author == jid.str();
    };
  } else {
    query.after = std::numeric_limits<store::RowId>::max() - 1;  // who that is here, the room does not say
  }
}

}  // namespace

void RoomService::archive_form(const RoomQuestion& question) {
  xmpp::Element result = xmpp::make_result(question.iq);
  result.add(xmpp::make_archive_form());
  answer(result);
}

void RoomService::archive_query(const RoomQuestion& question) {
  if (!question.iq.first_element()->get("node").empty()) {  // XEP-0313 4.1.1: of publish-subscribe
    return refuse(question, Fault::not_found, "A room has one archive, without nodes.");
  }
  archive_.query(question.iq, question.from, question.id,
                 question.room == nullptr ? std::string{question.from.local()} : question.room->nick());
}

void RoomService::archive_metadata(const RoomQuestion& question) {
  archive_.metadata(question.iq, question.from, question.id);
}

void RoomService::archive_preferences(const RoomQuestion& question) {
  refuse(question, Fault::unsupported, "This archive keeps everything that is said in the room.");
}

void RoomArchive::refuse(const xmpp::Element& iq, Fault fault, const std::string& text) {
  context_.link.send(xmpp::make_error_reply(iq, xmpp::to_stanza_error(fault, text)));
}

void RoomArchive::query(const xmpp::Element& iq, const xmpp::Jid& from, const chat::RoomId& room,
                        const std::string& own_nick) {
  auto request = xmpp::read_archive_request(*iq.first_element());
  if (!request) return refuse(iq, request.error().fault, request.error().text);
  store::ArchiveQuery query;
  query.network = context_.link.jid().str();
  query.owner = from.bare_view();
  query.room = room.text;
  query.start = request->start;
  query.end = request->end;
  query.limit = std::min(request->page.max.value_or(usual_page), largest_page);
  query.newest = request->page.backwards;
  query.counted = true;
  if (!name_ids(*request, query))
    return refuse(iq, Fault::not_found, "There is no message of that id in this archive.");
  choose_author(*request, context_.address(room), own_nick, query);
  query.wanted = [wanted = std::move(query.wanted)](const store::Message& row) {
    return may_be_kept(row) && (!wanted || wanted(row));
  };
  auto question = std::make_shared<Question>();
  question->iq = iq;
  question->request = std::move(*request);
  question->own_nick = own_nick;
  store::ArchiveQuery oldest;
  oldest.network = query.network;
  oldest.owner = query.owner;
  oldest.room = query.room;
  oldest.limit = looked_at_end;
  question->queries = {std::move(query), std::move(oldest)};
  question->answer = &RoomArchive::write_page;
  question->until = context_.timers.clock().now() + patience_with_network;
  ask(std::move(question));
}

void RoomArchive::metadata(const xmpp::Element& iq, const xmpp::Jid& from, const chat::RoomId& room) {
  store::ArchiveQuery first;
  first.network = context_.link.jid().str();
  first.owner = from.bare_view();
  first.room = room.text;
  first.limit = 1;
  first.wanted = may_be_kept;
  store::ArchiveQuery last = first;
  last.newest = true;
  auto question = std::make_shared<Question>();
  question->iq = iq;
  question->queries = {std::move(first), std::move(last)};
  question->answer = &RoomArchive::write_metadata;
  ask(std::move(question));
}

void RoomArchive::ask(std::shared_ptr<Question> question) {
  question->owner = question->queries.front().owner;
  question->room = context_.address(chat::RoomId{question->queries.front().room});
  int& open = under_way_[question->owner];
  if (open >= questions_at_once) {
    return refuse(question->iq, Fault::limited, "Several of your archive queries are still under way; ask again then.");
  }
  ++open;
  User* person = context_.find(question->owner);
  const chat::Conversation conversation{chat::RoomId{question->queries.front().room}, {}};
  if (person != nullptr && person->catching_up().waits(conversation, [this, question] { read(question); })) return;
  read(question);
}

void RoomArchive::read(const std::shared_ptr<Question>& question) {
  // Rows of this turn must be readable before the reader looks.
  context_.gate.when_durable([this, question] {
    context_.store.read_settled(
        [question](store::Reader& reader) {
          const store::ArchiveQuery& of = question->queries.front();
          question->pages.clear();
          question->banned = reader.document(banned_kind, of.network + ' ' + of.owner, of.room).has_value();
          if (question->banned) return;
          for (const store::ArchiveQuery& each : question->queries) question->pages.push_back(reader.archive(each));
        },
        [this, question] { answered(question); });
  });
}

void RoomArchive::answered(const std::shared_ptr<Question>& question) {
  if (pull(question)) return;
  finish(*question);
}

void RoomArchive::finish(const Question& question) {
  if (const auto open = under_way_.find(question.owner); --open->second == 0) under_way_.erase(open);
  if (question.banned) {
    return refuse(question.iq, Fault::forbidden, "You are banned from this room; its archive is closed to you.");
  }
  if (question.refused) {
    context_.link.send(xmpp::make_error_reply(question.iq, *question.refused));
    return;
  }
  for (const store::ArchivePage& page : question.pages) {
    if (page.failed) return refuse(question.iq, Fault::internal, "The archive cannot be read.");
    if (page.unknown_id) {
      return refuse(question.iq, Fault::not_found, "There is no message of that id in this archive.");
    }
  }
  (this->*question.answer)(question);
  context_.wrote();
}

void RoomArchive::write_page(const Question& question) {
  const store::ArchivePage& page = question.pages.front();
  const std::string room = escaped(question.room);
  const bool plain_links = context_.features.lacks(question.iq.get("from"), xmpp::oob_ns);
  const bool rich = context_.features.has(question.iq.get("from"), xhtml_im_ns);
  const auto write_row = [&](const store::Message& row) {
    const auto message = read_room_message(row, question.own_nick, question.room);
    if (!message) return;
    OutgoingMessage shown = message->shown();
    shown.from_bare = room;
    shown.type = "groupchat";
    shown.stanza_id_by = question.room;
    shown.plain_links = plain_links;
    shown.rich = rich;
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", question.room, question.iq.get("from"));
      xmpp::open_archive_result(writer, question.request.query_id, message->stanza_id, message->said);
      write_forwarded(writer, shown, message->content);
    });
  };
  if (question.request.flipped) {
    std::for_each(page.rows.rbegin(), page.rows.rend(), write_row);
  } else {
    std::for_each(page.rows.begin(), page.rows.end(), write_row);
  }
  std::string first, last;
  if (!page.rows.empty()) {
    first = std::to_string(page.rows.front().id);
    last = std::to_string(page.rows.back().id);
  }
  xmpp::Element result = xmpp::make_result(question.iq);
  const bool complete =
      page.complete && !(question.unfinished && question.queries.front().newest && !page.rows.empty());
  result.add(xmpp::make_fin(complete, xmpp::make_page(first, last, page.count)));
  context_.link.send(result);
}

void RoomArchive::write_metadata(const Question& question) {
  std::optional<xmpp::ArchiveEnd> ends[2];
  for (std::size_t i = 0; i < 2; ++i) {
    if (question.pages[i].rows.empty()) continue;
    const store::Message& row = question.pages[i].rows.front();
    ends[i] = xmpp::ArchiveEnd{std::to_string(row.id), store::said_at(row)};
  }
  xmpp::Element result = xmpp::make_result(question.iq);
  result.add(xmpp::make_archive_metadata(ends[0], ends[1]));
  context_.link.send(result);
}

}  // namespace dragoman::gateway
