#include "joining.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"
#include "bench.hpp"

namespace bench {
namespace {

class Joining {
 public:
  Joining(Bench& bench, const JoinPlan& plan)
      : bench_(bench),
        plan_(plan),
        occupants_(1 + bench.users.size() + bench.options.members),
        began_ns_(plan.users, 0),
        in_(plan.users, false),
        seen_(plan.users * occupants_, false) {
    for (std::size_t user = 0; user < plan.users; ++user) jids_.push_back(plan.channel_jid_of(user) + "/");
    bench_.on_stanza = [this](std::size_t user, const Stanza& stanza) { receive(user, stanza); };
  }
  ~Joining() { bench_.on_stanza = nullptr; }
  Joining(const Joining&) = delete;
  Joining& operator=(const Joining&) = delete;

  JoinResult run() {
    const std::uint64_t begin = now_ns();
    start_more();
    const auto done = [this] { return result_.joined == plan_.users && result_.presences >= plan_.presences; };
    result_.complete = bench_.run_until(done, bench_.options.timeout);
    if (errors_ != 0) std::fprintf(stderr, "!! %zu join errors: %s\n", errors_, bench_.last_error.c_str());
    result_.seconds = static_cast<double>((last_ns_ != 0 ? last_ns_ : now_ns()) - begin) * 1e-9;
    std::sort(latencies_ms_.begin(), latencies_ms_.end());
    result_.p50_ms = quantile(.5);
    result_.p99_ms = quantile(.99);
    return result_;
  }

 private:
  void start_more() {
    for (; next_ < plan_.users && next_ - result_.joined < bench_.options.join_window; ++next_) {
      Variables variables = bench_.variables_of(next_);
      std::string channel = jids_[next_];
      channel.pop_back();
      variables.emplace_back("channel_jid", std::move(channel));
      began_ns_[next_] = now_ns();
      bench_.xmpp.send(substitute(bench_.profile.join, variables));
    }
  }

  /// bot, u0, u1 ..., m0, m1 ... -> 0, 1, 2 ...; nothing for any other nick.
  std::optional<std::size_t> occupant_of(std::string_view nick) const {
    if (nick == "bot") return 0;
    const char kind = nick.empty() ? '\0' : nick.front();
    nick.remove_prefix(nick.empty() ? 0 : 1);
    std::uint64_t number = 0;
    if (!take_number(nick, number) || !nick.empty()) return {};
    const std::size_t users = bench_.users.size();
    if (kind == 'u' && number < users) return 1 + number;
    if (kind == 'm' && number < bench_.options.members) return 1 + users + number;
    return {};
  }

  void receive(std::size_t user, const Stanza& stanza) {
    if (stanza.name != "presence" || user >= plan_.users || !stanza.from.starts_with(jids_[user])) return;
    if (stanza.type == "error") ++errors_;
    if (!stanza.type.empty()) return;
    const std::string_view nick = std::string_view(stanza.from).substr(jids_[user].size());
    const auto occupant = occupant_of(nick);
    if (!occupant) return;
    last_ns_ = now_ns();
    auto seen = seen_[user * occupants_ + *occupant];
    if (seen) {
      ++result_.repeated;
    } else {
      ++result_.presences;
      seen = true;
    }
    if (in_[user] || !(stanza.self_presence || nick == bench_.users[user].nick)) return;
    in_[user] = true;
    ++result_.joined;
    latencies_ms_.push_back(static_cast<double>(last_ns_ - began_ns_[user]) * 1e-6);
    start_more();
  }

  double quantile(double q) const {
    if (latencies_ms_.empty()) return 0;
    const auto at = static_cast<std::size_t>(q * static_cast<double>(latencies_ms_.size()));
    return latencies_ms_[std::min(at, latencies_ms_.size() - 1)];
  }

  Bench& bench_;
  const JoinPlan& plan_;
  std::size_t occupants_;          // how many different ones there can be
  std::vector<std::string> jids_;  // of the user's channel, with '/'
  std::vector<std::uint64_t> began_ns_;
  std::vector<bool> in_;
  std::vector<bool> seen_;  // user * occupants_ + occupant
  std::vector<double> latencies_ms_;
  JoinResult result_;
  std::size_t next_ = 0;
  std::size_t errors_ = 0;
  std::uint64_t last_ns_ = 0;
};

}  // namespace

void JoinResult::add_to(nlohmann::ordered_json& result) const {
  result["ok"] = complete;
  result["joined"] = joined;
  result["presences"] = presences;
  result["repeated"] = repeated;
  result["seconds"] = rounded(seconds);
  result["presences_per_s"] = rounded(static_cast<double>(presences) / seconds, 0);
  result["p50_ms"] = rounded(p50_ms, 2);
  result["p99_ms"] = rounded(p99_ms, 2);
}

JoinResult join(Bench& bench, const JoinPlan& plan) { return Joining(bench, plan).run(); }

}  // namespace bench
