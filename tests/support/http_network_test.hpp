#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backends/services.hpp"
#include "net/http_server.hpp"
#include "net/pressure.hpp"
#include "support/asked_once.hpp"
#include "support/fake_http.hpp"
#include "support/fixed_random.hpp"
#include "support/loop_test.hpp"

namespace dragoman::test {

/// What the program gives to a network that speaks HTTP: answers to its requests (`http`), what is kept of its people
/// (`kept`, by "owner key"), and, where the test wants one, the public listener, which the test asks by `answer`.
struct HttpNetworkTest : LoopTest {
  HttpNetworkTest() {
    services.http = &http;
    services.kept_of = [this](const std::string& owner, const std::string& key) {
      return Secret<std::string>{kept[owner + ' ' + key]};
    };
    services.keep_of = [this](const std::string& owner, const std::string& key, const Secret<std::string>& text) {
      kept[owner + ' ' + key] = text.reveal();
    };
  }

  /// There is a public listener, of this address.
  void listens(const std::string& url) {
    services.public_url = url;
    services.route = [this](net::HttpRoute added) {
      route = std::move(added);
      return Result<void>{};
    };
  }
  /// Asks the route of the network, and turns until it has answered.
  net::HttpResponse answer(AskedOnce& exchange) {
    std::optional<bool> done;
    start<bool>(
        [this, &exchange]() -> net::Task<bool> {
          co_await route.handle(exchange);
          co_return true;
        },
        done);
    turn_until([&] { return done.has_value(); });
    settle();
    return exchange.answered;
  }

  FakeHttp http;
  FixedRandom random;
  net::Pressure pressure{loop};
  std::map<std::string, std::string> kept;
  net::HttpRoute route;
  backends::Services services{loop,
                              random,
                              pressure,
                              [](std::string_view nick) { return std::string{nick}; },
                              [](std::string_view identity) { return "id-of " + std::string{identity}; },
                              "dragoman test",
                              "key"};
};

}  // namespace dragoman::test
