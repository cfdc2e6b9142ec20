#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "chat/person.hpp"

namespace dragoman::backends::matrix {

/// What is told and forgotten: who types, and how somebody is.
struct Signals {
  struct Typing {
    Instant refresh{};  ///< the homeserver forgets it soon behind this
    Instant ends{};     ///< who has not said anything for so long does not type any more
  };
  std::map<std::string, Typing> typing;  ///< we type, by room id

  std::string status;                    ///< of SetPresence
  bool presence_waits = false;           ///< it is to be told when `presence_at` comes
  std::optional<Instant> presence_at{};  ///< not before: homeservers take one in ten seconds
};

/// For PUT /presence and set_presence of /sync.
const char* presence_word(chat::Availability availability);

}  // namespace dragoman::backends::matrix
