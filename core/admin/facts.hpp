#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/overview.hpp"
#include "gateway/overview.hpp"
#include "media/proxy.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"
#include "store/store.hpp"

namespace dragoman::admin {

/// One [[network]] as it is now.
struct NetworkFacts {
  gateway::Overview overview;
  std::string link_text;                        ///< "connected", or why the XMPP server is not
  std::optional<media::Proxy::Counts> files{};  ///< that strangers had by links; nothing: there is no [http]
};

/// How far the configuration that holds is the one in the file.
struct ConfigFacts {
  Timestamp taken{};     ///< when it was read, at the start or by the last reload that succeeded
  bool refused = false;  ///< the last reload found mistakes
};

/// Where what is shown and counted comes from; all of it outlives who has this.
struct Facts {
  net::Loop& loop;
  Random& random;
  store::Store& store;
  std::string software;  ///< "dragoman 0.1.0"
  std::function<std::vector<NetworkFacts>()> networks;
  /// Whether this bare JID is an admin of a network now.
  std::function<bool(const std::string&)> is_admin;
  std::function<ConfigFacts()> config;
  /// What the public listener counts; nothing, or no function: there is none.
  std::function<std::optional<net::HttpServer::Counts>()> strangers{};
  /// No function: there are no bridges.
  std::function<std::vector<bridge::BridgeOverview>()> bridges{};
};

/// How the program's networks get on with the network behind them, as far as its people tell.
enum class Upstream {
  idle,        ///< nobody needs a connection
  connecting,  ///< nobody has one yet
  up,
  partial,  ///< some are connected, some have lost it
  down,     ///< who needs a connection has lost it
};
Upstream upstream_of(const gateway::Overview& network);
std::string_view to_string(Upstream upstream);
/// Why it is down or partial: what the network said last; else empty.
std::string upstream_text(const gateway::Overview& network);

}  // namespace dragoman::admin
