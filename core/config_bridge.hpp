#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "bridge/plan.hpp"
#include "chat/network.hpp"
#include "config_bridge_puppets.hpp"

namespace dragoman {

/// One [[bridge]], or one of those that a [[bridge_pattern]] stands for. Which rooms its legs are is known when the
/// networks are there: resolve_bridges().
struct BridgeEntry {
  bridge::Plan plan;
  struct Leg {
    Settings table;           ///< for problems that are found later
    std::string via;          ///< the domain that enters an XMPP room; empty: that of the first network
    bool of_pattern = false;  ///< `via` is for whichever leg is an XMPP room
    IrcStyle style{};
  };
  std::vector<Leg> legs;  ///< as those of the plan
};

/// [link]: who may ask for rooms to be tied together, beside admins.
struct LinkEntry {
  std::vector<std::string> allow{"*"};  ///< domains and bare JIDs; "*": everybody who may use a gateway
};
LinkEntry read_link(Settings table);

/// Mistakes go to the settings.
std::vector<BridgeEntry> read_bridges(Settings& file);

/// The networks of the program, in their order; an address elsewhere is an XMPP room.
struct BridgeableNetwork {
  std::string jid;
  chat::Network* network;  ///< nullptr: its table has mistakes
};
/// Finds the room of each leg and checks that no room belongs to two of them, or to one of those `before`: what is said
/// there would go round.
void resolve_bridges(std::vector<BridgeEntry>& bridges, const std::vector<BridgeableNetwork>& networks,
                     const std::vector<bridge::Plan>& before = {});

}  // namespace dragoman
