#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bridge/bridge.hpp"
#include "config_bridge.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "net/loop.hpp"

namespace dragoman {

/// All [[bridge]] of the program, and what admins ask of them.
class Bridges final : public gateway::commands::BridgeDesk {
 public:
  /// What they need of the program's networks.
  struct Networks {
    std::function<chat::Network*(const bridge::LegPlan& leg)> find;  ///< nullptr: it does not run
    std::function<void(const std::string& jid, const std::string& text)> tell_admins;
    std::function<bool(const std::string& domain)> serves;
    std::function<media::Uploader*(const bridge::LegPlan& leg)> uploader_of{};  ///< as bridge::Parts
  };
  /// `key`: a secret of this installation, the same at every start.
  Bridges(net::Loop& loop, store::Store& store, const std::string& key, Networks networks);
  ~Bridges();

  /// Once, when the networks have been started.
  void start(const std::vector<BridgeEntry>& entries);
  /// A later version of the configuration, after its networks: only what has changed is touched.
  void apply(const std::vector<BridgeEntry>& entries);
  void network_came(const std::string& jid);
  /// Before it is told to stop.
  void network_goes(const std::string& jid);
  void stop();
  std::vector<bridge::BridgeOverview> overview() const;

  using Report = gateway::commands::Report;
  // gateway::commands::BridgeDesk
  Report list() const override;
  Report::Table troubled() const override;
  Result<Report> pause(const std::string& bridge, const std::string& by) override;
  Result<Report> resume(const std::string& bridge) override;
  Result<Report> explain(const std::string& bridge, const std::string& room, const std::string& nickname,
                         const std::string& text) const override;
  bool release(const store::Message& row) override;

 private:
  void restore();
  bridge::Bridge& add(const bridge::Plan& plan);
  bridge::Bridge* find(const std::string& name) const;
  Result<bridge::Bridge*> need(const std::string& name) const;

  delivery::Marks marks_;
  bridge::Parts parts_;
  bool started_ = false;
  std::vector<std::unique_ptr<bridge::Bridge>> bridges_;
};

}  // namespace dragoman
