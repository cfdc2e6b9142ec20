#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"
#include "backends/matrix/message_read.hpp"
#include "chat/command.hpp"

// Polls (MSC3381) as text: who votes for what, how it ends, and a vote by answering with the number of an answer.

namespace dragoman::backends::matrix {

struct Room;

/// A poll that was begun while somebody was listening.
struct Poll {
  std::string room, by;  ///< room id; user id of who asks
  PollStarted asked;
  std::map<std::string, std::vector<std::string>> votes{};  ///< by user id: ids of answers
};

/// The newest ones, by the event id of each.
struct Polls {
  static constexpr std::size_t most = 64;
  std::map<std::string, Poll> of;
  std::list<std::string> ages;  ///< the oldest one first
};

void note_poll(State& state, const Room& room, const Event& event, const PollStarted& started);
/// What is said of a vote; empty: nothing.
std::string take_vote(State& state, const Room& room, const Event& event, const PollVoted& voted);
/// What is said of the end; empty: it is none, for whoever says so may not end it.
std::string end_poll(State& state, const Room& room, const Event& event, const PollEnded& ended);

/// An answer to a poll that is nothing but numbers of its answers is a vote. False: it is something else.
bool vote(State& state, const Room& room, chat::CommandId id, const chat::SendMessage& send, Effects& effects);

}  // namespace dragoman::backends::matrix
