#include "store/message_row.hpp"

namespace dragoman::store {

namespace {
Timestamp to_time(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }
}  // namespace

Message to_message(const Statement& row) {
  Message message;
  message.id = row.number(0);
  message.state = static_cast<State>(row.number(1));
  message.direction = static_cast<Direction>(row.number(2));
  message.same_as = row.number(3);
  message.accepted = to_time(row.number(4));
  message.sent = to_time(row.number(5));
  if (!row.is_null(6)) message.expires = to_time(row.number(6));
  message.network_id = row.text(7);
  message.network = row.text(8);
  message.owner = row.text(9);
  message.room = row.text(10);
  message.person = row.text(11);
  message.author = row.text(12);
  message.stanza_id = row.text(13);
  message.content = row.text(14);
  return message;
}

}  // namespace dragoman::store
