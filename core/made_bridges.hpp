#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "bridge/plan.hpp"
#include "config_bridge.hpp"
#include "store/store.hpp"

namespace dragoman {

/// The bridges that were made while the program runs, kept in the store, a document each, and checked as the file is.
/// What the file says comes first: a bridge whose name or room it has too does not run, until that is no more so.
class MadeBridges {
 public:
  /// What makes one; everything else about it is as in the file where nothing is said.
  struct Definition {
    struct Leg {
      std::string room;  ///< as people write it: "#dev@irc.example.org"
      std::string via;   ///< for an XMPP room: the domain that enters it
      std::string nick;  ///< empty: the name of the bridge
    };
    std::string name, by;  ///< `by`: a bare JID, or "operator"
    std::vector<Leg> legs;
  };
  struct Made {
    Definition definition;
    bridge::Plan plan;
    std::string problem;  ///< why it does not run; empty: it does
  };

  explicit MadeBridges(store::Store& store) : store_(store) {}

  /// What the store has. Once.
  void load();
  /// With the networks as they are now, and behind the bridges of the file: which rooms are meant, and which do not
  /// run.
  void resolve(const std::vector<bridge::Plan>& of_file, const std::vector<BridgeableNetwork>& networks);
  /// As the file would be checked; Fault::unacceptable and all mistakes. Nothing is kept.
  Result<Made> check(Definition definition, const std::vector<bridge::Plan>& others,
                     const std::vector<BridgeableNetwork>& networks) const;
  /// From this turn on, in the place of the one with its name.
  void keep(Made made);
  /// By value: it may be the name that is forgotten.
  void forget(std::string name);

  const std::vector<Made>& all() const { return all_; }
  const Made* find(const std::string& name) const;

 private:
  store::Store& store_;
  std::vector<Made> all_;  // by age, which is by the order of their names after a restart
};

}  // namespace dragoman
