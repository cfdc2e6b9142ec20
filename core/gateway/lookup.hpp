#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "chat/ids.hpp"
#include "gateway/context.hpp"
#include "store/message.hpp"

namespace dragoman::gateway {

/// How somebody names a message of a conversation.
struct MessageName {
  std::string text;
  enum class By {
    stanza_id,   ///< of the room (XEP-0359); old clients give the next one
    message_id,  ///< the id or origin-id that clients saw
    network_id,
  } by = By::message_id;
};

/// Finds the row that is meant, the newest one if several are, among the last 5,000 of the conversation; on the
/// reader's thread. `found` runs on ours, later: nobody may still be there who wanted to know.
void find_message(Context& context, const std::string& owner, const chat::Conversation& conversation, MessageName name,
                  std::function<void(const std::optional<store::Message>& row)> found);

/// The same for the newest message that the person got there until `time`, by the network's clock.
void find_received(Context& context, const std::string& owner, const chat::Conversation& conversation, Timestamp time,
                   std::function<void(const std::optional<store::Message>& row)> found);

/// What is known anew of a row; empty parts stay as they are.
store::Evidence amendment(store::RowId row, std::string content, std::string stanza_id);

/// Whether clients know the message of this row by this id.
bool is_called(const store::Message& row, std::string_view id);
/// How clients name the message of this row: as `id` (XEP-0308; everything outside of rooms).
std::string name_of(const store::Message& row);

}  // namespace dragoman::gateway
