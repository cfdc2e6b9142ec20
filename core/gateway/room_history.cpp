#include "gateway/room_history.hpp"

#include <algorithm>

#include "delivery/content_json.hpp"
#include "gateway/room.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/oob.hpp"

namespace dragoman::gateway {

namespace {

/// Characters of the whole stanza, as XEP-0045 7.2.13 counts them.
std::size_t characters(std::string_view xml) {
  return static_cast<std::size_t>(std::count_if(
      xml.begin(), xml.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

}  // namespace

std::optional<store::ArchiveQuery> history_query(const xmpp::HistoryLimits& limits, std::size_t usual, Timestamp now) {
  const bool silent = !limits.max_stanzas && !limits.max_characters && !limits.seconds && !limits.since;
  const std::size_t stanzas = std::min(limits.max_stanzas.value_or(silent ? usual : most_history), most_history);
  if (stanzas == 0 || limits.max_characters == 0u || limits.seconds == std::chrono::seconds{0}) return std::nullopt;
  store::ArchiveQuery query;
  query.limit = stanzas;
  query.newest = true;
  // Reactions are for archives: many would leave no room for what was said.
  query.wanted = [](const store::Message& row) { return may_be_kept(row) && !delivery::is_reaction(row.content); };
  query.start = limits.since;
  if (limits.seconds) query.start = std::max(query.start.value_or(Timestamp{}), now - *limits.seconds);
  if (query.start && *query.start > now) return std::nullopt;
  return query;
}

// Room: what is said in it, and the history of those who enter.

void Room::write_message(const std::string& to, const OutgoingMessage& message, const chat::Content& content) {
  OutgoingMessage copy = message;
  copy.from_bare = prepared_;
  copy.to = to;
  copy.type = "groupchat";
  copy.stanza_id_by = address_;
  if (copy.delay) copy.delay_from = address_;
  if (!content.attachments.empty()) copy.plain_links = context_.features.lacks(to, xmpp::oob_ns);
  if (!content.spans.empty()) copy.rich = context_.features.has(to, xhtml_im_ns);
  context_.link.write([&](xmpp::Writer& writer) { write(writer, copy, content); });
}

void Room::say(const OutgoingMessage& message, const chat::Content& content, store::RowId row, bool own) {
  last_said_ = context_.timers.clock().now();
  settle(message.from_resource);
  // Messages from before a restart may come before the network has let us in again: the clients are still there.
  for (Resource& to : resources_) {
    if (!own && row <= to.arrival.heard) continue;
    if (!to.is_ready()) {
      to.arrival.history->meanwhile.emplace_back(message, content, row);
      continue;
    }
    if (state_ != State::joining) complete(to);
    write_message(to.jid, message, content);
  }
}

bool Room::whisper(const OutgoingMessage& message, const chat::Content& content) {
  bool heard = false;
  to_each([&](const Resource& to) {
    OutgoingMessage each = message;
    each.from_bare = prepared_;
    each.to = to.jid;
    each.type = "chat";
    each.private_in_room = true;
    if (each.delay) each.delay_from = address_;
    context_.link.write([&](xmpp::Writer& writer) { write(writer, each, content); });
    heard = true;
  });
  return heard;
}

void Room::show(std::string_view resource, const std::function<void(xmpp::Writer&)>& inside) {
  settle(resource);
  to_each([&](const Resource& to) {
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin_prepared("message", prepared_, resource, to.jid);
      writer.attribute("type", "groupchat");
      inside(writer);
    });
  });
}

void Room::announce(std::string_view text) {
  if (!context_.link.up() || state_ == State::joining) return;
  const chat::Content content = chat::plain(std::string{text});
  const std::string id = "status-" + context_.random.hex(8);
  OutgoingMessage message;
  message.id = id;
  for (Resource& to : resources_) {
    if (!to.is_ready()) {
      to.arrival.history->meanwhile.emplace_back(message, content, 0);
      continue;
    }
    complete(to);
    write_message(to.jid, message, content);
  }
}

void Room::announce_behind_snapshot(std::string_view text) {
  OutgoingMessage message;
  const std::string id = "status-" + context_.random.hex(8);
  message.id = id;
  for (Resource& to : resources_) {
    auto& history = to.arrival.history;
    if (!history) {
      history = std::make_unique<JoinHistory>();
      history->here = true;
    }
    history->meanwhile.emplace(history->meanwhile.begin(), message, chat::plain(std::string{text}), 0);
  }
}

void Room::history_is_coming() {
  for (Resource& resource : resources_) {
    if (!resource.arrival.history) continue;
    resource.arrival.history->here = false;
    resource.arrival.history->question = 0;
  }
}

void Room::history_is_here(store::RowId newest,
                           const std::function<void(const std::string& jid, const JoinHistory&)>& read) {
  for (Resource& resource : resources_) {
    if (newest > resource.arrival.heard) resource.arrival.heard = newest;
    JoinHistory* history = resource.arrival.history.get();
    if (history == nullptr) continue;
    history->question = context_.next_question();
    history->query.before = newest + 1;
    read(resource.jid, *history);
  }
}

void Room::on_history(std::string_view jid, std::uint64_t question, std::vector<RoomMessage> history) {
  Resource* resource = find(jid);
  if (resource == nullptr || resource->is_ready() || resource->arrival.history->question != question) return;
  resource->arrival.history->page = std::move(history);
  resource->arrival.history->here = true;
  write_on();
}

void Room::write_history(Resource& resource) {
  if (!resource.arrival.history) return;
  JoinHistory& history = *resource.arrival.history;
  for (RoomMessage& message : history.page) message.delay = message.said;
  auto first = history.page.begin();
  if (history.max_characters) {
    std::string xml;
    std::size_t left = *history.max_characters;
    for (first = history.page.end(); first != history.page.begin(); --first) {
      OutgoingMessage message = std::prev(first)->shown();
      message.from_bare = prepared_;
      message.to = resource.jid;
      message.type = "groupchat";
      message.stanza_id_by = message.delay_from = address_;
      message.plain_links = context_.features.lacks(resource.jid, xmpp::oob_ns);
      message.rich = context_.features.has(resource.jid, xhtml_im_ns);
      xml.clear();
      xmpp::Writer writer{xml, context_.link.jid().str()};
      write(writer, message, std::prev(first)->content);
      if (!writer.end()) break;
      const std::size_t size = characters(xml);
      if (size > left) break;
      left -= size;
    }
  }
  history.page.erase(history.page.begin(), first);
  for (const RoomMessage& message : history.page) write_message(resource.jid, message.shown(), message.content);
}

void Room::write_meanwhile(Resource& resource) {
  const auto history = std::move(resource.arrival.history);
  if (!history) return;
  for (const RoomMessage& message : history->meanwhile) {
    // An own message may have been taken by the network between the entering and the reading.
    const bool was_history =
        message.row != 0 && std::any_of(history->page.begin(), history->page.end(),
                                        [&](const RoomMessage& p) { return p.row == message.row; });
    if (!was_history) write_message(resource.jid, message.shown(), message.content);
  }
}

}  // namespace dragoman::gateway
