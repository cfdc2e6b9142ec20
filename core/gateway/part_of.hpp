#pragma once

#include <string>

#include "chat/command.hpp"
#include "chat/network.hpp"

namespace dragoman::gateway {

/// The part of the network that a command concerns: of the room or person that it names, else the one that it says.
std::string part_of(const chat::Network& network, const chat::Command& command);

}  // namespace dragoman::gateway
