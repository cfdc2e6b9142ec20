#pragma once

#include <memory>
#include <string>
#include <utility>

#include "net/http_server.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

namespace dragoman::test {

inline Socket connect_to(std::uint16_t port, int receive_buffer = 0) {
  Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (receive_buffer > 0) {
    ::setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return socket;
}

/// A server of the test's own routes, and callers that write bytes as they please. Who derives stops it in the
/// destructor, before what handlers use goes.
class HttpListenerTest : public LoopTest {
 protected:
  ~HttpListenerTest() override { stop(); }

  void listen(net::HttpServerLimits limits = {}, std::vector<std::string> trusted = {}) {
    net::HttpServer::Options options;
    options.listen = {{"127.0.0.1", 0}};
    options.trusted_proxies = std::move(trusted);
    options.limits = limits;
    auto opened = net::HttpServer::open(loop, std::move(options));
    ASSERT_TRUE(opened) << opened.error().text;
    server = std::move(*opened);
  }
  void stop() {
    if (!server) return;
    bool stopped = false;
    server->stop([&] { stopped = true; });
    turn_until([&] { return stopped; });
    server.reset();
  }

  Socket call() { return connect_to(server->ports()[0]); }
  /// What the caller gets until it holds this.
  std::string read_until(Socket& caller, const std::string& wanted) {
    std::string got;
    turn_until([&] {
      got += caller.read();
      return got.find(wanted) != std::string::npos || caller.ended();
    });
    EXPECT_NE(got.find(wanted), std::string::npos) << got;
    return got;
  }
  /// All until the server ends the connection.
  std::string read_all(Socket& caller) {
    std::string got;
    turn_until([&] {
      got += caller.read();
      return caller.ended();
    });
    return got;
  }
  std::string ask(const std::string& bytes) {
    Socket caller = call();
    caller.write(bytes);
    return read_all(caller);
  }
  /// `fields` are whole lines: "Range: bytes=0-1\r\n".
  std::string get(const std::string& path, const std::string& fields = {}, const std::string& method = "GET") {
    return ask(method + ' ' + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n");
  }
  static std::string status(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }
  static std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  /// The value of a field; "(none)" without it.
  static std::string field(const std::string& answer, const std::string& name) {
    const std::size_t end = answer.find("\r\n\r\n");
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos || at >= end) return "(none)";
    const std::size_t value = at + name.size() + 4;
    return answer.substr(value, answer.find("\r\n", value) - value);
  }

  std::unique_ptr<net::HttpServer> server;
};

}  // namespace dragoman::test
