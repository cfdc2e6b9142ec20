#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bridge/bridge.hpp"
#include "bridge/departures.hpp"
#include "bridge_hooks.hpp"
#include "bridge_links.hpp"
#include "config_bridge.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "made_bridges.hpp"
#include "net/loop.hpp"
#include "portals.hpp"

namespace dragoman {

/// All bridges of the program, those of the file and those that were made since, and what admins ask of them. Split by
/// subject: bridges.cpp (life), bridges_reports.cpp (how they are), bridges_changes.cpp (made and removed at runtime),
/// bridges_links.cpp (linked by those who moderate the rooms), bridges_hooks.cpp (hooks in them), and whose rooms are
/// asked for by a name (Portals).
class Bridges final : public gateway::commands::BridgeDesk, private Portals::Host {
 public:
  /// What they need of the program's networks.
  struct Networks {
    std::function<chat::Network*(const bridge::LegPlan& leg)> find;  ///< nullptr: it does not run
    std::function<void(const std::string& jid, const std::string& text)> tell_admins;
    /// In a chat, by the gateway of this domain.
    std::function<void(const std::string& jid, const std::string& person, const std::string& text)> tell;
    std::function<bool(const std::string& domain)> serves;
    std::function<media::Uploader*(const bridge::LegPlan& leg)> uploader_of{};  ///< as bridge::Parts
    std::function<std::vector<BridgeableNetwork>()> all;                        ///< also those that start soon
    Portals::AskRoom ask_room{};
    /// Whether this person (a bare JID) is an admin of the gateway of this domain.
    std::function<bool(const std::string& jid, const std::string& person)> is_admin{};
  };
  /// `key`: a secret of this installation, the same at every start.
  Bridges(net::Loop& loop, store::Store& store, Random& random, const std::string& key, Networks networks);
  ~Bridges();

  /// Who else has rows of their own kind (Guests), asked about those of no bridge; given before start().
  void share_rows(std::function<bool(const store::Message& row)> restore) { restore_elsewhere_ = std::move(restore); }
  /// Once, when the networks have been started.
  void start(const std::vector<BridgeEntry>& entries, const LinkEntry& link);
  /// A later version of the configuration, after its networks: only what has changed is touched.
  void apply(const std::vector<BridgeEntry>& entries, const LinkEntry& link);
  /// A network that may ask for rooms of XMPP by their names, before it is started.
  void offer_portals(const std::string& jid, chat::Network& network) { portals_.add(jid, network); }
  void network_came(const std::string& jid);
  /// Before it is told to stop: it is given nothing more; whether it has answered for all that it was given.
  void ground(const std::string& jid);
  bool is_answered(const std::string& jid) const;
  /// Behind that.
  void network_goes(const std::string& jid);
  /// What networks have been given and not answered for.
  delivery::Flight& flight() { return marks_.flight(); }
  void stop();
  std::vector<bridge::BridgeOverview> overview() const;
  /// This installation among the gateways of the world.
  const std::string& instance() const { return parts_.instance; }

  /// Whether a bridge would take a hook; faults as BridgeHooks::judge.
  Result<void> takes_hook(const BridgeHooks::Brought& brought) const;
  /// It is a leg of its bridge at the end of this turn, and again after each change that lets it be one.
  void bring_hook(BridgeHooks::Brought brought);
  void take_hook_away(const bridge::LegPlan& leg);

  using Report = gateway::commands::Report;
  // gateway::commands::BridgeDesk
  Report list() const override;
  Report::Table troubled() const override;
  Result<Report> pause(const std::string& bridge, const std::string& by) override;
  Result<Report> resume(const std::string& bridge) override;
  Result<Report> make(const std::string& bridge, const std::vector<std::string>& rooms, const std::string& nickname,
                      const std::string& via, const std::string& by) override;
  Result<Report> remove(const std::string& bridge, const std::string& room) override;
  Result<Report> link(const LinkRequest& request) override;
  Result<Report> unlink(const std::string& room, const std::string& by, bool moderates) override;
  Result<Report> explain(const std::string& bridge, const std::string& room, const std::string& nickname,
                         const std::string& text) const override;
  bool release(const store::Message& row) override;

 private:
  void restore();
  /// The plans of all that are to run, with the networks as they are now.
  std::vector<bridge::Plan> wanted();
  /// Those of the file and those made at runtime that run, but for this one.
  std::vector<bridge::Plan> all_but(const std::string& name) const;
  /// What was made at runtime, or why it cannot be changed.
  Result<MadeBridges::Made> made(const std::string& name) const;
  void run(const bridge::Plan& plan);
  // bridges_hooks.cpp
  BridgeHooks::Takes takes() const;
  bridge::Plan with_hooks(bridge::Plan plan) const;
  void follow_hooks();
  void forget(const std::string& name);
  /// As remove(); `by_moderators`: those of one of its rooms have said so.
  Result<Report> take_away(const std::string& bridge, const std::string& room, bool by_moderators);
  /// Its rooms are entered, and have not agreed yet.
  bool is_waiting(const std::string& name) const { return links_.has(name) || portals_.has(name); }
  /// Those of all_but(), and of rooms that are asked or asked for.
  std::vector<bridge::Plan> spoken_for_but(const std::string& name) const;

  // Portals::Host, bridges_links.cpp
  Result<MadeBridges::Made> check(MadeBridges::Definition definition) const override;
  bool is_free(const std::string& name) const override;
  void enter(const bridge::Plan& plan) override { run(plan); }
  bridge::BridgeOverview look(const std::string& name) const override;
  void say(const std::string& name, std::size_t leg, const std::string& text) override;
  void agreed(MadeBridges::Made made) override;
  void drop(const std::string& name) override { forget(name); }
  void tell(const std::string& network, const std::string& person, const std::string& text) override;
  bool is_tied(const std::string& xmpp_room, const bridge::LegPlan& other) const override;
  bool on_order(const bridge::Ordered& order);
  /// A room goes: its moderator has said so. Everybody is told.
  void leave(const std::string& name, const std::string& place, const std::string& by);
  bridge::Bridge& add(const bridge::Plan& plan);
  bridge::Bridge* find(const std::string& name) const;
  Result<bridge::Bridge*> need(const std::string& name) const;

  delivery::Marks marks_;
  bridge::Parts parts_;
  std::function<bool(const store::Message&)> restore_elsewhere_;
  std::function<std::vector<BridgeableNetwork>()> networks_;
  std::vector<bridge::Plan> of_file_;  // those that are not enabled too: their rooms are spoken for
  MadeBridges made_;
  bool started_ = false;
  std::function<void(const std::string&, const std::string&, const std::string&)> tell_;
  std::function<bool(const std::string&, const std::string&)> is_admin_;
  std::vector<std::string> may_link_;
  BridgeHooks hooks_;
  Gate::Hook hooks_changed_;
  BridgeLinks links_;
  Portals portals_;
  std::vector<bridge::Ordered> leaving_;  // ordered in this turn
  Gate::Hook leave_soon_;
  bridge::Departures departures_;
  std::vector<std::unique_ptr<bridge::Bridge>> bridges_;  // last: they tell the others
};

}  // namespace dragoman
