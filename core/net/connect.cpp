#include "net/connect.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "net/address.hpp"
#include "net/loop.hpp"
#include "net/own_address.hpp"
#include "net/proxy_tunnel.hpp"
#include "net/public_address.hpp"
#include "net/resolver.hpp"
#include "net/tcp_stream.hpp"
#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"

namespace dragoman::net {

namespace {

using TcpResult = Result<std::unique_ptr<TcpStream>>;

void set_option(int socket, int level, int option, int value) {
  // What the kernel does not know (a Unix socket, an old kernel) is no reason to stay unconnected.
  static_cast<void>(::setsockopt(socket, level, option, &value, sizeof value));
}

/// Everything writes whole turns at once (no Nagle), and a peer that vanished is noticed within a minute.
void set_options(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 20);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

struct Source {
  Address address;
  bool foreign;
};

/// Binds to an address, also to one that this machine does not have yet.
bool bind_to(int socket, const Source& source) {
  if (::bind(socket, source.address.get(), source.address.size) == 0) return true;
  if (!source.foreign || errno != EADDRNOTAVAIL) return false;
  // For IPv6 too: the kernel hands options of IPv4 on.
  set_option(socket, IPPROTO_IP, IP_FREEBIND, 1);
  return ::bind(socket, source.address.get(), source.address.size) == 0;
}

/// Begins a connection; Fault::unacceptable when the source address is not one of this machine.
TcpResult begin(Loop& loop, const Address& address, const Source* source, const ConnectOptions& options) {
  const int socket = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket < 0) return socket_error(errno);
  set_options(socket);
  if (source) {
    // The port is chosen at connect(), by the whole pair: otherwise 28,000 connections would be the end.
    set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    if (!bind_to(socket, *source)) {
      const Error error{Fault::unacceptable, "the source address cannot be used: " + socket_error(errno).text};
      ::close(socket);
      return error;
    }
  }
  if (::connect(socket, address.get(), address.size) != 0 && errno != EINPROGRESS) {
    const Error error = socket_error(errno);
    ::close(socket);
    return error;
  }
  if (options.on_connecting) {
    Address local;
    local.size = sizeof local.storage;
    if (::getsockname(socket, local.get(), &local.size) == 0) options.on_connecting(local, address);
  }
  return std::make_unique<TcpStream>(loop, socket, to_string(address));
}

/// The one of the same kind, if there is one.
const Source* source_for(const std::vector<Source>& sources, const Address& address) {
  for (const Source& source : sources) {
    if (source.address.family() == address.family()) return &source;
  }
  return nullptr;
}

/// One address until `deadline`.
Task<TcpResult> connect_to(Loop& loop, Address address, const Source* source, const ConnectOptions& options,
                           Instant deadline) {
  auto begun = begin(loop, address, source, options);
  if (!begun) co_return begun.error();
  std::unique_ptr<TcpStream> stream = std::move(*begun);
  bool late = false;
  Timer timer{loop.timers()};
  timer.set(deadline, [&late, &stream] {
    late = true;
    stream->cancel_waits();
  });
  const auto waited = co_await stream->writable();
  if (late) co_return Error{Fault::timeout, "no answer"};
  if (!waited && waited.error().fault == Fault::closed) co_return waited.error();
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(stream->descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) co_return socket_error(error);
  co_return stream;
}

Task<TcpResult> connect_until(Loop& loop, Endpoint endpoint, ConnectOptions options, Instant deadline);

/// To the first of these addresses that a proxy gets to.
Task<TcpResult> connect_through(Loop& loop, Endpoint proxy, std::vector<Address> addresses, Instant deadline) {
  Error last{Fault::unavailable, "there is no address"};
  for (const Address& address : addresses) {
    ConnectOptions straight;
    auto connected = co_await connect_until(loop, proxy, std::move(straight), deadline);
    if (!connected) co_return connected.error();
    std::unique_ptr<TcpStream> stream = std::move(*connected);
    std::string target = to_string(address);
    const auto opened = co_await open_tunnel(loop, *stream, std::move(target), deadline);
    if (opened) co_return stream;
    last = opened.error();
    if (last.fault != Fault::unavailable) break;
  }
  last.text = "cannot connect through " + to_string(proxy) + ": " + last.text;
  co_return last;
}

Task<TcpResult> connect_until(Loop& loop, Endpoint endpoint, ConnectOptions options, Instant deadline) {
  const std::string where = to_string(endpoint);
  std::vector<Source> sources;
  for (const SourceAddress& each : options.sources) {
    const auto address = parse_address(each.address, 0);
    if (!address) co_return Error{Fault::unacceptable, "the source address " + each.address + " is no IP address"};
    sources.push_back(Source{*address, each.foreign});
  }
  auto addresses = co_await loop.resolver().resolve(endpoint.host, endpoint.port, deadline);
  if (!addresses) co_return addresses.error();
  if (options.public_only) {
    // What is judged is what is connected to: the name is not asked for again in between. This machine may have a
    // public address, and on it much that only listens to itself.
    std::erase_if(*addresses, [&](const Address& address) {
      const bool fits = is_public(address) && !is_own(address);
      return !fits && !options.private_ranges.contains(plain_address(to_string(address)));
    });
    if (addresses->empty()) co_return Error{Fault::forbidden, endpoint.host + " has no public address"};
  }
  if (options.proxy) {
    Endpoint proxy = *options.proxy;
    co_return co_await connect_through(loop, std::move(proxy), std::move(*addresses), deadline);
  }
  if (!sources.empty()) {
    std::erase_if(*addresses, [&](const Address& address) { return source_for(sources, address) == nullptr; });
    if (addresses->empty()) {
      co_return Error{Fault::unacceptable, endpoint.host + " has no address of the kind of the source address " +
                                               options.sources.front().address};
    }
  }
  Error last{Fault::unavailable, {}};
  std::string tried;
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    const Address& address = (*addresses)[i];
    const Instant now = loop.clock().now();
    const auto left = static_cast<Duration::rep>(addresses->size() - i);
    auto connected =
        co_await connect_to(loop, address, source_for(sources, address), options, now + (deadline - now) / left);
    if (connected) co_return std::move(*connected);
    last = connected.error();
    if (last.fault == Fault::closed) break;
    tried += (tried.empty() ? "" : "; ") + to_string(address) + ": " + last.text;
  }
  if (!tried.empty()) last.text = "cannot connect to " + where + " (" + tried + ')';
  co_return last;
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect_tcp(Loop& loop, Endpoint endpoint, ConnectOptions options) {
  const Instant deadline = loop.clock().now() + options.timeout;
  auto connected = co_await connect_until(loop, std::move(endpoint), std::move(options), deadline);
  if (!connected) co_return connected.error();
  co_return std::unique_ptr<Stream>{std::move(*connected)};
}

Task<Result<std::unique_ptr<Stream>>> connect_tls(Loop& loop, Endpoint endpoint, TlsOptions tls,
                                                  ConnectOptions options) {
  const Instant deadline = loop.clock().now() + options.timeout;
  if (tls.host.empty()) tls.host = endpoint.host;
  const auto context = loop.tls_contexts().get(tls.ca_file);
  if (!context) co_return context.error();
  std::shared_ptr<TlsSessions> sessions = std::move(options.sessions);
  auto connected = co_await connect_until(loop, endpoint, std::move(options), deadline);
  if (!connected) co_return connected.error();
  auto made = TlsStream::make(std::move(*connected), **context, tls, std::move(sessions));
  if (!made) co_return made.error();
  std::unique_ptr<TlsStream> stream = std::move(*made);
  bool late = false;
  Timer timer{loop.timers()};
  timer.set(deadline, [&late, &stream] {
    late = true;
    stream->cancel_waits();
  });
  const auto shaken = co_await stream->handshake();
  if (shaken) co_return std::unique_ptr<Stream>{std::move(stream)};
  Error error = shaken.error();
  if (late) error = Error{Fault::timeout, "no answer in the TLS handshake"};
  error.text = "cannot connect to " + to_string(endpoint) + " (" + stream->peer() + "): " + error.text;
  co_return error;
}

}  // namespace dragoman::net
