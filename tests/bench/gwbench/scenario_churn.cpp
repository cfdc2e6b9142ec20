// names and the four storms of churn.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"
#include "bench.hpp"
#include "joining.hpp"
#include "scenarios.hpp"

namespace bench {
namespace {

struct Storm {
  enum class Kind { nick, part, join, netsplit };
  Kind kind;
  const char* scenario;
  std::size_t begin, end;  // which members: m<begin> to m<end - 1>
  char shown_as;           // first letter of the nick in the presences that count
  bool leaving;            // they are unavailable presences
};

void send_event(IrcServer& irc, const Channel& channel, Storm::Kind kind, std::size_t member) {
  const std::string number = std::to_string(member);
  const std::string mask = "m" + number + "!m" + number + "@virtual.test";
  switch (kind) {
    case Storm::Kind::nick:
      irc.broadcast(channel, {":", mask, " NICK :n", number});
      break;
    case Storm::Kind::part:
      irc.broadcast(channel, {":", mask, " PART ", channel.name, " :bye"});
      break;
    case Storm::Kind::join:
      irc.broadcast_join(channel, mask);
      break;
    case Storm::Kind::netsplit:
      irc.broadcast(channel, {":", mask, " QUIT :hub.test leaf.test"});
      break;
  }
}

bool run_names(Bench& bench, Channel& channel, const std::string& jid, std::size_t observers) {
  const std::size_t members = bench.options.members;
  channel.others.assign(1, "bot");
  for (std::size_t i = 0; i < members; ++i) channel.others.push_back("m" + std::to_string(i));
  const JoinPlan plan{"names", observers, [&](std::size_t) { return jid; },
                      observers * (members + 1) + observers * observers};
  const auto profiler = bench.profile_scenario(plan.scenario);
  const Mark before = mark_now(bench.gateway);
  const JoinResult joined = join(bench, plan);
  const Mark after = mark_now(bench.gateway);
  nlohmann::ordered_json result{{"scenario", plan.scenario}};
  joined.add_to(result);
  result["lost"] = plan.presences - joined.presences;
  result["members"] = members;
  result["observers"] = observers;
  result["rss_kb_grown"] = after.gateway.rss_kb - before.gateway.rss_kb;
  add_cpu(result, before, after, static_cast<double>(std::max<std::uint64_t>(1, joined.presences)));
  bench.report.emit(result);
  return joined.complete;
}

void run_storm(Bench& bench, const Storm& storm, Channel& channel, const std::string& jid, std::size_t observers) {
  const std::size_t events = storm.end - storm.begin;
  const std::uint64_t due = events * observers;
  std::vector<bool> seen(due, false);
  std::uint64_t delivered = 0;
  std::uint64_t doubled = 0;
  std::uint64_t last_ns = 0;
  const std::string prefix = jid + "/" + storm.shown_as;
  bench.on_stanza = [&](std::size_t user, const Stanza& stanza) {
    if (stanza.name != "presence" || user >= observers || !stanza.from.starts_with(prefix)) return;
    if ((stanza.type == "unavailable") != storm.leaving || stanza.renaming) return;
    std::string_view number = std::string_view(stanza.from).substr(prefix.size());
    std::uint64_t member = 0;
    if (!take_number(number, member) || member < storm.begin || member >= storm.end) return;
    auto known = seen[user * events + member - storm.begin];
    if (known) {
      ++doubled;
      return;
    }
    known = true;
    ++delivered;
    last_ns = now_ns();
  };
  const auto profiler = bench.profile_scenario(storm.scenario);
  const Mark before = mark_now(bench.gateway);
  const std::uint64_t stanzas = bench.xmpp.stanzas_in;
  for (std::size_t member = storm.begin; member < storm.end; ++member)
    send_event(bench.irc, channel, storm.kind, member);
  const bool complete = bench.run_until([&] { return delivered == due; }, std::min(60., bench.options.timeout));
  const Mark after = mark_now(bench.gateway);
  bench.on_stanza = nullptr;

  const double seconds = static_cast<double>((last_ns != 0 ? last_ns : after.ns) - before.ns) * 1e-9;
  nlohmann::ordered_json result{{"scenario", storm.scenario},
                                {"ok", complete},
                                {"events", events},
                                {"observers", observers},
                                {"delivered", delivered},
                                {"lost", due - delivered},
                                {"dup", doubled},
                                {"stanzas", bench.xmpp.stanzas_in - stanzas},
                                {"seconds", rounded(seconds)},
                                {"per_s", rounded(static_cast<double>(delivered) / seconds, 0)}};
  add_cpu(result, before, after, static_cast<double>(std::max<std::uint64_t>(1, delivered)));
  bench.report.emit(result);
}

}  // namespace

void run_churn(Bench& bench) {
  const std::size_t members = bench.options.members;
  const std::size_t observers = std::min(bench.options.observers, bench.users.size());
  Channel& big = bench.irc.channel("#big");
  const std::string jid = bench.channel_jid(big.name);
  if (!run_names(bench, big, jid, observers)) return;
  using Kind = Storm::Kind;
  const std::vector<Storm> storms{{Kind::nick, "churn_nick", 0, members / 4, 'n', false},
                                  {Kind::part, "churn_part", members / 4, members / 2, 'm', true},
                                  {Kind::join, "churn_join", members / 4, members / 2, 'm', false},
                                  {Kind::netsplit, "churn_netsplit", members / 2, members, 'm', true}};
  for (const Storm& storm : storms)
    if (bench.alive()) run_storm(bench, storm, big, jid, observers);
}

}  // namespace bench
