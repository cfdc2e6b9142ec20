#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <gtest/gtest.h>

#include "net/connect.hpp"
#include "net/loop.hpp"

namespace dragoman::test {

/// The XMPP server's component port on this machine, one connection at a time, in the thread of the test. Turns of the
/// loop run only inside until() and what uses it.
class ComponentServer {
 public:
  explicit ComponentServer(net::Loop& loop)
      : loop_(loop), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address = any_port();
    EXPECT_EQ(::bind(listener_, as_generic(address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_, as_generic(address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~ComponentServer() {
    hang_up();
    stop_listening();
  }
  ComponentServer(const ComponentServer&) = delete;
  ComponentServer& operator=(const ComponentServer&) = delete;

  net::Endpoint endpoint() const { return {"127.0.0.1", port_}; }

  /// Runs the loop until `done`; fails the test after ten seconds.
  void until(const std::function<bool()>& done, std::string_view what) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) {
        FAIL() << "never: " << what << "; heard: " << heard_;
      }
      turn();
    }
  }
  /// One turn that does not sleep, and what it sent is read.
  void turn() {
    loop_.post([] {});
    loop_.turn();
    hear();
  }
  /// Enough turns for anything on this machine that is going to happen without time passing.
  void settle() {
    for (int i = 0; i < 50; ++i) turn();
  }

  void accepts() {
    until([this] { return accept_one(); }, "a connection");
  }
  bool accept_one() {
    if (connection_ >= 0) return true;
    connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    return connection_ >= 0;
  }
  /// Up to the accepted handshake.
  void welcomes() {
    accepts();
    hears("to='irc.example.org'>");
    says(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
        "xmlns:stream='http://etherx.jabber.org/streams' from='irc.example.org' id='3BF96D32'>");
    hears("</handshake>");
    says("<handshake/>");
  }

  void says(std::string_view bytes) {
    ASSERT_EQ(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  /// Waits for these bytes and forgets all up to them.
  std::string hears(std::string_view bytes) {
    until([&] { return heard_.find(bytes) != std::string::npos; }, bytes);
    const std::size_t end = heard_.find(bytes) + bytes.size();
    std::string taken = heard_.substr(0, end);
    heard_.erase(0, end);
    return taken;
  }
  void hears_the_end() {
    until([this] { return ended_; }, "the end of the connection");
  }
  void hears_nothing() {
    settle();
    EXPECT_EQ(heard_, "");
  }
  void reads(bool on) { reading_ = on; }

  void hang_up() {
    if (connection_ >= 0) ::close(std::exchange(connection_, -1));
    heard_.clear();
    ended_ = false;
  }
  /// What connects from now on is refused.
  void stop_listening() {
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }

 private:
  static sockaddr_in any_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static sockaddr* as_generic(sockaddr_in& address) { return reinterpret_cast<sockaddr*>(&address); }

  void hear() {
    char bytes[65536];
    while (connection_ >= 0 && reading_ && !ended_) {
      const ssize_t got = ::recv(connection_, bytes, sizeof bytes, MSG_DONTWAIT);
      if (got > 0) {
        heard_.append(bytes, static_cast<std::size_t>(got));
      } else {
        ended_ = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
        return;
      }
    }
  }

  net::Loop& loop_;
  int listener_;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  std::string heard_;
  bool ended_ = false, reading_ = true;
};

}  // namespace dragoman::test
