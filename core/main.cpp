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
  if (auto opened = program.open_store(); !opened) {
    std::fprintf(stderr, "%s\n", opened.error().text.c_str());
    return opened.error().fault == Fault::unacceptable ? exit_code::config : exit_code::unavailable;
  }
  return program.run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"dragoman: a gateway between XMPP and other networks (XEP-0114)"};
  std::string path;
  bool check = false;
  app.set_version_flag("--version", software());
  app.add_option("--config", path, "The configuration file (TOML)")->required();
  app.add_flag("--check-config", check, "Read the configuration, say what is wrong with it, and exit with 0 or 78");
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is a failed write, which the store answers
  umask(077);                     // the database, its key and its lock are ours alone
  raise_file_limit();
  keep_big_buffers_out_of_the_heap();
  try {
    return run(path, check);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dragoman stopped because of a bug: %s\n", error.what());
    return exit_code::software;
  }
}
