#include "bridge_hooks.hpp"

#include <algorithm>
#include <utility>

namespace dragoman {

namespace {

bool has_room(const bridge::Plan& plan, const std::string& place) {
  return std::any_of(plan.legs.begin(), plan.legs.end(),
                     [&place](const bridge::LegPlan& each) { return place_of(each) == place; });
}

}  // namespace

Result<void> BridgeHooks::judge(const Brought& brought, const std::vector<bridge::Plan>& plans,
                                const Takes& takes) const {
  const auto plan = std::find_if(plans.begin(), plans.end(),
                                 [&brought](const bridge::Plan& each) { return each.name == brought.bridge; });
  if (plan == plans.end()) return failure(Fault::not_found, "There is no bridge \"" + brought.bridge + "\".");
  if (!takes(*plan, brought)) {
    return failure(Fault::forbidden, "The bridge " + brought.bridge +
                                         " takes no hooks of yours: whoever operates it says whose it takes (hooks = "
                                         "[...] of the bridge).");
  }
  // As of all rooms: in two bridges, what is said would go from one to the other.
  const std::string place = place_of(brought.leg);
  for (const bridge::Plan& each : plans) {
    if (has_room(each, place)) {
      return failure(Fault::conflict, brought.leg.label + " is in the bridge " + each.name + " already.");
    }
  }
  const auto known = brought_.find(place);
  if (known != brought_.end() && known->second.bridge != brought.bridge) {
    return failure(Fault::conflict, brought.leg.label + " is in the bridge " + known->second.bridge + " already.");
  }
  return {};
}

void BridgeHooks::bring(Brought brought) {
  std::string place = place_of(brought.leg);
  brought_.insert_or_assign(std::move(place), std::move(brought));
}

void BridgeHooks::add_to(bridge::Plan& plan, const std::vector<bridge::Plan>& plans, const Takes& takes) const {
  for (const auto& [place, each] : brought_) {
    if (each.bridge == plan.name && judge(each, plans, takes)) plan.legs.push_back(each.leg);
  }
}

std::vector<std::string> BridgeHooks::take_new(const bridge::Plan& plan) {
  std::vector<std::string> labels;
  for (const bridge::LegPlan& leg : plan.legs) {
    const auto known = brought_.find(place_of(leg));
    if (known != brought_.end() && std::exchange(known->second.is_new, false)) labels.push_back(leg.label);
  }
  return labels;
}

}  // namespace dragoman
