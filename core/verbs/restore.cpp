#include "store/restore.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

struct RestoreOptions {
  std::string config, source;
};

/// "made 2026-11-28 09:17:13 UTC by dragoman 0.1.0", or nothing for a plain copy of a database.
std::string note_text(const std::string& note) {
  const auto json = nlohmann::json::parse(note, nullptr, false);
  if (!json.is_object()) return {};
  const auto said = [&json](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{"?"};
  };
  return ", made " + said("made") + " by " + said("by");
}

int restore_backup(const RestoreOptions& options) {
  Config config;
  if (!read_for_verb(options.config, config)) return exit_code::config;
  const auto done = store::restore(options.source, config.store, replaced_stamp(SystemClock{}.utc()));
  if (!done) {
    if (done.error().fault != Fault::conflict) return report(done.error());
    return report({Fault::conflict, done.error().text + ". A backup is put back while no gateway runs"});
  }
  const store::Contents& contents = done->contents;
  std::printf("%s: %s (%lld waiting), %s%s\n", config.store.path.c_str(), counted(contents.messages, "message").c_str(),
              static_cast<long long>(contents.waiting), counted(contents.accounts, "account").c_str(),
              note_text(contents.note).c_str());
  if (contents.format < store::newest_format()) {
    std::printf("Its format is %d: the next start converts it to %d, after a copy of it was made\n", contents.format,
                store::newest_format());
  }
  if (done->key_brought) std::printf("%s: the key from beside the backup\n", config.store.key_file.c_str());
  if (!done->kept.empty()) std::printf("%s: what stood there before; delete it when all is well\n", done->kept.c_str());
  if (!done->kept_key.empty()) std::printf("%s: its key\n", done->kept_key.c_str());
  if (contents.waiting > 0) {
    std::printf(
        "What was waiting when the backup was made is sent, or returned when its time is over, at the next "
        "start\n");
  }
  return exit_code::ok;
}

}  // namespace

Action add_restore(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto options = std::make_shared<RestoreOptions>();
  command.add_option("--config", options->config, "The configuration file (TOML)")->required();
  command.add_option("FILE", options->source, "The backup")->required();
  return [options] { return restore_backup(*options); };
}

}  // namespace dragoman::verbs
