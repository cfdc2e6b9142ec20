#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "chat/event.hpp"
#include "store/message.hpp"

namespace dragoman::gateway {

/// The newest messages of a conversation, to tell what the network says again: by its id, and where that is missing on
/// one side by author, text and time.
class KnownMessages {
 public:
  void add(const store::Message& row);
  void add(const chat::MessageReceived& message);
  bool has(const chat::MessageReceived& message) const;

 private:
  std::set<std::string> ids_, said_;
  std::set<std::string> own_lines_;  // of messages of ours that became several, of which only the first id is kept
};

/// A conversation in which messages may have been missed, while the network is asked for them. What is said meanwhile
/// is put off, so that the archive keeps the order of time.
struct CatchUp {
  std::uint64_t question = 0;  ///< names the answers
  /// The person was not in the room before: what was said is for its archive and for the history of their clients.
  bool quietly = false;
  bool unheard = false;                     ///< nothing of the conversation was known
  std::optional<Timestamp> deaf_since{};    ///< nobody listened since then, as far as is known
  std::optional<chat::HistoryPage> page{};  ///< what the network has said of its own accord; nothing: it is asked
  KnownMessages known{};
  std::vector<chat::Event> put_off{};
  std::vector<std::function<void()>> waiting{};  ///< for the end
};
using CatchUps = std::map<chat::Conversation, CatchUp>;

}  // namespace dragoman::gateway
