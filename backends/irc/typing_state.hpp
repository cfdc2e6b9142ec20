#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "chat/ids.hpp"

namespace dragoman::backends::irc {

/// Who writes just now, and to whom we do, as far as a link has told.
struct TypingState {
  /// Somebody who writes to us.
  struct Writer {
    chat::Conversation conversation;
    chat::PersonId person;
    Instant until;
  };
  std::vector<Writer> writers;
  std::string target, folded;  ///< whom we told last that we write; empty: nobody
  Instant since{}, told_at{};
};

}  // namespace dragoman::backends::irc
