#pragma once

#include "base/clock.hpp"
#include "chat/event.hpp"

#include <string>
#include <variant>

namespace dragoman::backends::irc {

/// A question whose answer comes in several numerics.
struct Query {
  struct Whois { chat::Profile profile; bool found = false; };
  struct List { chat::RoomList rooms; std::string filter; std::size_t limit = 0; };
  struct Bans { chat::StandingList standings; };
  struct CtcpPing { std::string token; };

  chat::CommandId command{};
  std::string target;    ///< folded nickname or channel; empty for LIST
  Instant deadline{};
  std::variant<Whois, List, Bans, CtcpPing> answer;
};

}  // namespace dragoman::backends::irc
