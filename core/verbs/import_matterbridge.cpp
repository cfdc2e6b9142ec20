#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "exit_code.hpp"
#include "verbs/imports.hpp"
#include "verbs/matterbridge_text.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

/// The network of ours for an account of theirs: the one with the same server, else the only one of its kind.
const NetworkEntry* network_for(Config& config, const MatterbridgeAccount& account) {
  std::vector<const NetworkEntry*> of_kind;
  for (NetworkEntry& each : config.networks) {
    if (each.backend != account.protocol) continue;
    of_kind.push_back(&each);
    Settings settings = each.settings;
    const std::string server = settings.text(account.protocol == "irc" ? "server" : "homeserver");
    if (!account.host.empty() && server.find(account.host) != std::string::npos) return &each;
  }
  return of_kind.size() == 1 ? of_kind.front() : nullptr;
}

}  // namespace

int import_matterbridge(const ImportOptions& options) {
  std::ifstream stream{options.file};
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) return report({Fault::unacceptable, options.file + " cannot be read"});
  const auto tree = TomlTree::parse(content.str());
  const std::string name = std::filesystem::path{options.file}.filename().string();
  if (!tree) return report({Fault::unacceptable, options.file + ": " + tree.error().text});
  const Matterbridge theirs = read_matterbridge(*tree);
  std::map<std::string, std::string> domains;
  if (!options.config.empty()) {
    Config config;
    if (!read_for_verb(options.config, config)) return exit_code::config;
    for (const MatterbridgeAccount& each : theirs.accounts) {
      if (const NetworkEntry* entry = network_for(config, each)) domains[each.name] = entry->jid;
    }
  }
  std::printf("%s", bridges_text(theirs, name, domains).c_str());
  return exit_code::ok;
}

}  // namespace dragoman::verbs
