#include "scenarios.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "bench.hpp"
#include "traffic.hpp"

namespace bench {

void run_idle(Bench& bench) {
  bench.run_for(1.0);  // whatever the scenario before left behind is not counted
  const auto profiler = bench.profile_scenario("idle");
  const Mark before = mark_now(bench.gateway);
  const std::uint64_t stanzas = bench.xmpp.stanzas_in;
  const std::uint64_t lines = bench.irc.lines_in;
  bench.run_for(bench.options.idle);
  const Mark after = mark_now(bench.gateway);
  if (!bench.alive()) return;
  const double seconds = seconds_between(before, after);
  const auto wakeups = static_cast<double>(after.gateway.voluntary - before.gateway.voluntary);
  bench.report.emit({{"scenario", "idle"},
                     {"seconds", rounded(seconds, 2)},
                     {"gw_cpu_ms_per_s", rounded((after.gateway.cpu - before.gateway.cpu) / seconds * 1e3)},
                     {"wakeups_per_s", rounded(wakeups / seconds, 1)},
                     {"harness_cpu_ms_per_s", rounded((after.own_cpu - before.own_cpu) / seconds * 1e3)},
                     {"rss_kb", after.gateway.rss_kb},
                     {"stanzas", bench.xmpp.stanzas_in - stanzas},
                     {"irc_lines", bench.irc.lines_in - lines}});
}

void run_scenarios(Bench& bench) {
  const Options& options = bench.options;
  const std::size_t all = bench.users.size();
  const auto traffic = [&](const char* name, Direction direction, std::size_t window, std::size_t users,
                           double seconds) {
    if (bench.alive()) run_traffic(bench, {name, direction, window, users, seconds});
  };
  if (!options.scenarios.empty() && options.wants("idle0")) run_idle(bench);
  if (options.scenarios != std::vector<std::string>{"start"}) run_connect_own(bench);
  if (options.wants("latency")) {
    const double seconds = std::min(1.5, options.seconds);
    traffic("x2i_lat", Direction::x2i, 1, all, seconds);
    traffic("i2x_lat", Direction::i2x, 1, all, seconds);
  }
  if (options.wants("x2i")) traffic("x2i", Direction::x2i, options.window, all, options.seconds);
  if (options.wants("i2x")) traffic("i2x", Direction::i2x, options.window, all, options.seconds);
  if (options.wants("i2x_one")) traffic("i2x_one", Direction::i2x, options.window, 1, options.seconds);
  if (options.wants("direct")) {
    traffic("direct_x2i", Direction::direct_x2i, options.window, all, options.seconds);
    traffic("direct_i2x", Direction::direct_i2x, options.window, all, options.seconds);
  }
  if (options.wants("idle") && bench.alive()) run_idle(bench);
  if ((options.wants("join_all") || options.wants("fanout")) && bench.alive()) {
    const bool all_in = run_join_all(bench);
    if (options.wants("fanout") && all_in)
      traffic("fanout", Direction::fanout, options.fan_window, all, options.seconds);
  }
  if (options.wants("churn") && bench.alive()) run_churn(bench);
  const bool dead = !bench.gateway.alive();
  if (dead || bench.xmpp.stream_lost) {
    bench.report.emit(
        {{"scenario", "died"}, {"ok", false}, {"gateway_dead", dead}, {"stream_lost", bench.xmpp.stream_lost}});
  }
}

}  // namespace bench
