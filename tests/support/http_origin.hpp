#pragma once

#include <optional>
#include <string>
#include <utility>

#include "net/http_client.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

namespace dragoman::test {

/// A client, and the server that it asks, which the test plays byte by byte.
struct HttpOriginTest : LoopTest {
  using Answer = Result<net::HttpResponse>;

  static net::HttpRequest request_for(const std::string& url, std::string method = "GET") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.url = *net::parse_url(url);
    return request;
  }
  net::HttpRequest request(const std::string& path = "/", std::string method = "GET") const {
    return request_for("http://127.0.0.1:" + std::to_string(listener.port()) + path, std::move(method));
  }
  /// Begins to send; the answer comes into `answer`.
  void begin(net::HttpRequest asked, net::HttpLimits limits = {}) {
    answer.reset();
    start<Answer>([this, asked = std::move(asked), limits] { return client.send(asked, limits); }, answer);
    settle();
  }
  /// The next connection of the client.
  Socket accept() {
    turn_until([this] { return listener.is_asked(); });
    return listener.accept();
  }
  /// What the client sends up to the end of a head.
  std::string heard(Socket& server) {
    std::string got;
    turn_until([&] {
      got += server.read();
      return got.find("\r\n\r\n") != std::string::npos || server.ended();
    });
    return got;
  }
  void await_answer() {
    turn_until([this] { return answer.has_value(); });
  }
  /// While the server still takes what comes.
  void await_answer_reading(Socket& server) {
    turn_until([&] {
      server.read();
      return answer.has_value();
    });
  }
  /// Hears a request and gives `bytes` as its answer.
  void answers(Socket& server, const std::string& bytes) {
    heard(server);
    server.write(bytes);
    await_answer();
  }
  /// A connection that has served one request and is kept.
  Socket kept() {
    begin(request());
    Socket server = accept();
    answers(server, ok);
    EXPECT_EQ(client.idle(), 1U);
    return server;
  }

  static constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntea";
  Listener listener;
  net::PooledHttpClient client{loop, net::TlsOptions(), ""};
  std::optional<Answer> answer;
};

}  // namespace dragoman::test
