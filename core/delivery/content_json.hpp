#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "chat/command.hpp"

namespace dragoman::delivery {

/// The four commands that are messages, and so become rows. Everything else lives in memory.
bool is_message(const chat::Command& command);
/// The conversation that a message command belongs to; an empty one for other commands.
const chat::Conversation& conversation_of(const chat::Command& command);

/// A message command as the text of a row (JSON, without the conversation: that has columns of its own).
std::string write_command(const chat::Command& command);
Result<chat::Command> read_command(std::string_view json, const chat::Conversation& conversation);

/// Whether a stored message is a React, without reading it.
bool is_reaction(std::string_view json);

/// What is left of a message that was taken back, in place of its content.
struct Tombstone {
  Timestamp at{};
  std::string retraction;       ///< id of the message that took it back
  std::string by, by_occupant;  ///< the moderator's nickname as a resource, and occupant id; empty: its author
  std::string reason;
};
std::string write_tombstone(const Tombstone& tombstone);
/// Nothing when the content is not one.
std::optional<Tombstone> read_tombstone(std::string_view json);

/// A content as JSON text, and back; members that are empty are left out.
std::string write_content(const chat::Content& content);
Result<chat::Content> read_content(std::string_view json);

}  // namespace dragoman::delivery
