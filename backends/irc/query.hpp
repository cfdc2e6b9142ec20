#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::irc {

/// What has come of the answer to a question so far.
struct WhoisAnswer {
  chat::Profile profile;
  bool found = false;
};
struct ListAnswer {
  chat::RoomList rooms;
  std::string filter;  ///< lower case; empty: all
  std::size_t limit = 0;
};
struct BansAnswer {
  chat::StandingList standings;
};
struct CtcpPingAnswer {
  std::string token;
};

/// A question whose answer comes in several numerics.
struct Query {
  chat::CommandId command{};
  std::string target;  ///< folded nickname or channel; empty for LIST
  Instant deadline{};
  std::variant<WhoisAnswer, ListAnswer, BansAnswer, CtcpPingAnswer> answer;
};

}  // namespace dragoman::backends::irc
