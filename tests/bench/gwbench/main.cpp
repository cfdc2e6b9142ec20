// gwbench: a benchmark for XMPP <-> IRC gateways. README.md says what it does.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sys/resource.h>

#include "bench.hpp"
#include "options.hpp"
#include "scenarios.hpp"

namespace {

/// Three sockets a user at most; the gateway inherits the limit.
void allow_many_sockets() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  const rlimit raised{std::max<rlim_t>(files.rlim_max, 20'000), std::max<rlim_t>(files.rlim_max, 20'000)};
  if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Options options = bench::parse_options(argc, argv);
  allow_many_sockets();
  std::signal(SIGPIPE, SIG_IGN);
  try {
    bench::Bench bench(options);
    if (!bench.start()) return 1;
    bench::run_scenarios(bench);
    return bench.alive() ? 0 : 1;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "gwbench: %s\n", failure.what());
    return 2;
  }
}
