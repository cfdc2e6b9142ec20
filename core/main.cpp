#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <malloc.h>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "config.hpp"
#include "instance.hpp"
#include "net/loop.hpp"
#include "service_manager.hpp"
#include "store/store.hpp"

namespace {

using namespace dragoman;

// sysexits(3), so that systemd and scripts can tell them apart.
constexpr int exit_ok = 0, exit_unavailable = 69, exit_software = 70, exit_config = 78;
// An admin wants it started again: EX_TEMPFAIL, upon which systemd does with Restart=on-failure.
constexpr int exit_restart = 75;

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

/// A secret of this installation, made once and kept with the accounts: what is derived from it stays the same.
std::string installation_key(store::Store& store, Random& random) {
  if (auto known = store.reader_now().document("installation", "", "key")) return *known;
  std::string key = random.hex(32);
  store.put_secret({"installation", "", "key", key});
  return key;
}

/// How each [[network]] stands with the XMPP server.
std::string describe(const std::vector<std::unique_ptr<Instance>>& instances) {
  std::string text;
  for (const auto& instance : instances) text += (text.empty() ? "" : "; ") + instance->state();
  return text;
}

bool report(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::fprintf(stderr, "%s\n", problem.c_str());
  return !problems.empty();
}

/// Stops everything in order: goodbyes, streams, connections; then the loop. After 5 s the rest is cut short.
void stop_all(net::Loop& loop, std::vector<std::unique_ptr<Instance>>& instances, store::Store& store, Timer& deadline,
              int exit_code) {
  auto left = std::make_shared<std::size_t>(instances.size());  // shared by the instances' callbacks
  for (auto& instance : instances) {
    instance->stop([left, &loop] {
      if (--*left == 0) loop.stop();
    });
  }
  deadline.set_after(std::chrono::seconds{5}, [&store, exit_code] {
    LOG_WARN("stopping took too long: what is still open is cut short");
    store.close();
    std::_Exit(exit_code);  // tasks still run, so nothing may be destroyed under them
  });
}

int run(const std::string& path, bool check_only) {
  ServiceManager::Offer offer = ServiceManager::take_offer();
  Config config = read_config(path);
  log::set_level(config.level);
  SystemClock clock;
  SystemRandom random;
  net::Loop loop{clock};

  std::function<void(bool)> quit;  // once everything runs
  std::vector<std::unique_ptr<Instance>> instances;
  for (NetworkEntry& entry : config.networks) {
    instances.push_back(
        std::make_unique<Instance>(std::move(entry), loop, random, [&quit](bool restart) { quit(restart); }));
  }
  if (report(config.file.problems())) return exit_config;
  for (const std::string& warning : config.warnings) std::fprintf(stderr, "%s\n", warning.c_str());
  if (check_only) {
    std::printf("%s: the configuration is fine\n", path.c_str());
    return exit_ok;
  }

  std::unique_ptr<store::Store> store;
  {
    auto opened = store::Store::open(
        config.store, loop.gate(), [&loop](std::function<void()> action) { loop.post(std::move(action)); }, random);
    if (!opened) {
      std::fprintf(stderr, "%s\n", opened.error().text.c_str());
      return opened.error().fault == Fault::unacceptable ? exit_config : exit_unavailable;
    }
    store = std::move(*opened);
  }

  ServiceManager manager{loop.timers(), std::move(offer)};
  bool started = false, stopping = false;
  const auto tell_state = [&] {
    if (started && !stopping) manager.status(describe(instances));
  };
  const std::size_t networks = instances.size();
  LOG_INFO("starting", software(), path, networks);
  const std::string key = installation_key(*store, random);
  for (auto& instance : instances) {
    instance->on_state(tell_state);
    instance->start(config.server, *store, key, [&instances, self = instance.get()] {
      std::vector<gateway::Sibling> others;
      for (const auto& other : instances) {
        if (other.get() != self) others.push_back(other->describe());
      }
      return others;
    });
  }
  Timer deadline{loop.timers()};
  int exit_code = exit_ok;
  quit = [&](bool restart) {
    if (std::exchange(stopping, true)) return;
    if (restart) exit_code = exit_restart;
    manager.stopping();
    stop_all(loop, instances, *store, deadline, exit_code);
  };
  loop.on_signal([&](int signal) {
    if (stopping || signal == SIGHUP) return;
    LOG_INFO("stopping", signal);
    quit(false);
  });
  // Ready is who works, not who is connected: it goes on trying, and what needs us must not wait for the XMPP server.
  started = true;
  manager.ready();
  tell_state();
  manager.watch([&instances] {
    return std::all_of(instances.begin(), instances.end(), [](const auto& instance) { return instance->healthy(); });
  });
  loop.run();
  store->close();
  LOG_INFO("stopped");
  return exit_code;
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
    return exit_software;
  }
}
