#include "store/backup.hpp"

#include <cstdio>
#include <memory>
#include <string>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exit_code.hpp"
#include "instance.hpp"
#include "store/files.hpp"
#include "store/key.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

struct BackupOptions {
  std::string config, target;
  bool with_key = false, force = false;
};

/// What a backup says of itself; restore reads it aloud.
std::string backup_note(const store::Store::Options& from) {
  return nlohmann::json{{"made", time_text(SystemClock{}.utc())},
                        {"by", software()},
                        {"database", from.path},
                        {"key_file", from.key_file}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> may_write(const BackupOptions& options) {
  struct stat status {};
  if (::stat(options.target.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return failure(Fault::unacceptable, options.target + ": this is a folder; name a file in it");
  }
  for (const std::string& file : {options.target, options.target + ".key"}) {
    const bool wanted = file == options.target || options.with_key;
    if (options.force || !wanted || ::stat(file.c_str(), &status) != 0) continue;
    return failure(Fault::unacceptable, file + ": there is such a file; name another one, or add --force");
  }
  return {};
}

Result<void> copy_key(const std::string& from, const std::string& to) {
  const auto key = store::Key::read(from);
  if (!key) return key.error();
  return store::write_private(to, {reinterpret_cast<const char*>(key->bytes()), store::Key::size}, store::Owner::self);
}

void tell_of_key(const BackupOptions& options, const std::string& key_file, bool sealed) {
  if (options.with_key) {
    std::printf(
        "%s.key: the key of its passwords. Who has both files can read them: keep them apart, or where only you "
        "can read\n",
        options.target.c_str());
  } else if (sealed) {
    std::printf("The passwords in it are encrypted with %s, which is not in it: keep a copy of that elsewhere\n",
                key_file.c_str());
  }
}

int make_backup(const BackupOptions& options) {
  Config config;
  if (!read_for_verb(options.config, config)) return exit_code::config;
  if (const auto may = may_write(options); !may) return report(may.error());
  // The key first: when there is a database file without its key, the operator has to know.
  if (options.with_key) {
    if (const auto done = copy_key(config.store.key_file, options.target + ".key"); !done) return report(done.error());
  }
  const auto made = store::back_up(config.store.path, options.target, backup_note(config.store));
  if (!made) {
    if (made.error().fault != Fault::not_found) return report(made.error());
    return report({Fault::not_found, made.error().text + ", so there is nothing to copy yet"});
  }
  struct stat status {};
  ::stat(options.target.c_str(), &status);
  std::printf("%s: %s (%lld waiting), %s, format %d, %s\n", options.target.c_str(),
              counted(made->messages, "message").c_str(), static_cast<long long>(made->waiting),
              counted(made->accounts, "account").c_str(), made->format,
              size_text(static_cast<std::uint64_t>(status.st_size)).c_str());
  tell_of_key(options, config.store.key_file, made->sealed);
  return exit_code::ok;
}

}  // namespace

Action add_backup(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto options = std::make_shared<BackupOptions>();
  command.add_option("--config", options->config, "The configuration file (TOML)")->required();
  command.add_flag("--with-key", options->with_key, "Also copy the key file, to FILE.key");
  command.add_flag("--force", options->force, "Replace FILE when it is there");
  command.add_option("FILE", options->target, "Where to write the copy")->required();
  return [options] { return make_backup(*options); };
}

}  // namespace dragoman::verbs
