// connect_own and join_all.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "bench.hpp"
#include "joining.hpp"
#include "scenarios.hpp"
#include "steps.hpp"

namespace bench {

void run_connect_own(Bench& bench) {
  const auto users = static_cast<double>(bench.users.size());
  const Mark before = mark_now(bench.gateway);
  const bool warm = run_warmup(bench);
  const Mark warmed = mark_now(bench.gateway);
  const auto profiler = bench.profile_scenario("connect_own");
  JoinPlan plan{"connect_own", bench.users.size(), {}, bench.users.size() * 2};  // itself and the bot
  plan.channel_jid_of = [&](std::size_t user) { return bench.users[user].own_channel_jid; };
  const Mark begin = mark_now(bench.gateway);
  const JoinResult joined = join(bench, plan);
  const Mark after = mark_now(bench.gateway);
  bench.run_for(0.3);
  const ProcessStat settled = bench.gateway.stat();

  nlohmann::ordered_json result{{"scenario", plan.scenario}};
  joined.add_to(result);
  result["ok"] = warm && joined.complete;
  result["per_s"] = rounded(static_cast<double>(joined.joined) / joined.seconds, 1);
  result["irc_connections"] = bench.irc.connections;
  result["rss_kb_per_user"] = rounded(static_cast<double>(settled.rss_kb - before.gateway.rss_kb) / users, 2);
  result["anon_kb_per_user"] = rounded(static_cast<double>(settled.anon_kb - before.gateway.anon_kb) / users, 2);
  result["rss_kb"] = settled.rss_kb;
  if (!bench.profile.warmup.empty()) {
    result["warmup_s"] = rounded(seconds_between(before, warmed));
    result["warmup_cpu_us_per"] = rounded((warmed.gateway.cpu - before.gateway.cpu) / users * 1e6, 1);
  }
  add_cpu(result, begin, after, users);
  bench.report.emit(result);
}

bool run_join_all(Bench& bench) {
  const std::uint64_t users = bench.users.size();
  const auto profiler = bench.profile_scenario("join_all");
  const std::string jid = bench.channel_jid("#all");
  const JoinPlan plan{"join_all", users, [&](std::size_t) { return jid; }, users * (users + 1)};
  const Mark before = mark_now(bench.gateway);
  const JoinResult joined = join(bench, plan);
  const Mark after = mark_now(bench.gateway);

  nlohmann::ordered_json result{{"scenario", plan.scenario}};
  joined.add_to(result);
  result["lost"] = plan.presences - joined.presences;
  const auto grown = static_cast<double>(after.gateway.rss_kb - before.gateway.rss_kb);
  result["rss_kb_per_user"] = rounded(grown / static_cast<double>(users), 2);
  result["rss_kb"] = after.gateway.rss_kb;
  add_cpu(result, before, after, static_cast<double>(std::max<std::uint64_t>(1, joined.presences)));
  bench.report.emit(result);
  return joined.joined == users;
}

}  // namespace bench
