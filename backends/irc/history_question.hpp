#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::irc {

/// A message as CHATHISTORY names one.
struct Selector {
  std::string id;  ///< msgid
  std::optional<Timestamp> time;

  bool empty() const { return id.empty() && !time; }
  bool operator==(const Selector&) const = default;
};

/// A GetHistory, from the wish to its last page (history.hpp).
struct HistoryQuestion {
  chat::CommandId command{};
  Selector upper, lower;         ///< what is asked for lies between them, exclusive
  std::size_t wanted = 0;        ///< of each conversation
  std::optional<Instant> until;  ///< of the page that is asked
  std::optional<Instant> ends;   ///< with all its pages

  /// Channels and nicknames whose history is still to be asked for; the last one is asked now. Of all people: nothing
  /// until the server has said who they are.
  std::vector<std::string> targets;
  bool lists_targets = false;
  Selector first_upper;  ///< of each target

  // The line that is unanswered.
  bool asked = false;
  std::uint32_t label = 0;
  bool by_time = false;   ///< the server does not know the msgid
  std::string reference;  ///< of the batch that is coming in
  bool is_last = false;   ///< draft/chathistory-end
  std::size_t lines = 0;
  Selector oldest;  ///< line of the page
  std::vector<chat::MessageReceived> page;

  std::vector<chat::MessageReceived> messages;   ///< of this target
  std::vector<chat::MessageReceived> of_others;  ///< of targets that are done
  std::vector<chat::Event> about;                ///< reactions, redactions
  bool complete = true;
};

}  // namespace dragoman::backends::irc
