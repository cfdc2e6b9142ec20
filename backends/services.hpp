#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/loop.hpp"
#include "net/pressure.hpp"

namespace dragoman::net {
class HttpClient;
struct HttpRoute;
}  // namespace dragoman::net

namespace dragoman::media {
class Fetcher;
class Links;
class Uploader;
}  // namespace dragoman::media

namespace dragoman::backends {

/// What a network may use of the process; all of it outlives the network.
struct Services {
  net::Loop& loop;
  Random& random;
  net::Pressure& pressure;  ///< of the component's output: a link is not read while it is high
  /// How XMPP shows a nickname as the resource of an occupant: prepared, escaped for XML, ready for Names::acquire.
  std::function<std::string(std::string_view nickname)> occupant_resource;
  /// The occupant id (XEP-0421) of somebody whom the network knows by `identity`: the same for ever, not reversible.
  std::function<std::string(std::string_view identity)> occupant_id;
  std::string software;  ///< "dragoman 0.1.0", for CTCP VERSION and User-Agent
  std::string key{};     ///< a secret of this installation: pseudonyms that stay the same for a person (IRC ident)
  /// Small texts that a network keeps over restarts, by its own keys; an empty text forgets. Nothing is kept before
  /// Network::start().
  std::function<std::string(const std::string& key)> kept{};
  std::function<void(const std::string& key, const std::string& text)> keep{};
  /// The same of one person (bare JID) or bridge, encrypted at rest, part of the turn's transaction; erased with the
  /// account.
  std::function<Secret<std::string>(const std::string& owner, const std::string& key)> kept_of{};
  std::function<void(const std::string& owner, const std::string& key, const Secret<std::string>& text)> keep_of{};
  /// For servers whose certificates the system's authorities have signed; a network that asks others with a ca_file of
  /// its own makes a net::PooledHttpClient.
  net::HttpClient* http = nullptr;
  media::Fetcher* fetcher = nullptr;  ///< files that people link to
  /// Has the public listener hand requests to this network until it is stopped; its handlers end with it, so that it is
  /// idle only when none runs. Empty without [http], and before Network::start(). Fault::conflict: something else, of
  /// this or another network, is at that path.
  std::function<Result<void>(net::HttpRoute route)> route{};
  std::string public_url{};             ///< what the paths of routes stand behind, without a slash at its end
  media::Links* links = nullptr;        ///< addresses for files of this network; nullptr where `route` is empty
  media::Uploader* uploader = nullptr;  ///< to the XMPP server's own service; nullptr before Network::start()
  /// Whether a person (bare JID) may use the gateway.
  std::function<bool(const std::string& owner)> may_use{};
  /// Somebody on the network wants to reach a person who has no session: one is opened, for a while if they are not
  /// here. False: they may not use the gateway.
  std::function<bool(const std::string& owner)> wake{};
  /// Calls `taken` when the XMPP server has proved that it has everything that was said until the end of this turn;
  /// never, when the link is lost first. Empty before Network::start().
  std::function<void(std::function<void()> taken)> when_taken{};
};

}  // namespace dragoman::backends
