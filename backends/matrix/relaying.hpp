#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "backends/matrix/call.hpp"
#include "backends/matrix/effects.hpp"
#include "backends/matrix/line_id.hpp"
#include "chat/command.hpp"

// What a bridge says for people (Content::shown_author). Homeservers take few messages of one account, 12 a minute by
// default: lines that wait for such a limit become one event of several lines.

namespace dragoman::backends::matrix {

struct Room;
struct Saying;

/// Lines that are said in one event.
struct Relayed {
  std::string transaction;
  std::vector<std::string> keys;      ///< of the lines, in order: the transaction each would have alone
  std::vector<nlohmann::json> lines;  ///< the content of each alone; null: it was taken back
  std::string event_id;               ///< once the homeserver has taken it

  /// It has not been sent before this session began, so that the homeserver cannot have it without the lines that are
  /// added now.
  bool fresh = false;
  /// `RelayedRoom::kept` has it as it is now.
  bool named = false;
  CallId call{};
  /// Who waits for the answer, and for which line.
  std::vector<std::pair<chat::CommandId, std::size_t>> waiting{};
};

/// Of one room: events that are not answered yet, and the last ones of several lines, whose lines may still be
/// corrected one by one.
struct RelayedRoom {
  std::list<Relayed> open, said;
  std::string kept;  ///< of `open`, as it was written down last
};

/// Says a line, alone or with others that wait; with a key that was performed before it is the same event again. False:
/// it is none, and goes its usual way. `events`: what make_messages() has made of it.
bool relay(State& state, const Room& room, const Saying& saying, const std::vector<nlohmann::json>& events,
           Effects& effects);
/// The same for a correction or a retraction of a line that was said together with others. False: it was alone.
bool relay_edit(State& state, const Room& room, chat::CommandId id, const chat::EditMessage& edit,
                const std::vector<nlohmann::json>& events, Effects& effects);
bool relay_retraction(State& state, const Room& room, chat::CommandId id, const chat::RetractMessage& retract,
                      Effects& effects);

/// While a limit holds lines back, those that wait one behind the other become one event.
void join_waiting(State& state, Effects& effects);

/// One event that says all lines that are left.
nlohmann::json joined_event(const std::vector<nlohmann::json>& lines);

}  // namespace dragoman::backends::matrix
