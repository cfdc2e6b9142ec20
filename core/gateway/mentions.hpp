#pragma once

#include <string_view>

#include "chat/content.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// Mentions (XEP-0372) in both directions. A content has them as spans over its text, whose value is the nickname in
// the room or, outside of rooms, the name in the address.

namespace dragoman::gateway {

/// Adds what `message` marks in its `body`, where the same words stand in content.text too.
void read_mentions(const xmpp::Element& message, std::string_view body, chat::Content& content);
/// `body` is what is said, of content.text and what was added to it; `room` the address of the room.
void write_mentions(xmpp::Writer& writer, const chat::Content& content, std::string_view body, std::string_view room);

}  // namespace dragoman::gateway
