#pragma once

#include <string>
#include <vector>

#include "backends/matrix/state.hpp"
#include "chat/content.hpp"

namespace dragoman::backends::matrix {

/// Marks the nicknames of people in the room that stand as words in a text, outside code: XMPP clients complete them
/// and mark nothing, and clients of Matrix call nobody who is not named in m.mentions. Values are user ids. Names of
/// one byte are words of other meaning.
void mark_names(const Room& room, const std::string& self, chat::Content& content);

/// Whom the mentions of a content name, by user id.
std::vector<std::string> mentioned_in(const chat::Content& content);

}  // namespace dragoman::backends::matrix
