#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"
#include "backends/matrix/relaying.hpp"
#include "chat/command.hpp"

namespace dragoman::backends::matrix {

/// A message of the owner on its way into a room: its files are uploaded, then each event is sent.
struct Saying {
  chat::CommandId command{};
  chat::OnceKey key{};
  chat::Content content;  ///< files that have been uploaded have their mxc URI
  /// Files under way, and of which attachment each is.
  struct UnderWay {
    std::size_t attachment = 0;
    bool thumbnail = false;
  };
  std::map<CallId, UnderWay> transfers{};
  /// It may be a vote: what it answers is being looked at (polls.hpp).
  bool undecided = false;
};

/// What is on its way to the homeserver by way of sending.cpp.
struct Sending {
  /// By room id, in order: those whose files are not all there, and what has to wait behind them.
  std::map<std::string, std::list<Saying>> waiting;
  /// Event ids of ours that the homeserver has named last, for /sync answers that say no transaction id.
  std::vector<std::string> own;
  std::size_t next_own = 0;
  std::map<std::string, RelayedRoom> relayed;  ///< by room id: of bridges
};

/// How long a message is tried.
inline constexpr Duration send_patience = std::chrono::minutes{10};
/// The homeserver has named an event of ours.
void note_own(Sending& sending, const std::string& event_id);
/// A message; tried for as long as a person waits for one.
Call message_call(const std::string& room_id, const std::string& transaction, const nlohmann::json& content);

/// The transaction id of an event (client-server API, "Transaction identifiers"): the same for the same key and number
/// after a restart too.
std::string transaction_id(chat::OnceKey key, std::size_t number);

/// Under which the event is kept that the owner has said last in a room.
std::string last_sent_key(const std::string& room_id);

}  // namespace dragoman::backends::matrix
