#pragma once

#include <optional>

#include "backends/matrix/event.hpp"
#include "backends/matrix/state.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::matrix {

/// A content as the owner can read it: files at links that anybody can open, people by the nicknames that they have in
/// the room.
chat::Content for_owner(const State& state, const Room& room, chat::Content content);

/// A message of somebody. Its time is what the sender's homeserver says, but never in the future.
chat::MessageReceived make_received(State& state, Room& room, const Event& event, chat::Content content, bool replayed,
                                    Timestamp now);

/// The same of an event of the past, in its latest version; nothing when it is no message or was taken back.
std::optional<chat::MessageReceived> read_past(State& state, Room& room, const Event& event, Timestamp now);

}  // namespace dragoman::backends::matrix
