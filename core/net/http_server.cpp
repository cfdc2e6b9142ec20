#include "net/http_server.hpp"

#include <algorithm>
#include <map>
#include <sys/socket.h>

#include "base/log.hpp"
#include "net/address_ranges.hpp"
#include "net/graveyard.hpp"
#include "net/http_connection.hpp"
#include "net/http_response_head.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

constexpr std::chrono::seconds pause_without_descriptors{1};
constexpr std::chrono::minutes warning_interval{1};

class Server final : public HttpServer {
 public:
  Server(Loop& loop, HttpServerLimits limits, AddressRanges trusted)
      : house_{loop, limits, std::move(trusted), {}}, tasks_(loop) {}

  Result<void> listen(const Endpoint& endpoint) {
    auto listener = Listener::open(house_.loop, endpoint);
    if (!listener) return listener.error();
    listeners_.push_back(std::move(*listener));
    return {};
  }

  Result<void> add(HttpRoute route) override { return house_.routes.add(std::move(route)); }

  void remove(const std::string& path) override {
    house_.routes.remove(path);
    std::vector<std::uint64_t> cut;
    for (const auto& [id, connection] : connections_) {
      if (connection->is_at(path)) cut.push_back(id);
    }
    for (const std::uint64_t id : cut) over(id);
  }
  bool busy(const std::string& path) const override { return house_.routes.busy(path); }

  void start() override {
    for (const auto& listener : listeners_) {
      tasks_.spawn([this, listener = listener.get()] { return accept_on(*listener); });
    }
  }

  void stop(std::function<void()> stopped) override {
    stopped_ = std::move(stopped);
    tasks_.on_empty([this] {
      accepting_ = false;
      tell_when_stopped();
    });
    tasks_.stop();
    for (auto& [id, connection] : std::exchange(connections_, {})) bury(std::move(connection));
  }

  std::vector<std::uint16_t> ports() const override {
    std::vector<std::uint16_t> ports;
    for (const auto& listener : listeners_) ports.push_back(listener->port());
    return ports;
  }

  Counts counts() const override { return {connections_.size(), house_.requests, refused_}; }

 private:
  Task<> accept_on(Listener& listener) {
    for (;;) {
      auto caller = co_await listener.accept();
      if (tasks_.stopping()) co_return;
      if (caller) {
        take(std::move(*caller));
        continue;
      }
      if (caller.error().fault == Fault::closed) co_return;
      const auto& address = listener.name();
      warn("connections cannot be taken", address, caller.error().text);
      co_await house_.loop.sleep_until(house_.loop.clock().now() + pause_without_descriptors);
    }
  }

  void take(std::unique_ptr<TcpStream> stream) {
    const std::uint64_t id = ++last_;
    auto connection = std::make_unique<HttpConnection>(house_, std::move(stream), [this, id] { over(id); });
    const std::string& peer = connection->peer();
    const std::string subscriber = subscriber_of(peer);
    const auto is_same = [&](const auto& each) { return subscriber_of(each.second->peer()) == subscriber; };
    const auto same = static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), is_same));
    const bool too_many_of_one =
        same >= house_.limits.connections_per_address && !house_.trusted_proxies.contains(peer);
    if (connections_.size() >= house_.limits.connections || too_many_of_one) {
      ++refused_;
      warn("a connection over the limit is refused", peer, too_many_of_one ? "of this address" : "of all");
      connection->turn_away();
      return;
    }
    connection->start();
    connections_.emplace(id, std::move(connection));
  }

  /// At most once a minute: strangers decide how often this happens.
  void warn(const char* what, const std::string& address, const std::string& reason) {
    const Instant now = house_.loop.clock().now();
    if (warned_ != Instant{} && now - warned_ < warning_interval) return;
    warned_ = now;
    LOG_WARN(what, address, reason);
  }

  void over(std::uint64_t id) {
    auto node = connections_.extract(id);
    if (!node.empty()) bury(std::move(node.mapped()));
  }
  void bury(std::unique_ptr<HttpConnection> connection) {
    connection->on_destroyed([this] { tell_when_stopped(); });
    TaskGroup& tasks = connection->tasks();
    graveyard_.bury(std::move(connection), tasks);
  }
  void tell_when_stopped() {
    if (!stopped_ || accepting_ || !graveyard_.empty()) return;
    house_.loop.post(std::exchange(stopped_, nullptr));
  }

  HttpHouse house_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::map<std::uint64_t, std::unique_ptr<HttpConnection>> connections_;
  std::uint64_t last_ = 0, refused_ = 0;
  Instant warned_{};
  bool accepting_ = true;
  std::function<void()> stopped_;
  Graveyard graveyard_;
  TaskGroup tasks_;
};

}  // namespace

std::function<Task<>(HttpExchange&)> answer_with(std::function<HttpResponse(const HttpHead&)> make) {
  return [make = std::move(make)](HttpExchange& exchange) -> Task<> {
    HttpResponse response = make(exchange.head());
    co_await exchange.answer(std::move(response));
  };
}

Result<std::unique_ptr<HttpServer>> HttpServer::open(Loop& loop, Options options) {
  AddressRanges trusted;
  for (const std::string& proxy : options.trusted_proxies) {
    if (const auto added = trusted.add(proxy); !added) return added.error();
  }
  auto server = std::make_unique<Server>(loop, options.limits, std::move(trusted));
  for (const Endpoint& endpoint : options.listen) {
    if (const auto listening = server->listen(endpoint); !listening) return listening.error();
  }
  return std::unique_ptr<HttpServer>{std::move(server)};
}

}  // namespace dragoman::net
