#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "exit_code.hpp"
#include "instance.hpp"
#include "net/loop.hpp"
#include "store/opening.hpp"
#include "verbs/biboumi_import.hpp"
#include "verbs/imports.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

/// The network that is meant: the one of this name, or the only one of IRC.
const NetworkEntry* find_network(const Config& config, const std::string& jid) {
  const NetworkEntry* found = nullptr;
  for (const NetworkEntry& each : config.networks) {
    if (jid.empty() ? each.backend != "irc" : each.jid != jid) continue;
    if (found != nullptr) return nullptr;
    found = &each;
  }
  return found;
}

/// A folder for a database that is thrown away.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "dragoman-import-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  store::Store::Options options() const { return {folder_ + "/dragoman.db", folder_ + "/dragoman.key"}; }

 private:
  std::string folder_;
};

void print(const BiboumiImport::Report& report, bool dry_run) {
  std::printf("%s: %s, settings of %s, of %s and of %s, %s, %s\n", dry_run ? "would come over" : "came over",
              counted(report.accounts, "account").c_str(), counted(report.settings, "person").c_str(),
              counted(report.servers, "server").c_str(), counted(report.channels, "channel").c_str(),
              counted(report.contacts, "contact").c_str(), counted(report.messages, "message").c_str());
  if (report.known > 0) std::printf("there already: %s\n", counted(report.known, "message").c_str());
  for (const auto& [why, left] : report.left) {
    std::printf("not taken over: %s (%s, first: %s)\n", why.c_str(), counted(left.times, "time").c_str(),
                left.first.c_str());
  }
}

int import_biboumi(const ImportOptions& options) {
  if (options.config.empty()) return report({Fault::unacceptable, "say into which gateway: --config FILE"});
  Config config;
  if (!read_for_verb(options.config, config)) return exit_code::config;
  const NetworkEntry* entry = find_network(config, options.network);
  if (entry == nullptr) {
    return report({Fault::unacceptable, options.network.empty()
                                            ? "there is not exactly one network of IRC: say which, with --network JID"
                                            : options.network + " is no network of this configuration"});
  }
  log::set_level(log::Level::error);
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};
  Instance instance{*entry, loop, random, [](bool) {}};
  if (!instance.usable()) {
    for (const std::string& problem : config.file.problems()) std::fprintf(stderr, "%s\n", problem.c_str());
    return exit_code::config;
  }
  auto from = BiboumiDatabase::open(options.file);
  if (!from) return report(from.error());
  // To look makes no database where there is none.
  std::optional<Scratch> scratch;
  if (options.dry_run && !std::filesystem::exists(config.store.path)) config.store = scratch.emplace().options();
  auto to = store::open_database(config.store, random);
  if (!to) {
    if (to.error().fault != Fault::conflict) return report(to.error());
    return report({Fault::conflict, to.error().text + ". Nothing is imported while a gateway runs"});
  }
  BiboumiImport import{*from, *to, instance.network(), entry->jid, random};
  const auto done = import.run(!options.dry_run);
  if (!done) return report(done.error());
  print(*done, options.dry_run);
  return exit_code::ok;
}

}  // namespace

Action add_import(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto options = std::make_shared<ImportOptions>();
  command.add_option("--config", options->config, "The configuration file (TOML); matterbridge needs none");
  command.add_option("--network", options->network, "Into this network (its jid); without: the only one of IRC");
  command.add_flag("--dry-run", options->dry_run, "Only say what would come over");
  command.add_option("PROGRAM", options->program, "What they come from: biboumi (people), matterbridge (bridges)")
      ->required()
      ->check(CLI::IsMember({"biboumi", "matterbridge"}));
  command.add_option("FILE", options->file, "Its database (SQLite) or its matterbridge.toml; it is only read")
      ->required();
  return [options] { return options->program == "biboumi" ? import_biboumi(*options) : import_matterbridge(*options); };
}

}  // namespace dragoman::verbs
