#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridges.hpp"

// Hooks in bridges (BridgeHooks), as their network asks for it.

namespace dragoman {

namespace {

bool is_of(const std::vector<std::string>& people, const std::string& jid) {
  const std::string domain = jid.substr(jid.find('@') + 1);
  return std::any_of(people.begin(), people.end(),
                     [&](const std::string& each) { return each == "*" || each == jid || each == domain; });
}

}  // namespace

BridgeHooks::Takes Bridges::takes() const {
  std::vector<std::string> here;
  for (const BridgeableNetwork& each : networks_()) here.push_back(each.jid);
  return [this, here = std::move(here)](const bridge::Plan& plan, const BridgeHooks::Brought& brought) {
    const std::string& network = brought.leg.network;
    if (std::find(here.begin(), here.end(), network) == here.end()) return false;
    if (is_of(plan.hooks, brought.by) || (is_admin_ && is_admin_(network, brought.by))) return true;
    const MadeBridges::Made* made = made_.find(plan.name);
    return made != nullptr && made->definition.by == brought.by;
  };
}

bridge::Plan Bridges::with_hooks(bridge::Plan plan) const {
  hooks_.add_to(plan, all_but({}), takes());
  return plan;
}

Result<void> Bridges::takes_hook(const BridgeHooks::Brought& brought) const {
  return hooks_.judge(brought, all_but({}), takes());
}

void Bridges::bring_hook(BridgeHooks::Brought brought) {
  hooks_.bring(std::move(brought));
  hooks_changed_.arm();  // not while a session of the hook's network is at work
}

void Bridges::take_hook_away(const bridge::LegPlan& leg) {
  hooks_.take_away(place_of(leg));
  hooks_changed_.arm();
}

void Bridges::follow_hooks() {
  if (!started_) return;
  for (const bridge::Plan& plan : wanted()) {
    run(plan);
    bridge::Bridge* running = find(plan.name);
    if (running == nullptr) continue;
    for (const std::string& hook : hooks_.take_new(running->plan())) {
      const std::string& bridge = plan.name;
      LOG_INFO("a hook speaks in a bridge", bridge, hook);
      running->say_everywhere(hook + " speaks in the rooms of this bridge from now on.");
    }
  }
}

}  // namespace dragoman
