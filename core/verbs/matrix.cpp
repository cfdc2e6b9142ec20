#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "backends/paperwork.hpp"
#include "exit_code.hpp"
#include "instance.hpp"
#include "net/loop.hpp"
#include "store/files.hpp"
#include "verbs/makers.hpp"
#include "verbs/words.hpp"

namespace dragoman::verbs {

namespace {

struct RegistrationOptions {
  std::string config, network, output;
};

/// The registration of the only network that needs one, or of the one that was named.
Result<std::string> registration_of(Config& config, const RegistrationOptions& options) {
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};
  Result<std::string> found = failure(Fault::not_found,
                                      "No network of this configuration is an application service "
                                      "(backend = \"matrix\", mode = \"appservice\")");
  bool several = false;
  for (const NetworkEntry& entry : config.networks) {
    if (!options.network.empty() && entry.jid != options.network) continue;
    Instance instance{entry, loop, random, [](bool) {}};
    if (!instance.usable()) continue;  // why stands among the problems
    auto* paperwork = dynamic_cast<backends::Paperwork*>(&instance.network());
    if (paperwork == nullptr) continue;
    auto written = paperwork->paperwork(config.http.public_url, random);
    if (!written && written.error().fault == Fault::absent) continue;
    if (std::exchange(several, true)) {
      return failure(Fault::conflict, "Several networks are application services: name one with --network JID");
    }
    found = std::move(written);
  }
  return found;
}

int write_registration_file(const RegistrationOptions& options) {
  Config config;
  if (!read_for_verb(options.config, config)) return exit_code::config;
  log::set_level(log::Level::error);
  const auto yaml = registration_of(config, options);
  const auto problems = config.file.problems();
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!problems.empty()) return exit_code::config;
  if (!yaml) return report(yaml.error());
  if (options.output.empty()) {
    std::fputs(yaml->c_str(), stdout);
    return exit_code::ok;
  }
  const auto written = store::write_private(options.output, *yaml, store::Owner::of_folder);
  if (!written) return report(written.error());
  std::printf("%s: give it to the homeserver (Synapse: app_service_config_files) and restart that\n",
              options.output.c_str());
  return exit_code::ok;
}

}  // namespace

Action add_matrix(CLI::App& command) {
  // Shared by CLI11, which writes into it while it parses, and the action.
  const auto options = std::make_shared<RegistrationOptions>();
  CLI::App& registration = *command.add_subcommand(
      "registration", "Print the registration of the application service, always with the same tokens");
  registration.add_option("--config", options->config, "The configuration file (TOML)")->required();
  registration.add_option("--network", options->network, "Of this network (its jid); without: the only one");
  registration.add_option("--output", options->output, "Write it to this file, which only its owner may read");
  command.require_subcommand(1);
  return [options] { return write_registration_file(*options); };
}

}  // namespace dragoman::verbs
