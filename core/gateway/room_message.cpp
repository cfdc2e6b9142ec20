#include "gateway/room_message.hpp"

#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/returned.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/retraction.hpp"

namespace dragoman::gateway {

RoomMessage::RoomMessage(const OutgoingMessage& message, const chat::Content& what, store::RowId of_row)
    : row(of_row),
      resource(message.from_resource),
      id(message.id),
      origin_id(message.origin_id),
      stanza_id(message.stanza_id),
      occupant_id(message.occupant_id),
      thread_parent(message.thread_parent),
      delay(message.delay),
      content(what) {
  if (message.about != nullptr) about = *message.about;
}

OutgoingMessage RoomMessage::shown() const {
  OutgoingMessage message;
  message.from_resource = resource;
  message.id = id;
  message.origin_id = origin_id;
  message.stanza_id = stanza_id;
  message.occupant_id = occupant_id;
  message.delay = delay;
  message.thread_parent = thread_parent;
  if (about) message.about = &*about;
  return message;
}

std::string incoming_id(const store::Message& row) {
  return row.network_id.empty() ? "in-" + std::to_string(row.id) : row.network_id;
}

std::string shown_resource(const store::Message& row, std::string_view own_nick) {
  const Reference reference = read_reference(row.stanza_id);
  if (!reference.resource.empty()) return std::string{reference.resource};
  const bool own = row.direction == store::Direction::to_network;
  return escaped(xmpp::safe_resource(own ? own_nick : std::string_view{row.author}));
}

bool may_be_kept(const store::Message& row) { return !read_reference(row.stanza_id).no_store; }

namespace {

Annotation describe(const delivery::Tombstone& tombstone, std::string_view room) {
  Annotation about;
  about.has_body = false;
  std::optional<xmpp::Moderator> moderator;
  const std::string by = std::string{room} + '/' + tombstone.by;
  if (!tombstone.by.empty()) moderator = xmpp::Moderator{by, tombstone.by_occupant};
  about.elements.push_back(xmpp::make_tombstone(tombstone.at, tombstone.retraction, moderator, tombstone.reason));
  return about;
}

}  // namespace

std::optional<RoomMessage> read_room_message(const store::Message& row, std::string_view own_nick,
                                             std::string_view room) {
  const Reference reference = read_reference(row.stanza_id);
  RoomMessage message;
  message.row = row.id;
  message.resource = shown_resource(row, own_nick);
  const bool own = row.direction == store::Direction::to_network;
  message.id = own ? std::string{reference.id} : incoming_id(row);
  if (own) message.origin_id = reference.origin_id;
  message.stanza_id = std::to_string(row.id);
  message.occupant_id = reference.occupant_id;
  message.thread_parent = reference.thread_parent;
  message.said = store::said_at(row);
  if (const auto tombstone = delivery::read_tombstone(row.content)) {
    message.about = describe(*tombstone, room);
    return message;
  }
  const auto command = delivery::read_command(row.content, {chat::RoomId{row.room}, {}});
  if (!command) {
    LOG_ERROR("a message of the archive cannot be read and is left out", row.id);
    return std::nullopt;
  }
  message.content = said_in(*command);
  message.about = annotate(*command, reference, room);
  if (speaks_as_room(*command)) message.resource.clear(), message.occupant_id.clear();
  return message;
}

}  // namespace dragoman::gateway
