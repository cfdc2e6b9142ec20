#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "backends/matrix/event.hpp"
#include "chat/content.hpp"

// What an event of a room's timeline says, as far as it is a message or about one. Every field is checked for its type;
// a relation that makes no sense is as if it were not there, so that what was said is still read.

namespace dragoman::backends::matrix {

/// m.mentions: whom a message is for (client-server API, "User and room mentions").
struct Mentions {
  bool told = false;  ///< without it clients look for names in the text
  std::vector<std::string> users{};
  bool room = false;  ///< "@room"
};

/// A message. Attachments have mxc URIs; `content.reply_to` and `content.thread` are event ids; mention spans have the
/// user id as their value.
struct Said {
  chat::Content content;
  Mentions mentions{};
};
/// A poll (MSC3381): the content is its question and its numbered answers.
struct PollStarted {
  struct Answer {
    std::string id, text;
  };
  chat::Content content;
  std::string question;
  std::vector<Answer> answers;  ///< at most 20
  std::size_t most_selections = 1;
  bool disclosed = false;  ///< votes may be shown before the end
  bool stable = false;     ///< which names its events have: votes for it must have the same
};
struct Edited {
  std::string edited;  ///< event id
  chat::Content content;
  Mentions mentions{};
  std::optional<PollStarted> poll{};  ///< what is asked now, when it was a poll
};
/// One reaction more of its sender; it goes by a redaction of the reaction's own event.
struct Reacted {
  std::string message;  ///< event id
  std::string key;      ///< an emoji, or ":name:" of a custom one
};
struct Redacted {
  std::string redacted;  ///< event id, of any event: a message, a reaction, state
  std::string reason;
};
struct PollVoted {
  std::string poll;                  ///< event id
  std::vector<std::string> answers;  ///< ids; empty: the vote is taken back
};
struct PollEnded {
  std::string poll;  ///< event id
  std::string text;  ///< what the sender's client says of the result; may be empty
};
/// m.room.encrypted: said here in place of what it hides; that it belongs to a thread or answers somebody is in the
/// clear.
struct Encrypted {
  chat::Content content;  ///< of Kind::encrypted, whose text says so
  std::string edited;     ///< event id, when it is an edit
};
/// Nothing that is shown as a message: state, what was redacted, verification requests, what only programs understand.
struct NoMessage {};

using Message = std::variant<Said, Edited, Reacted, Redacted, PollStarted, PollVoted, PollEnded, Encrypted, NoMessage>;

Message read_message(const Event& event);

/// Of an event in a thread what it is shown as an answer to where there are no threads: what its sender names for such
/// clients ("Fallback for unthreaded clients"), else the root of the thread. Empty: it is in none.
std::string answered_in_thread(const Event& event);

}  // namespace dragoman::backends::matrix
