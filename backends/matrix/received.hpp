#pragma once

#include <optional>

#include "backends/matrix/event.hpp"
#include "backends/matrix/state.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::matrix {

/// What cannot be read is said once in this time, for each person.
inline constexpr auto silence_about_encrypted = std::chrono::hours{1};

/// A content as the owner can read it: files at links that anybody can open, people by the nicknames that they have in
/// the room.
chat::Content for_owner(const State& state, const Room& room, chat::Content content);

/// What is inside of an encrypted event; nothing: it is none, or it cannot be read.
std::optional<Event> opened_event(const State& state, const Room& room, const Event& event);

/// A message of somebody. Its time is what the sender's homeserver says, but never in the future.
chat::MessageReceived make_received(State& state, Room& room, const Event& event, chat::Content content, bool replayed,
                                    Timestamp now);

/// The same of an event of the past, in its latest version; nothing when it is no message or was taken back.
std::optional<chat::MessageReceived> read_past(State& state, Room& room, const Event& event, Timestamp now);

}  // namespace dragoman::backends::matrix
