#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/command.hpp"
#include "gateway/returned.hpp"
#include "xmpp/element.hpp"

namespace dragoman::gateway {

/// What a message says beside its text: what it is about (an edit, a retraction, reactions, a reply), how it may be
/// treated. Most messages have none.
struct Annotation {
  std::vector<xmpp::Element> elements;
  std::string quote;       ///< stands in front of the body, for clients that know no replies
  bool has_body = true;    ///< false: it says something only to clients that know the elements
  bool has_files = false;  ///< the elements are also those of the attachments
  std::string body;        ///< with has_files: as it was said, with the quotation; empty: it is made of the content
};

/// Of a message command and what its row keeps. `room`: the address of the room, which names a moderator; empty outside
/// of rooms. Pure.
std::optional<Annotation> annotate(const chat::Command& command, const Reference& reference, std::string_view room);
/// The text of a message command; of a retraction what clients show that do not know it.
const chat::Content& said_in(const chat::Command& command);
/// The room itself says it, not an occupant: only so moderation is believed (XEP-0425 5).
bool speaks_as_room(const chat::Command& command);
/// The lines "> ..." in front of a reply, from the text that is replied to: its beginning.
std::string quote_of(std::string_view text);

}  // namespace dragoman::gateway
