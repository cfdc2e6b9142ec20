#pragma once

#include <string_view>

#include "chat/network.hpp"
#include "gateway/context.hpp"

namespace dragoman::gateway {

/// Who or what a person means by what they typed or pasted: an address of ours ("bob@irc.example.org", "xmpp:
/// %23tea@irc.example.org?join", an occupant of a room is the person), else what the network reads (a name, a link of
/// its own). Fault::malformed and not_found as chat::Network::parse.
Result<chat::Network::Address> read_typed(const Context& context, std::string_view typed);

}  // namespace dragoman::gateway
