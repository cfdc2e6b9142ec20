#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/text_hash.hpp"
#include "chat/ids.hpp"

namespace dragoman::backends::irc {

/// Somebody whose presence the owner wants to hear of.
struct Contact {
  enum class Seen : std::uint8_t { unknown, gone, here, away };
  chat::PersonId person;
  std::string nick;  ///< as it was asked for
  Seen seen = Seen::unknown;
  std::string text;     ///< of away
  bool polled = false;  ///< the server does not watch this one
  bool wished = false;  ///< the nickname that we want ourselves; `person` is empty when it is nobody's contact
};
using Contacts = std::unordered_map<std::string, Contact, TextHash, std::equal_to<>>;

/// What one link knows of them.
struct ContactWatch {
  std::vector<std::string> added, removed;      ///< nicknames, not written yet
  std::size_t watched = 0;                      ///< by the server
  std::vector<std::vector<std::string>> polls;  ///< folded names of each ISON that is unanswered
  std::optional<Instant> next_poll;
  unsigned rounds = 0;
};

}  // namespace dragoman::backends::irc
