#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
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
struct SearchAnswer {
  chat::PeopleList people;
  std::string mask;  ///< as it was sent
  std::string nick;  ///< folded, while WHOIS for it is unanswered
  std::size_t limit = 0;
};
struct BansAnswer {
  chat::StandingList standings;
  std::string unbanned;  ///< a nickname: the bans that are for it are taken away, and nothing is listed
};
/// VERSION, TIME or PING of somebody's client.
struct CtcpAnswer {
  std::string command;
  std::string token;  ///< what PING has to bring back
};
/// Waits for the answer to MODE.
struct FormAnswer {};
/// One letter of a change of settings.
struct SettingChange {
  bool set = true;
  char letter = 0;
  std::string parameter;
  std::string label;  ///< as the form calls it; empty: a step of another change
};
struct SettingsAnswer {
  std::string token;  ///< of the PING behind the lines
  std::vector<SettingChange> changes;
  Fault fault = Fault::forbidden;
  std::string trouble;  ///< what the server said first
};

/// A question whose answer comes in several numerics.
struct Query {
  chat::CommandId command{};
  std::string target;  ///< folded nickname, channel or mask; empty for LIST
  Instant deadline{};
  std::variant<WhoisAnswer, ListAnswer, SearchAnswer, BansAnswer, CtcpAnswer, FormAnswer, SettingsAnswer> answer;
};

}  // namespace dragoman::backends::irc
