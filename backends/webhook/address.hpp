#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backends/webhook/hook.hpp"
#include "base/result.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::webhook {

/// What an address of hooks means: "ci" is the hook as a contact, "#ci" its room, "ci/bob" who speaks through it,
/// nothing the service. Fault::malformed says why it is none of these.
Result<chat::Network::Address> parse_address(std::string_view text);

inline chat::RoomId room_of(const std::string& hook) { return chat::RoomId{'#' + hook}; }
inline chat::PersonId contact_of(const std::string& hook) { return chat::PersonId{hook}; }
/// The hook behind a room or a person.
inline std::string hook_of(const chat::RoomId& room) { return room.text.empty() ? std::string{} : room.text.substr(1); }
inline std::string hook_of(const chat::Conversation& conversation) {
  return conversation.room.empty() ? conversation.person.text : hook_of(conversation.room);
}

/// Who speaks through a hook: nobody who could be spoken to, but in its room they have a picture.
chat::PersonId speaker_of(const std::string& hook, const std::string& nickname);
/// The hook and the nickname of such a person; nothing: it is a hook itself.
std::optional<std::pair<std::string, std::string>> read_speaker(const chat::PersonId& person);

}  // namespace dragoman::backends::webhook
