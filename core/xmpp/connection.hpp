#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/secret.hpp"
#include "net/connect.hpp"
#include "xmpp/link.hpp"

namespace dragoman::net {
class Loop;
}

namespace dragoman::xmpp {

/// The driver of one component: connects to the server's component port, keeps the stream alive (a ping when nothing
/// came for 25 s; dead after 60 s without a byte), reconnects with backoff and jitter (1 s to 60 s), feeds the Link.
class Connection {
 public:
  struct Options {
    net::Endpoint server;
    Secret<std::string> secret;
  };
  Connection(net::Loop& loop, Random& random, Link& link, Options options);
  ~Connection();

  void start();
  /// Ends the stream in order, if there is one, and connects anew with these options, at once.
  void change(Options options);
  /// Graceful stop: </stream:stream>, reads and handles until the server closes (at most 3 s), then calls `stopped`.
  void stop(std::function<void()> stopped);
  /// "connected", or why not, for status lines.
  const std::string& state_text() const;
  /// Called after each change of it.
  void on_state(std::function<void()> changed);

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace dragoman::xmpp
