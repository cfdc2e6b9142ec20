#pragma once

#include <string>
#include <vector>

#include "config.hpp"

namespace dragoman {

/// What a later version of the configuration changes outside of its networks.
struct ConfigChanges {
  bool log_level = false;
  bool server = false;                  ///< where the XMPP server is
  bool releases = false;                ///< [autoupdate], which every network tells of
  std::vector<std::string> at_restart;  ///< keys that only a restart brings into effect: "store.path"
};
/// Neither of them has mistakes. `running` is what the program was started with, `before` what was applied last.
ConfigChanges compare(const Settings& running, const Config& before, const Config& after);

/// The keys of a [[network]] that differ, as the operator wrote them ("allow", "irc.flood.burst"); that of a
/// file (`secret_file`, `irc.ca_file` ...) too when only what is in it differs. Empty: it is the same network.
std::vector<std::string> changed_keys(const NetworkEntry& before, const NetworkEntry& after);

/// "allow, irc.flood.burst"
std::string listed(const std::vector<std::string>& keys);

}  // namespace dragoman
