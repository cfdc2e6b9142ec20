#include "net/listener.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "net/address.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

constexpr int most_waiting = 128;

Error cannot_listen(const std::string& where, int error) {
  const std::string text = "cannot listen at " + where + ": ";
  if (error == EADDRINUSE) return {Fault::conflict, text + "something else listens there already"};
  if (error == EADDRNOTAVAIL) return {Fault::unacceptable, text + "this machine has no such address"};
  if (error == EACCES) return {Fault::unacceptable, text + "ports under 1024 are for root; choose another one"};
  return {Fault::unavailable, text + std::strerror(error)};
}

std::string numeric(const std::string& host) { return host == "localhost" ? "127.0.0.1" : host; }

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const Endpoint& endpoint) {
  const auto address = parse_address(numeric(endpoint.host), endpoint.port);
  if (!address) {
    return failure(Fault::unacceptable,
                   "cannot listen at '" + endpoint.host + "': give an IP address or \"localhost\"");
  }
  const std::string name = to_string(endpoint);
  const int descriptor = ::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(name, errno);
  std::unique_ptr<Listener> listener{new Listener{loop, descriptor, name}};
  const int on = 1, off = 0;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // connections of before a restart may linger
  if (address->family() == AF_INET6) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(descriptor, address->get(), address->size) != 0 || ::listen(descriptor, most_waiting) != 0) {
    return cannot_listen(name, errno);
  }
  return listener;
}

Task<Result<std::unique_ptr<TcpStream>>> Listener::accept() {
  for (;;) {
    Address caller;
    caller.size = sizeof caller.storage;
    const int descriptor = ::accept4(socket_.descriptor(), caller.get(), &caller.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      const int on = 1, patience_ms = 30'000;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
      co_return std::make_unique<TcpStream>(loop_, descriptor, to_string(caller));
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      co_return Error{Fault::limited, std::strerror(errno)};
    }
    // Anything else is the end of one caller (ECONNABORTED), or nobody is there.
    if (errno != EAGAIN && errno != EWOULDBLOCK) continue;
    const auto ready = co_await socket_.readable();
    if (!ready) co_return ready.error();
  }
}

}  // namespace dragoman::net
