#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/settings.hpp"
#include "net/connect.hpp"

namespace dragoman::backends::webhook {

/// `[network.webhook]`, docs/networks/webhook.md.
struct Config {
  std::string path = "/h/";              ///< where our own addresses begin, below public_url
  std::vector<std::string> create{"*"};  ///< who may make hooks: JIDs, domains, "*"
  std::size_t hooks_per_owner = 10;
  std::uint64_t files_per_owner = 100'000'000;  ///< bytes of files that came along and are kept here

  std::uint64_t body = 256 * 1024;                  ///< bytes of a request, and
  std::uint64_t github_body = 1024 * 1024;          ///< of one to .../github,
  std::uint64_t multipart_body = 25 * 1024 * 1024;  ///< of one with files
  std::uint64_t inflated_body = 1024 * 1024;        ///< of one that was compressed

  int burst = 30;                               ///< requests to a hook at once, then
  Duration interval = std::chrono::seconds{1};  ///< one in this time
  int owner_per_second = 10;                    ///< of all hooks of an owner
  int bad_tokens_per_minute = 20;               ///< of a caller
  Duration digest = std::chrono::seconds{60};   ///< how long what is over the rate is gathered
  Duration actor_idle = std::chrono::hours{1};  ///< who has not spoken for so long leaves the room

  std::vector<std::string> allow_private;      ///< address ranges that hooks may send to though they are not public
  std::vector<std::int64_t> ports{443, 8443};  ///< that hooks may send to
  bool allow_http = false;                     ///< hooks may send without TLS
  std::optional<net::Endpoint> proxy;          ///< an HTTP proxy that connects to where they send; nothing: none
  Duration max_age = std::chrono::hours{24};   ///< what is sent is tried for so long, where its hook says nothing else
  Duration max_block = std::chrono::minutes{30};  ///< and may hold up what is behind it
  unsigned concurrency = 1;                       ///< requests of a hook at the same time
};

/// Notes what is wrong in the settings.
Config read_config(Settings& settings);

/// Whether a bare JID is in a list of JIDs, domains and "*".
bool is_listed(const std::vector<std::string>& list, const std::string& jid);

}  // namespace dragoman::backends::webhook
