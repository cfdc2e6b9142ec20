#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "backends/matrix/state.hpp"

namespace dragoman::backends::matrix {

/// What an answer of /sync says of one room, in the order in which it is taken.
struct RoomNews {
  std::vector<Event> changed;  ///< state that was another one before the timeline, or stands in no timeline
  std::vector<Event> events;   ///< what was missed, then the timeline
};

/// Reads a room of "join" or "leave"; `missed`: nullptr when its timeline goes on where the one before ended.
///
/// A homeserver that was asked for it (Features::state_after) says the state at the end of the timeline, and a state
/// event of the timeline that is no part of it, because another one has won, is Event::moot. One that was replaced
/// later in the same timeline is not: so it is told who came and went again. Of members /sync says only those who
/// speak (lazy loading): about others its silence means nothing.
///
/// Others say the state before the timeline, whose own state events follow it. MSC4222; client-server API 1.16, /sync.
RoomNews read_news(const nlohmann::json& room, const Missed* missed);

}  // namespace dragoman::backends::matrix
