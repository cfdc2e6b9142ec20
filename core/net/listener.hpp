#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/connect.hpp"
#include "net/tcp_stream.hpp"

namespace dragoman::net {

class Loop;

/// Takes TCP connections at one address.
class Listener {
 public:
  /// `endpoint.host` is an IP address or "localhost" (127.0.0.1); "::" is all addresses, IPv4 too. Port 0: a free one.
  /// Faults: unacceptable (no address), conflict (somebody listens there), unavailable (the system's reason).
  static Result<std::unique_ptr<Listener>> open(Loop& loop, const Endpoint& endpoint);

  /// The next connection. Fault::limited: none can be taken just now (no descriptor is left), try later;
  /// Fault::closed: stopped.
  Task<Result<std::unique_ptr<TcpStream>>> accept();
  /// Takes nothing more; accept() ends with Fault::closed.
  void close() { socket_.close(); }
  std::uint16_t port() const { return socket_.local_port(); }
  /// "127.0.0.1:8481"
  const std::string& name() const { return socket_.peer(); }

 private:
  Listener(Loop& loop, int descriptor, std::string name) : loop_(loop), socket_(loop, descriptor, std::move(name)) {}

  Loop& loop_;
  TcpStream socket_;  // of a listening socket only readable() means something
};

}  // namespace dragoman::net
