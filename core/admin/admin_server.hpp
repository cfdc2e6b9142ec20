#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "admin/facts.hpp"
#include "admin/logins.hpp"
#include "admin/loop_lag.hpp"
#include "admin/own_pages.hpp"
#include "admin/rates.hpp"
#include "net/attempts.hpp"
#include "net/http_server.hpp"

namespace dragoman::admin {

/// What an operator looks at: /metrics and /health/ for programs, without a login; the status page for people, who get
/// a link over XMPP. It shows and counts; it changes nothing.
class AdminServer {
 public:
  struct Options {
    std::vector<net::Endpoint> listen;
    std::string url;                             ///< where people reach it; empty: http:// and the first address
    std::vector<std::string> trusted_proxies{};  ///< as HttpServer::Options
  };
  /// Binds. Faults as HttpServer::open; malformed: a URL that is none.
  static Result<std::unique_ptr<AdminServer>> open(Facts facts, Options options);
  ~AdminServer();

  void start();
  /// Cuts what is open; `stopped` is called once, in a later handler, and may destroy this.
  void stop(std::function<void()> stopped);
  /// A link for this admin (bare JID): for five minutes, once.
  std::string login_link(const std::string& admin);
  std::vector<std::uint16_t> ports() const { return http_->ports(); }

 private:
  AdminServer(Facts facts, OwnPages pages, std::string origin, std::unique_ptr<net::HttpServer> http);
  void add_routes();
  /// GET of something without a login.
  void add_open(std::string path, std::function<net::Task<>(net::HttpExchange&)> handle);
  net::Task<> answer_metrics(net::HttpExchange& exchange);
  net::Task<> take_login(net::HttpExchange& exchange);
  net::Task<> end_login(net::HttpExchange& exchange);
  net::Task<> send_events(net::HttpExchange& exchange);
  std::string cookie(const std::string& session, std::chrono::seconds lives) const;
  std::optional<std::string> admin_of(const net::HttpHead& head);

  Facts facts_;
  OwnPages pages_;
  std::string origin_;  ///< of links: "http://127.0.0.1:8481"
  Logins logins_;
  net::Attempts attempts_;  // to log in
  LoopLag lag_;
  Rates rates_;
  std::size_t watchers_ = 0;  // pages that are told of news
  std::unique_ptr<net::HttpServer> http_;
};

}  // namespace dragoman::admin
