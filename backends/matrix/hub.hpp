#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/matrix/config.hpp"
#include "backends/matrix/effects.hpp"
#include "backends/matrix/media_store.hpp"
#include "backends/matrix/sso_returns.hpp"
#include "backends/matrix/start_queue.hpp"
#include "backends/matrix/state.hpp"
#include "backends/matrix/tokens.hpp"
#include "backends/services.hpp"
#include "net/graveyard.hpp"
#include "net/http.hpp"

namespace dragoman::backends::matrix {

class AppService;
class Connection;

/// What the sessions of a network have in common: configuration, the way to homeservers, tokens, addresses of rooms,
/// the queue of those that begin, and the care for those that nobody owns any more.
class Hub {
 public:
  Hub(std::string jid, Config config, Services& services, Names& names);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// The network is started: files of the media store are behind links from now on, the homeserver of an application
  /// service is listened to.
  void start();
  void stop();
  const std::string& jid() const { return jid_; }
  const Config& config() const { return config_; }
  /// False: it is another homeserver, or is to be trusted otherwise; nothing was changed.
  bool take_settings(const Config& newer);
  Services& services() { return services_; }
  net::Loop& loop() { return services_.loop; }
  const Clock& clock() const { return services_.loop.clock(); }
  net::HttpClient& http();
  const Shared& shared() const { return shared_; }
  TokenBook& tokens() { return tokens_; }
  StartQueue& queue() { return queue_; }
  SsoReturns& sso_returns() { return sso_returns_; }
  /// nullptr: people use their own accounts (`mode = "account"`).
  AppService* service() { return service_.get(); }
  const AppService* service() const { return service_.get(); }
  /// The device of an owner: always the same, so that transaction ids hold over a new login.
  std::string device_id_of(const std::string& owner) const;

  /// A connection exists, until it is stopped.
  void add(Connection& connection) { live_.push_back(&connection); }
  void remove(Connection& connection) { std::erase(live_, &connection); }
  const std::vector<Connection*>& live() const { return live_; }

  /// A new access token of an owner in place of a `stale` one, for who has not got it in a session; false: there is
  /// none to be had.
  net::Task<bool> renew_tokens(std::string owner, Secret<std::string> stale);

  /// Takes over a connection that was stopped, until it is gone.
  void adopt(std::unique_ptr<Connection> connection);
  /// Ends something whose tasks may still run.
  template <class Owner>
  void bury(std::unique_ptr<Owner> owner, net::TaskGroup& tasks) {
    graveyard_.bury(std::move(owner), tasks);
  }
  bool idle() const;

 private:
  std::string jid_;
  Config config_;
  Services& services_;
  std::unique_ptr<net::HttpClient> own_http_;  // with a ca_file, or before the start
  TokenBook tokens_;
  std::unique_ptr<MediaStore> media_;
  RoomBook book_;
  SharedRooms rooms_;
  FeatureBook features_;
  Shared shared_;
  StartQueue queue_;
  SsoReturns sso_returns_;
  std::vector<Connection*> live_;
  net::Graveyard graveyard_;
  std::unique_ptr<AppService> service_;
};

}  // namespace dragoman::backends::matrix
