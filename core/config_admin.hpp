#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/settings.hpp"
#include "net/connect.hpp"

namespace dragoman {

/// [admin]: how whoever runs the machine talks to the running gateway, and looks at it.
struct AdminEntry {
  std::string socket;                        ///< path; empty: there is none
  bool named = false;                        ///< the configuration names it: without it the gateway is not run
  std::optional<gid_t> group;                ///< who may use it beside root and the gateway's user
  std::optional<net::Endpoint> listen;       ///< metrics, health, status page; nothing: there are none
  std::vector<std::string> trusted_proxies;  ///< of read_trusted_proxies
  std::string url;                           ///< where people reach the page; empty: at that address
};

/// Mistakes go to `file`. The socket stands beside the `database` unless it is named.
AdminEntry read_admin(Settings& file, const std::string& database, std::vector<std::string>& warnings);

/// trusted_proxies = ["127.0.0.1", "10.0.0.0/8"] of the table of a listener: addresses and ranges that
/// net::HttpServer takes.
std::vector<std::string> read_trusted_proxies(Settings& listener);

}  // namespace dragoman
