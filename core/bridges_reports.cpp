#include <utility>

#include "bridges.hpp"

// What whoever operates the program asks about its bridges.

namespace dragoman {

namespace {

std::int64_t as_count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

Bridges::Report Bridges::list() const {
  Report report;
  Report::Table table{
      "legs",
      {"bridge", "room", "direction", "state", "since", "waiting", "held", "heard", "told", "speakers", "text"},
      {}};
  Report::Table paused{"paused", {"bridge", "why"}, {}};
  for (const bridge::BridgeOverview& each : overview()) {
    // Nothing of its rooms is told until somebody who moderates each has agreed.
    const std::string_view asked = links_.has(each.name) ? "asked, not agreed yet: " : "";
    if (each.paused) paused.rows.push_back({each.name, each.paused_text});
    for (const bridge::LegOverview& leg : each.legs) {
      table.rows.push_back({each.name, leg.address, leg.direction, std::string{to_string(leg.state)}, leg.since,
                            as_count(leg.waiting), as_count(leg.held), as_count(leg.heard), as_count(leg.told),
                            as_count(leg.speakers), std::string{asked} + leg.text});
    }
  }
  report.tables.push_back(std::move(table));
  if (!paused.rows.empty()) report.tables.push_back(std::move(paused));
  Report::Table made{"made_at_runtime", {"bridge", "by", "problem"}, {}};
  for (const MadeBridges::Made& each : made_.all()) {
    made.rows.push_back({each.definition.name, each.definition.by, each.problem});
  }
  if (!made.rows.empty()) report.tables.push_back(std::move(made));
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

}  // namespace dragoman
