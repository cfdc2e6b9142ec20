#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "chat/ids.hpp"
#include "gateway/context.hpp"

namespace dragoman::gateway {

/// Who is meant by an address of this network: a person ("bob@irc.example.org"), or an occupant of a room
/// ("#tea@irc.example.org/bob"). Fault::not_found: a room, or of somewhere else; Fault::malformed: no address.
Result<chat::PersonId> person_at(const Context& context, std::string_view jid);
/// The room of this network that has this address, also with a resource; nothing: it is none.
std::optional<chat::RoomId> room_at(const Context& context, std::string_view jid);

}  // namespace dragoman::gateway
