#include "gateway/room_message.hpp"

#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/returned.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

RoomMessage::RoomMessage(const OutgoingMessage& message, const chat::Content& what, store::RowId of_row)
    : row(of_row),
      resource(message.from_resource),
      id(message.id),
      origin_id(message.origin_id),
      stanza_id(message.stanza_id),
      occupant_id(message.occupant_id),
      delay(message.delay),
      content(what) {}

OutgoingMessage RoomMessage::shown() const {
  OutgoingMessage message;
  message.from_resource = resource;
  message.id = id;
  message.origin_id = origin_id;
  message.stanza_id = stanza_id;
  message.occupant_id = occupant_id;
  message.delay = delay;
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

std::optional<RoomMessage> read_room_message(const store::Message& row, std::string_view own_nick) {
  const auto command = delivery::read_command(row.content, {});
  const auto* send = command ? std::get_if<chat::SendMessage>(&*command) : nullptr;
  if (send == nullptr) {
    LOG_ERROR("a message of the archive cannot be read and is left out", row.id);
    return std::nullopt;
  }
  const Reference reference = read_reference(row.stanza_id);
  RoomMessage message;
  message.row = row.id;
  message.resource = shown_resource(row, own_nick);
  const bool own = row.direction == store::Direction::to_network;
  message.id = own ? std::string{reference.id} : incoming_id(row);
  if (own) message.origin_id = reference.origin_id;
  message.stanza_id = std::to_string(row.id);
  message.occupant_id = reference.occupant_id;
  message.said = store::said_at(row);
  message.content = send->content;
  return message;
}

}  // namespace dragoman::gateway
