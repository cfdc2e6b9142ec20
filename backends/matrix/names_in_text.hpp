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

/// The same of those only whom a message of Matrix is for (m.mentions): many clients name people in the text without a
/// link to them. By their nickname in the room, or by their user id.
void mark_mentioned(const Room& room, const std::vector<std::string>& users, chat::Content& content);

/// Whether "@room" stands as a word in a text, outside code.
bool names_everybody(const chat::Content& content);

/// Whom the mentions of a content name, by user id.
std::vector<std::string> mentioned_in(const chat::Content& content);

}  // namespace dragoman::backends::matrix
