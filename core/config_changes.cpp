#include "config_changes.hpp"

#include <string_view>

namespace dragoman {

namespace {

/// What reload() applies by itself; a key that nobody thought of here needs a restart, and that is said.
bool takes_effect_at_once(std::string_view key) {
  return key == "log.level" || key == "xmpp.server" || key.starts_with("autoupdate.") || key == "network" ||
         key == "bridge" || key == "bridge_pattern" || key.starts_with("link.");
}

}  // namespace

ConfigChanges compare(const Settings& running, const Config& before, const Config& after) {
  ConfigChanges changes;
  changes.log_level = before.level != after.level;
  changes.server = before.server != after.server;
  for (const std::string& key : before.file.differences(after.file)) {
    changes.releases = changes.releases || key.starts_with("autoupdate.");
  }
  for (std::string& key : running.differences(after.file)) {
    if (!takes_effect_at_once(key)) changes.at_restart.push_back(std::move(key));
  }
  return changes;
}

std::vector<std::string> changed_keys(const NetworkEntry& before, const NetworkEntry& after) {
  return before.table.differences(after.table);
}

std::string listed(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ", ") + key;
  return text;
}

}  // namespace dragoman
