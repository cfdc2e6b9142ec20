#include "bridges.hpp"

#include <algorithm>
#include <utility>

#include "base/hmac.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

/// Tells installations apart without telling their key.
std::string instance_name(const std::string& key) {
  const auto digest = hmac_sha256(key, "bridge via");
  return "dg-" + text::to_hex({reinterpret_cast<const char*>(digest.data()), 6});
}

store::Evidence held_row(store::RowId row) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = store::State::held;
  return evidence;
}

std::int64_t as_count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

Bridges::Bridges(net::Loop& loop, store::Store& store, const std::string& key, Networks networks)
    : marks_(store, loop.gate()),
      parts_{store,
             marks_,
             loop.timers(),
             loop.gate(),
             std::move(networks.find),
             instance_name(key),
             std::move(networks.tell_admins),
             [serves = std::move(networks.serves)](const chat::Author& author) {
               const auto jid = xmpp::Jid::parse(author.identity);
               return jid && serves(std::string{jid->domain()});
             },
             std::move(networks.uploader_of)} {}

Bridges::~Bridges() = default;

bridge::Bridge& Bridges::add(const bridge::Plan& plan) {
  return *bridges_.emplace_back(std::make_unique<bridge::Bridge>(parts_, plan));
}

void Bridges::start(const std::vector<BridgeEntry>& entries) {
  for (const BridgeEntry& entry : entries) {
    if (entry.plan.enabled) add(entry.plan);
  }
  restore();
  started_ = true;
  for (const auto& each : bridges_) each->start();
  if (const std::size_t bridges = bridges_.size(); bridges > 0) LOG_INFO("bridges started", bridges);
}

void Bridges::restore() {
  parts_.store.reader_now().open_messages([this](const store::Message& row) {
    if (!gateway::commands::is_bridge_owner(row.owner)) return;
    bridge::Bridge* known = find(row.owner.substr(bridge::owner_of({}).size()));
    if (row.state == store::State::queued && known != nullptr && known->restore(row)) return;
    parts_.store.mark(held_row(row.id));
    const std::string& owner = row.owner;
    LOG_WARN("a message is held: its room is in no bridge any more", owner, row.network, row.id);
  });
}

void Bridges::apply(const std::vector<BridgeEntry>& entries) {
  const auto wanted = [&entries](const std::string& name) {
    return std::find_if(entries.begin(), entries.end(),
                        [&name](const BridgeEntry& each) { return each.plan.name == name && each.plan.enabled; });
  };
  for (auto each = bridges_.begin(); each != bridges_.end();) {
    const std::string bridge = (*each)->name();
    if (wanted(bridge) != entries.end()) {
      ++each;
      continue;
    }
    LOG_INFO("bridge removed", bridge);
    (*each)->end();
    each = bridges_.erase(each);
  }
  for (const BridgeEntry& entry : entries) {
    const std::string& bridge = entry.plan.name;
    if (!entry.plan.enabled) continue;
    if (bridge::Bridge* known = find(bridge)) {
      if (known->plan() == entry.plan) continue;
      LOG_INFO("bridge changed", bridge);
      known->take(entry.plan);
      continue;
    }
    LOG_INFO("bridge added", bridge);
    add(entry.plan).start();
  }
}

void Bridges::network_came(const std::string& jid) {
  for (const auto& each : bridges_) each->network_came(jid);
}

void Bridges::network_goes(const std::string& jid) {
  for (const auto& each : bridges_) each->network_goes(jid);
}

void Bridges::stop() {
  for (const auto& each : bridges_) each->stop("The gateway stops");
  marks_.flush();
}

std::vector<bridge::BridgeOverview> Bridges::overview() const {
  std::vector<bridge::BridgeOverview> all;
  for (const auto& each : bridges_) all.push_back(each->overview());
  return all;
}

bridge::Bridge* Bridges::find(const std::string& name) const {
  const auto found =
      std::find_if(bridges_.begin(), bridges_.end(), [&name](const auto& each) { return each->name() == name; });
  return found == bridges_.end() ? nullptr : found->get();
}

Result<bridge::Bridge*> Bridges::need(const std::string& name) const {
  if (bridge::Bridge* known = find(name)) return known;
  return failure(Fault::not_found, "There is no bridge \"" + name + "\".");
}

Bridges::Report Bridges::list() const {
  Report report;
  Report::Table table{
      "legs", {"bridge", "room", "direction", "state", "since", "waiting", "held", "heard", "told", "text"}, {}};
  Report::Table paused{"paused", {"bridge", "why"}, {}};
  for (const bridge::BridgeOverview& each : overview()) {
    if (each.paused) paused.rows.push_back({each.name, each.paused_text});
    for (const bridge::LegOverview& leg : each.legs) {
      table.rows.push_back({each.name, leg.address, leg.direction, std::string{to_string(leg.state)}, leg.since,
                            as_count(leg.waiting), as_count(leg.held), as_count(leg.heard), as_count(leg.told),
                            leg.text});
    }
  }
  report.tables.push_back(std::move(table));
  if (!paused.rows.empty()) report.tables.push_back(std::move(paused));
  return report;
}

Bridges::Report::Table Bridges::troubled() const {
  Report::Table table{"bridges_in_trouble", {"bridge", "room", "state", "since", "waiting", "reason"}, {}};
  for (const bridge::BridgeOverview& each : overview()) {
    if (each.paused) table.rows.push_back({each.name, {}, std::string{"paused"}, {}, {}, each.paused_text});
    for (const bridge::LegOverview& leg : each.legs) {
      if (leg.state == bridge::LegState::joined) continue;
      table.rows.push_back(
          {each.name, leg.address, std::string{to_string(leg.state)}, leg.since, as_count(leg.waiting), leg.text});
    }
  }
  return table;
}

Result<Bridges::Report> Bridges::pause(const std::string& bridge, const std::string& by) {
  const auto known = need(bridge);
  if (!known) return known.error();
  (*known)->pause("paused by " + by);
  Report report;
  report.said = "The bridge " + bridge + " is paused: what is said in its rooms is not told to the others.";
  return report;
}

Result<Bridges::Report> Bridges::resume(const std::string& bridge) {
  const auto known = need(bridge);
  if (!known) return known.error();
  (*known)->resume();
  Report report;
  report.said = "The bridge " + bridge + " goes on.";
  return report;
}

Result<Bridges::Report> Bridges::explain(const std::string& bridge, const std::string& room,
                                         const std::string& nickname, const std::string& text) const {
  const auto known = need(bridge);
  if (!known) return known.error();
  const auto explained = (*known)->explain(room, nickname, text);
  if (!explained) return explained.error();
  Report report;
  report.said = explained->refused;
  std::string rules;
  for (const std::size_t each : explained->rules) rules += (rules.empty() ? "" : ", ") + std::to_string(each);
  report.facts.emplace_back("rules", rules.empty() ? "none" : rules);
  Report::Table table{"told", {"room", "text"}, {}};
  for (const auto& [address, told] : explained->legs) table.rows.push_back({address, told});
  report.tables.push_back(std::move(table));
  return report;
}

bool Bridges::release(const store::Message& row) {
  bridge::Bridge* known = find(row.owner.substr(bridge::owner_of({}).size()));
  if (known == nullptr) return false;
  store::Message again = row;
  // Its time was over.
  again.expires =
      parts_.timers.clock().utc() + std::chrono::duration_cast<std::chrono::milliseconds>(known->plan().keep);
  return known->restore(again);
}

}  // namespace dragoman
