#pragma once

#include "store/database.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// "SELECT ... FROM message ": the columns of a Message in the order of to_message(). The content of a row that only
/// refers to another is that one's.
#define DRAGOMAN_MESSAGE_COLUMNS                                                                                     \
  "SELECT id, state, direction, same_as, accepted, sent, expires, network_id, network, owner, room, person, author," \
  " stanza_id, iif(same_as = 0, content, (SELECT content FROM message AS source WHERE source.id = message.same_as))" \
  " FROM message "
inline constexpr const char* message_columns = DRAGOMAN_MESSAGE_COLUMNS;

Message to_message(const Statement& row);

}  // namespace dragoman::store
