#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backends/matrix/call.hpp"
#include "backends/matrix/message_read.hpp"
#include "backends/matrix/poll_result.hpp"
#include "base/clock.hpp"

// Polls (MSC3381) in a network that has none: the text of a poll says how it stands, by corrections (XEP-0308), and the
// number of an answer as the answer to it is a vote. What is not known of a poll (it began before this session, or
// while nobody listened) the homeserver is asked: nothing of it is kept.

namespace dragoman::backends::matrix {

struct Room;
struct Event;
struct Saying;

struct Poll {
  std::string room, by;  ///< room id; user id of who asks
  PollStarted asked;
  Votes votes{};
  /// By user id the event of their vote and when it was cast: the latest one counts.
  struct Cast {
    std::string event;
    Timestamp time{};
  };
  std::map<std::string, Cast> casts{};
  std::string end;  ///< event id of its end; empty: it goes on
  Timestamp ended{};
  /// While the homeserver is asked: who waits for the answer.
  bool asking = false;
  std::vector<std::function<void(State&, Poll*, Effects&)>> waiting{};

  // How often its text is corrected: each time it takes twice as long until the next one.
  std::optional<Instant> due{};  ///< there is news that is shown then
  Instant not_before{};
  unsigned shown = 0;
};

/// Those that were spoken of last, by the event id of each.
struct Polls {
  static constexpr std::size_t most = 64;
  std::map<std::string, Poll> of;
  std::list<std::string> ages;  ///< the oldest one first
};

/// Calls `then` with the poll and its votes, maybe at once; nullptr: there is none, or the homeserver does not say.
void with_poll(State& state, const std::string& room_id, const std::string& event_id,
               std::function<void(State&, Poll*, Effects&)> then, Effects& effects);

void note_poll(State& state, const Room& room, const Event& event, const PollStarted& started);
void on_vote(State& state, Room& room, const Event& event, const PollVoted& voted, Effects& effects);
/// The last correction, and the result as words of whoever ended it.
void on_poll_end(State& state, Room& room, const Event& event, const PollEnded& ended, Effects& effects);
/// What is asked has changed, or was taken back: it is asked for anew when somebody votes.
void forget_poll(State& state, const std::string& event_id);
/// Events of the room are missing.
void forget_polls_of(State& state, const std::string& room_id);
/// True when the redacted event was a vote of a poll that is known.
bool on_vote_redacted(State& state, Room& room, const std::string& redacted, Effects& effects);

/// Shows what is due.
void show_polls(State& state, Effects& effects);
std::optional<Instant> next_poll(const State& state);

/// poll_voting.cpp. An answer that is nothing but numbers may be a vote: what it answers is to be looked at first.
bool may_be_vote(const Saying& saying);
/// Casts it as a vote of the owner. False: the numbers are none of the answers of this poll.
bool cast_vote(State& state, const Room& room, const Saying& saying, const Poll& poll, Effects& effects);

}  // namespace dragoman::backends::matrix
