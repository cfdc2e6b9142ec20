#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/services.hpp"
#include "base/settings.hpp"
#include "chat/network.hpp"

namespace dragoman::backends {

/// What every network's reader gets: the `[network.<kind>]` table, and the name from `[[network]]`.
struct NetworkConfig {
  std::string jid;    ///< the domain that it is reached at
  std::string name;   ///< for people; empty: the network's own
  Settings settings;  ///< problems go here; nullptr is returned when there were any
};

using Make = std::unique_ptr<chat::Network> (*)(NetworkConfig& config, Services& services);

/// The kinds of network in this build, e.g. {"irc"}.
std::vector<std::string> kinds();
/// The maker of a kind, or nullptr.
Make find(const std::string& kind);

}  // namespace dragoman::backends
