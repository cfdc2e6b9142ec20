#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bridges.hpp"

// Bridges that are made and removed while the program runs.

namespace dragoman {

std::vector<bridge::Plan> Bridges::all_but(const std::string& name) const {
  std::vector<bridge::Plan> plans;
  for (const bridge::Plan& each : of_file_) {
    if (each.name != name) plans.push_back(each);
  }
  for (const MadeBridges::Made& each : made_.all()) {
    if (each.problem.empty() && each.definition.name != name) plans.push_back(each.plan);
  }
  return plans;
}

Result<MadeBridges::Made> Bridges::made(const std::string& name) const {
  const auto is_it = [&name](const bridge::Plan& each) { return each.name == name; };
  if (std::any_of(of_file_.begin(), of_file_.end(), is_it)) {
    return failure(Fault::not_allowed, "The bridge " + name + " is in the configuration file: change it there.");
  }
  if (const MadeBridges::Made* known = made_.find(name)) return *known;
  return failure(Fault::not_found, "There is no bridge \"" + name + "\".");
}

void Bridges::forget(const std::string& name) {
  bridge::Bridge* running = find(name);
  if (running == nullptr) return;
  running->end();
  std::erase_if(bridges_, [running](const auto& each) { return each.get() == running; });
}

Result<Bridges::Report> Bridges::make(const std::string& bridge, const std::vector<std::string>& rooms,
                                      const std::string& nickname, const std::string& via, const std::string& by) {
  const auto before = made(bridge);
  if (!before && before.error().fault != Fault::not_found) return before.error();
  if (is_waiting(bridge)) return failure(Fault::conflict, "Rooms are being asked for a bridge of this name.");
  MadeBridges::Definition definition{bridge, by, {}};
  if (before) definition = before->definition;
  for (const std::string& room : rooms) definition.legs.push_back({room, {}, nickname});
  const auto networks = networks_();
  for (std::size_t i = definition.legs.size() - rooms.size(); i < definition.legs.size(); ++i) {
    // Whose address enters an XMPP room; of rooms of our own networks there is nothing to choose.
    const std::string& room = definition.legs[i].room;
    const auto is_its = [&room](const BridgeableNetwork& each) { return room.ends_with('@' + each.jid); };
    if (std::none_of(networks.begin(), networks.end(), is_its)) definition.legs[i].via = via;
  }
  auto checked = made_.check(std::move(definition), spoken_for_but(bridge), networks);
  if (!checked) return checked.error();
  const bridge::Plan plan = checked->plan;
  made_.keep(std::move(*checked));
  LOG_INFO("bridge made at runtime", bridge, by);
  run(plan);
  Report report;
  report.said = before ? "The bridge " + bridge + " has one more room." : "The bridge " + bridge + " is made.";
  if (before && rooms.size() > 1) report.said = "The bridge " + bridge + " has more rooms.";
  return report;
}

Result<Bridges::Report> Bridges::remove(const std::string& bridge, const std::string& room) {
  return take_away(bridge, room, false);
}

Result<Bridges::Report> Bridges::take_away(const std::string& bridge, const std::string& room, bool by_moderators) {
  auto before = made(bridge);
  if (!before) return before.error();
  Report report;
  if (room.empty()) {
    made_.forget(bridge);
    forget(bridge);
    LOG_INFO("bridge removed", bridge);
    report.said = "The bridge " + bridge + " is removed.";
    portals_.removed(*before, by_moderators);
    return report;
  }
  MadeBridges::Definition definition = std::move(before->definition);
  const auto is_it = [&room](const auto& leg) { return text::ascii_iequals(leg.room, room); };
  if (std::erase_if(definition.legs, is_it) == 0) {
    return failure(Fault::not_found, "The bridge " + bridge + " has no " + room + '.');
  }
  auto checked = made_.check(std::move(definition), spoken_for_but(bridge), networks_());
  if (!checked) return checked.error();
  const bridge::Plan plan = checked->plan;
  made_.keep(std::move(*checked));
  LOG_INFO("room taken from a bridge", bridge, room);
  run(plan);
  portals_.removed(*before, by_moderators);
  report.said = room + " does not belong to the bridge " + bridge + " any more.";
  return report;
}

}  // namespace dragoman
