#include "traffic.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "../common/text.hpp"
#include "bench.hpp"
#include "ledger.hpp"

namespace bench {
namespace {

class Traffic {
 public:
  Traffic(Bench& bench, const TrafficPlan& plan);
  ~Traffic();
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  void run();

 private:
  bool from_xmpp() const { return plan_.direction == Direction::x2i || plan_.direction == Direction::direct_x2i; }

  void fill_window();
  bool send_one();
  void send_stanza(std::size_t user, const Payload& payload);
  bool send_line(std::size_t user, const Payload& payload);

  void irc_received(const IrcClient& client, std::string_view target, std::string_view text);
  void xmpp_received(std::size_t user, const Stanza& stanza);
  bool from_right_place(std::size_t user, const Stanza& stanza, const Payload& payload) const;
  /// One of the deliveries that message `id` waits for has come.
  void settle(std::uint64_t id);

  bool drain();
  void report(const Mark& before, const Mark& after, bool all_came);

  Bench& bench_;
  const TrafficPlan& plan_;
  const std::uint64_t tag_;
  const bool wants_reflection_;  // MUC: the message comes back to its sender
  const std::string bot_jid_;
  Ledger arrivals_;
  Ledger reflections_;
  std::vector<std::uint64_t> sequence_;  // per user
  std::vector<std::uint64_t> sent_ns_;   // per message
  std::vector<std::uint32_t> awaited_;   // deliveries still due, per message
  std::size_t in_flight_ = 0;
  std::size_t next_user_ = 0;
  bool stopping_ = false;
  std::uint64_t errors_before_;
  std::string line_;  // kept for its memory
};

std::uint64_t next_tag() {
  static std::uint64_t tag = 0;
  return ++tag;
}

Traffic::Traffic(Bench& bench, const TrafficPlan& plan)
    : bench_(bench),
      plan_(plan),
      tag_(next_tag()),
      wants_reflection_(plan.direction == Direction::x2i && bench.profile.reflects),
      bot_jid_(bench.user_jid("bot")),
      arrivals_(bench.users.size(), plan.direction == Direction::fanout ? plan.users : 1),
      reflections_(bench.users.size(), 1),
      sequence_(bench.users.size(), 0),
      errors_before_(bench.xmpp_errors) {
  bench_.on_stanza = [this](std::size_t user, const Stanza& stanza) { xmpp_received(user, stanza); };
  bench_.irc.on_message = [this](const IrcClient& client, std::string_view target, std::string_view text) {
    irc_received(client, target, text);
  };
}

Traffic::~Traffic() {
  bench_.on_stanza = nullptr;
  bench_.irc.on_message = nullptr;
}

void Traffic::run() {
  const auto profiler = bench_.profile_scenario(plan_.scenario);
  const Mark before = mark_now(bench_.gateway);
  fill_window();
  bench_.run_for(plan_.seconds);
  stopping_ = true;
  const bool all_came = drain();
  const Mark after = mark_now(bench_.gateway);
  bench_.run_for(0.2);  // for late doubles
  report(before, after, all_came);
}

void Traffic::fill_window() {
  while (in_flight_ < plan_.window && send_one()) {
  }
}

bool Traffic::send_one() {
  const std::size_t user = plan_.direction == Direction::fanout ? 0 : next_user_;
  const Payload payload{tag_, sent_ns_.size(), user, sequence_[user]};
  if (from_xmpp()) {
    send_stanza(user, payload);
  } else if (!send_line(user, payload)) {
    return false;
  }
  ++sequence_[user];
  next_user_ = (next_user_ + 1) % plan_.users;
  sent_ns_.push_back(now_ns());
  awaited_.push_back(static_cast<std::uint32_t>(arrivals_.recipients() + (wants_reflection_ ? 1 : 0)));
  ++in_flight_;
  return true;
}

void Traffic::send_stanza(std::size_t user, const Payload& payload) {
  const bool room = plan_.direction == Direction::x2i;
  std::string& out = bench_.xmpp.out();
  out += "<message from='";
  out += bench_.users[user].full;
  out += "' to='";
  out += room ? bench_.users[user].own_channel_jid : bot_jid_;
  out += room ? "' type='groupchat' id='g" : "' type='chat' id='d";
  append_number(out, payload.id);
  out += "'><body>";
  append_body(out, payload, bench_.options.size);
  out += "</body></message>";
}

bool Traffic::send_line(std::size_t user, const Payload& payload) {
  line_.clear();
  append_body(line_, payload, bench_.options.size);
  constexpr std::string_view says = ":bot!bot@virtual.test PRIVMSG ";
  if (plan_.direction == Direction::direct_i2x) {
    IrcClient* const client = bench_.irc.client_of(user);
    if (client == nullptr) return false;
    bench_.irc.deliver(*client, {says, client->nick, " :", line_});
    return true;
  }
  const bool to_all = plan_.direction == Direction::fanout;
  const Channel& channel = to_all ? bench_.irc.channel("#all") : *bench_.users[user].own_channel;
  if (channel.members.empty()) return false;
  bench_.irc.broadcast(channel, {says, channel.name, " :", line_});
  return true;
}

void Traffic::irc_received(const IrcClient& client, std::string_view target, std::string_view text) {
  Payload payload;
  if (!parse_body(text, payload)) return;
  if (payload.tag != tag_ || payload.id >= sent_ns_.size() || !from_xmpp()) {
    ++arrivals_.unknown;
    return;
  }
  const bool room = plan_.direction == Direction::x2i;
  const bool right_target = target == (room ? bench_.users[payload.user].own_channel->name : "bot");
  if (client.user_index != static_cast<int>(payload.user) || !right_target) {
    ++arrivals_.misrouted;
  } else if (arrivals_.arrived(payload.id, 0, payload.user, payload.sequence, sent_ns_[payload.id])) {
    settle(payload.id);
  }
}

void Traffic::xmpp_received(std::size_t user, const Stanza& stanza) {
  Payload payload;
  if (stanza.name != "message" || stanza.type == "error" || stanza.delayed || !parse_body(stanza.body, payload)) return;
  if (payload.tag != tag_ || payload.id >= sent_ns_.size()) {
    ++arrivals_.unknown;
    return;
  }
  Ledger& ledger = from_xmpp() ? reflections_ : arrivals_;
  const bool fanout = plan_.direction == Direction::fanout;
  if (plan_.direction == Direction::direct_x2i) {
    ++ledger.unknown;  // nobody reflects a direct message
  } else if (!from_right_place(user, stanza, payload)) {
    ++ledger.misrouted;
  } else if (ledger.arrived(payload.id, fanout ? user : 0, user, payload.sequence, sent_ns_[payload.id])) {
    if (!from_xmpp() || wants_reflection_) settle(payload.id);
  }
}

bool Traffic::from_right_place(std::size_t user, const Stanza& stanza, const Payload& payload) const {
  switch (plan_.direction) {
    case Direction::x2i:
      return user == payload.user && stanza.type == "groupchat";
    case Direction::i2x:
      return user == payload.user && stanza.type == "groupchat" &&
             stanza.from.starts_with(bench_.users[user].own_channel_jid);
    case Direction::fanout:
      return user < arrivals_.recipients() && stanza.type == "groupchat";
    case Direction::direct_i2x:
      return user == payload.user && stanza.from.starts_with(bot_jid_);
    case Direction::direct_x2i:
      return false;
  }
  return false;
}

void Traffic::settle(std::uint64_t id) {
  if (--awaited_[id] != 0) return;
  --in_flight_;
  if (!stopping_) fill_window();
}

bool Traffic::drain() {
  const std::uint64_t stopped = now_ns();
  const auto over = [&] {
    const std::uint64_t last = std::max({arrivals_.last_ns, reflections_.last_ns, stopped});
    return in_flight_ == 0 || now_ns() > last + 5'000'000'000ULL;
  };
  bench_.run_until(over, std::min(bench_.options.timeout, 60.));
  return in_flight_ == 0;
}

void Traffic::report(const Mark& before, const Mark& after, bool all_came) {
  const std::uint64_t sent = sent_ns_.size();
  const std::uint64_t due = sent * arrivals_.recipients();
  const std::uint64_t last = std::max({arrivals_.last_ns, reflections_.last_ns, before.ns + 1});
  const double seconds = static_cast<double>(last - before.ns) * 1e-9;
  const auto delivered = static_cast<double>(std::max<std::uint64_t>(1, arrivals_.delivered));
  nlohmann::ordered_json result{{"scenario", plan_.scenario},
                                {"ok", all_came && sent != 0 && arrivals_.delivered == due},
                                {"window", plan_.window},
                                {"sent", sent},
                                {"delivered", arrivals_.delivered},
                                {"per_s", rounded(delivered / seconds, 1)},
                                {"p50_us", rounded(arrivals_.quantile(.5), 1)},
                                {"p99_us", rounded(arrivals_.quantile(.99), 1)}};
  add_cpu(result, before, after, delivered);
  const double cpu = after.gateway.cpu - before.gateway.cpu;
  result["core_per_s"] = rounded(delivered / std::max(1e-9, cpu), 0);
  result["lost"] = due - arrivals_.delivered;
  result["dup"] = arrivals_.doubled + reflections_.doubled;
  result["reordered"] = arrivals_.reordered + reflections_.reordered;
  result["misrouted"] = arrivals_.misrouted + reflections_.misrouted;
  result["unknown"] = arrivals_.unknown + reflections_.unknown;
  if (wants_reflection_) {
    result["reflected"] = reflections_.delivered;
    result["refl_p50_us"] = rounded(reflections_.quantile(.5), 1);
  }
  if (plan_.direction == Direction::fanout) result["fanout"] = plan_.users;
  if (bench_.xmpp_errors != errors_before_) result["xmpp_errors"] = bench_.xmpp_errors - errors_before_;
  result["rss_kb"] = after.gateway.rss_kb;
  bench_.report.emit(result);
}

}  // namespace

void run_traffic(Bench& bench, const TrafficPlan& plan) { Traffic(bench, plan).run(); }

}  // namespace bench
