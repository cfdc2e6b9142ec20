#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/room_message.hpp"
#include "store/archive.hpp"
#include "xmpp/muc.hpp"

namespace dragoman::gateway {

/// The history that a client gets between the occupants and the subject (XEP-0045 7.2.13). It is read on another
/// thread; what is said meanwhile follows behind the subject.
struct JoinHistory {
  std::uint64_t question = 0;  ///< names the answer
  std::optional<std::size_t> max_characters;
  store::ArchiveQuery query;  ///< what is to be read
  bool here = false;          ///< the answer has come
  std::vector<RoomMessage> page, meanwhile;
};

/// How a client came into a room. What the room had heard until then is history for it, and never said as live.
struct Arrival {
  store::RowId heard = 0;
  std::unique_ptr<JoinHistory> history;  ///< nothing: it wants none, or has it
};

/// At most so many messages are history, whatever is asked for.
inline constexpr std::size_t most_history = 250;

/// What to read for somebody who enters: the strictest limit holds. `usual` is for those who do not say how much they
/// want. Nothing: none, and nothing need be read.
std::optional<store::ArchiveQuery> history_query(const xmpp::HistoryLimits& limits, std::size_t usual, Timestamp now);

}  // namespace dragoman::gateway
