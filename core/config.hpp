#pragma once

#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/secret.hpp"
#include "base/settings.hpp"
#include "config_admin.hpp"
#include "config_bridge.hpp"
#include "config_http.hpp"
#include "gateway/context.hpp"
#include "media/upload_service.hpp"
#include "net/connect.hpp"
#include "store/store.hpp"

namespace dragoman {

/// One [[network]] with everything that is not the network's own table.
struct NetworkEntry {
  std::string jid;
  std::string backend;
  std::string name;
  Secret<std::string> secret;
  gateway::Policy policy;
  media::UploadService::Options upload;
  std::string upload_ca_file;  ///< PEM, of the service that is uploaded to; empty: the system's
  Settings table;              ///< all of it, as it was read
  Settings settings;           ///< the [network.<backend>] table
};

/// The configuration file (design: docs/architecture.md; every key: config/man/dragoman.toml.5).
struct Config {
  net::Endpoint server;
  store::Store::Options store;
  log::Level level = log::Level::info;
  AdminEntry admin;
  HttpEntry http;
  MediaEntry media;
  std::vector<NetworkEntry> networks;
  std::vector<BridgeEntry> bridges;
  LinkEntry link;
  Settings file;                      ///< for problems that are found later, by the networks
  std::vector<std::string> warnings;  ///< legal, but to be known at every start
};

/// Reads the file. Mistakes are in `file.problems()`; the rest holds defaults then and must not be run.
Config read_config(const std::string& path);

}  // namespace dragoman
