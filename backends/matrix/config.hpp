#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "base/settings.hpp"
#include "net/connect.hpp"

namespace dragoman::backends::matrix {

/// `[network.matrix.relay]`: the account that speaks for bridges.
struct RelayAccount {
  std::string user_id;  ///< "@bridge:hs.tld"; empty: there is none
  Secret<std::string> password;
};

/// `mode = "appservice"`: people are on the homeserver as ghosts, without accounts of their own.
struct ServiceConfig {
  std::string server_name;      ///< behind the ":" of the homeserver's ids
  std::string prefix;           ///< of the names of ghosts and portals
  std::string registration;     ///< the file with the tokens
  std::string push_url;         ///< where the homeserver reaches the public listener; empty: at its public_url
  bool local_accounts = false;  ///< users of the homeserver may link theirs
  /// Rooms of XMPP that people of Matrix may ask for by an alias: domains or addresses, patterns with "*".
  std::vector<std::string> portals;
  std::size_t portal_limit = 100;  ///< of them at a time
  bool operator==(const ServiceConfig&) const = default;
};

/// `[network.matrix]`, docs/networks/matrix.md.
struct Config {
  /// URL or server name; empty: each person names theirs.
  std::string homeserver;
  /// People may name another one, at public addresses only.
  bool any_homeserver = false;
  net::TlsOptions tls;
  std::size_t presence_cap = 200;  ///< occupants of a bigger room are shown when they do something
  std::size_t gap_limit = 500;     ///< messages that are fetched of a room after an absence
  bool threads_inline = false;     ///< threads = "inline": what people see who have not said how they want them
  std::string device_name;         ///< in people's lists of devices
  Duration reconnect_min = std::chrono::seconds{1};
  Duration reconnect_max = std::chrono::minutes{5};
  RelayAccount relay;
  std::optional<ServiceConfig> service;  ///< nothing: people use their own accounts

  /// Whether the way to the homeserver that the operator named is in the clear, over a network.
  bool in_clear() const;
};

/// Notes what is wrong in the settings.
Config read_config(Settings& settings);

}  // namespace dragoman::backends::matrix
