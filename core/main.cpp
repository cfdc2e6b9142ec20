#include <csignal>
#include <cstdio>
#include <malloc.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "config.hpp"
#include "exit_code.hpp"
#include "program.hpp"
#include "service_manager.hpp"
#include "verbs/verb.hpp"

namespace {

using namespace dragoman;

/// Every person on a network has a socket: the soft limit of 1,024 is for programs that use select(2).
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// A buffer of megabytes that was once needed (a thousand people enter a room of a thousand) goes back to the system.
/// Left to itself, malloc takes the first one that is freed as a sign to keep such sizes from then on.
void keep_big_buffers_out_of_the_heap() {
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}

/// Says each on a line of its own; true when there are any.
bool report(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  return !problems.empty();
}

int run(const std::string& path, bool check_only) {
  ServiceManager::Offer offer = ServiceManager::take_offer();
  Config config = read_config(path);
  log::set_level(config.level);
  Program program{path, std::move(config), std::move(offer)};
  if (report(program.problems())) return exit_code::config;
  report(program.warnings());
  if (check_only) {
    std::printf("%s: the configuration is fine\n", path.c_str());
    return exit_code::ok;
  }
  auto opened = program.open_store();
  if (opened) opened = program.open_admin();
  if (opened) opened = program.open_http();
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().text.c_str());
    // A newer database stays newer until the operator does something: not to be tried again either.
    const Fault fault = opened.error().fault;
    const bool is_final = fault == Fault::unacceptable || fault == Fault::unsupported;
    return is_final ? exit_code::config : exit_code::unavailable;
  }
  return program.run();
}

/// Reads the command line. Either `action` is a verb's, or the gateway is to run. Throws what CLI::App::exit() takes.
struct CommandLine {
  CLI::App app{"dragoman: a gateway between XMPP and other networks (XEP-0114)"};
  std::string config;
  bool check_config = false;
  verbs::Action action;

  CommandLine() {
    app.set_version_flag("--version", software());
    app.add_option("--config", config, "The configuration file (TOML)");
    app.add_flag("--check-config", check_config,
                 "Read the configuration, say what is wrong with it, and exit with 0 or 78");
    app.require_subcommand(0, 1);
    for (const verbs::Verb& verb : verbs::all()) {
      CLI::App& command = *app.add_subcommand(verb.name, verb.summary);
      command.callback([this, action = verb.add(command)] { this->action = action; });
    }
  }
  void read(int argc, char** argv) {
    app.parse(argc, argv);
    if (!action && config.empty()) throw CLI::RequiredError("--config");
    if (action && (!config.empty() || check_config)) {
      throw CLI::ArgumentMismatch("the options of a verb stand behind it: dragoman VERB --config FILE");
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  CommandLine command;
  try {
    command.read(argc, argv);
  } catch (const CLI::ParseError& error) {
    return command.app.exit(error);
  }

  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);   // until the program listens: what was written by then is read anyway
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is a failed write, which the store answers
  umask(077);                     // the database, its key and its lock are ours alone
  raise_file_limit();
  keep_big_buffers_out_of_the_heap();
  try {
    return command.action ? command.action() : run(command.config, command.check_config);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dragoman stopped because of a bug: %s\n", error.what());
    return exit_code::software;
  }
}
