#pragma once

#include <optional>
#include <string>

#include "bridge/plan.hpp"
#include "bridge/puppets.hpp"
#include "chat/account.hpp"
#include "chat/network.hpp"

namespace dragoman::bridge {

/// With what account somebody of another leg goes to a room: as an occupant of an XMPP room, as a user of a network
/// that lends voices, or (LegPlan::connects) over a connection of their own. That is an owner of its own there, so that
/// what a network derives from one (ident, source address) is always that of the same person, and nobody else's.
/// The setting "voice" of the others says who they are: the localpart with which an XMPP room is entered; for a network
/// that lends voices "DOMAIN/LOCAL", which no bare JID is, or "ROOM/IDENTITY" with the setting "hidden" where that is
/// not to be shown.
chat::Account account_of(const std::string& bridge, const LegPlan& leg, const Persona& who,
                         const chat::Network& network, std::optional<Timestamp> said_since);

/// Whether what came to somebody alone over a connection of their own is for the person: not what services and servers
/// say to everybody who connects.
bool is_for_the_person(const chat::Network& network, const chat::MessageReceived& message);

}  // namespace dragoman::bridge
