#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backends/irc/evidence.hpp"
#include "backends/irc/history_question.hpp"
#include "base/clock.hpp"
#include "base/names.hpp"
#include "chat/command.hpp"
#include "chat/event.hpp"

// What is under way on a link: told when all of it has come, or kept until its answer is here.

namespace dragoman::backends::irc {

/// A netsplit while its QUITs come: they become one event for each room.
struct Split {
  std::string text;
  std::map<chat::RoomId, std::vector<NameId>> gone;
};

/// People who come back after a netsplit, while their JOINs come: they become one event for each room.
struct NetJoin {
  std::map<chat::RoomId, std::vector<chat::Occupant>> here;
  std::vector<NameRef> names;  ///< of these, until they are told
};

/// Somebody whose host changes as a QUIT and JOINs (host_change.hpp).
struct HostChange {
  NameRef name;
  std::string nick;
  Instant until;                    ///< then they have quit
  std::vector<chat::RoomId> rooms;  ///< where their JOIN has not come yet
};

/// A +b that a KICK may follow.
struct RecentBan {
  chat::RoomId room;
  std::string mask, actor;
  Instant at{};
};

/// A message that is said again in another way when the server refuses it: without codes (plain_again.hpp).
struct FormattedMessage {
  Evidence::Slot slot = Evidence::none;
  chat::CommandId command{};
  chat::SendMessage message;
};

/// A message that we asked the server to take back (redaction.hpp).
struct Redaction {
  Evidence::Slot slot = Evidence::none;
  chat::CommandId command{};
  std::string target, id;  ///< folded; msgid
};

/// A message of several lines while they come (multiline.hpp).
struct ComingLines {
  std::string reference;
  std::string front;  ///< of the line that they become: tags and source
  std::string target;
  std::string text;
  bool begun = false, notice = false;
};

/// One of those that a bouncer is connected to (bouncer.hpp).
struct BouncerNetwork {
  std::string id, name;
  std::string state;  ///< "connected", "connecting", "disconnected"
  std::string error;  ///< why not
};

/// What few people need of a link: questions about what was said before, and what was taken back.
struct Past {
  std::vector<HistoryQuestion> history;   ///< the first one is asked, the others wait
  std::string late_history;               ///< batch: the answer to a question that has ended
  bool silent = false;                    ///< a question had no answer: no more are asked
  std::vector<Redaction> redactions;      ///< not seen come back yet
  std::vector<FormattedMessage> relayed;  ///< said under other names (relaying.hpp), unanswered
  std::vector<ComingLines> coming;
  std::vector<BouncerNetwork> networks;
};

/// Getting the wished nickname back (regain.hpp).
struct Regain {
  std::size_t step = 0;         ///< of what services can be asked
  std::optional<Instant> next;  ///< when we try it ourselves
  bool trying = false;          ///< our NICK is unanswered
  unsigned attempts = 0;
  unsigned taken = 0;  ///< how often somebody else changed our name
};

}  // namespace dragoman::backends::irc
