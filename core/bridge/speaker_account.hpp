#pragma once

#include <optional>
#include <string>

#include "bridge/plan.hpp"
#include "bridge/puppets.hpp"
#include "chat/account.hpp"
#include "chat/network.hpp"

namespace dragoman::bridge {

/// With what account somebody of another leg goes to a room: as an occupant of an XMPP room, or (LegPlan::connects)
/// over a connection of their own. It is an owner of its own there, so that what a network derives from one (ident,
/// source address) is always that of the same person, and nobody else's.
chat::Account account_of(const std::string& bridge, const LegPlan& leg, const Persona& who,
                         const chat::Network& network, std::optional<Timestamp> said_since);

/// Whether what came to somebody alone over a connection of their own is for the person: not what services and servers
/// say to everybody who connects.
bool is_for_the_person(const chat::Network& network, const chat::MessageReceived& message);

}  // namespace dragoman::bridge
