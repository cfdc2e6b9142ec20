#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bridge/plan.hpp"

namespace dragoman {

/// Hooks that people have brought into bridges: each is one more leg of its bridge, as long as that takes it. What the
/// hook says goes to all of its rooms, what is said in them to the hook's other side.
class BridgeHooks {
 public:
  struct Brought {
    std::string bridge;
    std::string by;       ///< a bare JID
    bridge::LegPlan leg;  ///< the hook's own room
    bool is_new = false;  ///< the bridge's rooms do not know of it yet
  };
  /// Whether a bridge takes what this person brings.
  using Takes = std::function<bool(const bridge::Plan& plan, const Brought& brought)>;

  /// Faults: not_found (no such bridge), conflict (it is in another one), forbidden. `plans`: all that there are,
  /// without the legs of hooks.
  Result<void> judge(const Brought& brought, const std::vector<bridge::Plan>& plans, const Takes& takes) const;
  /// In place of what was brought with this room before.
  void bring(Brought brought);
  void take_away(const std::string& place) { brought_.erase(place); }
  /// Adds the legs of those whom the bridge takes.
  void add_to(bridge::Plan& plan, const std::vector<bridge::Plan>& plans, const Takes& takes) const;
  /// Those of a bridge that its rooms are to be told of now: each once.
  std::vector<std::string> take_new(const bridge::Plan& plan);

 private:
  std::map<std::string, Brought> brought_;  // by place_of() their room
};

}  // namespace dragoman
