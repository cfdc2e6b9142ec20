#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace dragoman::test {

/// A socket that is closed with its owner; the test's side of a connection.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

  void write(const std::string& bytes) {
    static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  /// What is there now, at most `most` bytes.
  std::string read(std::size_t most = 1 << 20) {
    std::string bytes(most, '\0');
    const ssize_t got = ::recv(descriptor_, bytes.data(), most, MSG_DONTWAIT);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  /// Whether the other side has ended its direction and all of it was read.
  bool ended() {
    char c = 0;
    return ::recv(descriptor_, &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

 private:
  int descriptor_ = -1;
};

/// Two connected, non-blocking sockets whose buffers hold a few KiB, so that writing soon finds no room.
inline std::pair<Socket, Socket> small_socket_pair() {
  int both[2] = {-1, -1};
  static_cast<void>(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, both));
  const int size = 4096;
  for (const int one : both) ::setsockopt(one, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return {Socket{both[0]}, Socket{both[1]}};
}

/// Listens on 127.0.0.1 at a port that the kernel chose.
class Listener {
 public:
  explicit Listener(int backlog = 16) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    static_cast<void>(::bind(socket_.descriptor(), reinterpret_cast<sockaddr*>(&address), size));
    static_cast<void>(::listen(socket_.descriptor(), backlog));
    ::getsockname(socket_.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  std::uint16_t port() const { return port_; }
  /// Waits for a connection; its descriptor is negative after close().
  Socket accept() { return Socket{::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC)}; }
  /// Whether somebody wants to connect.
  bool is_asked() {
    pollfd asked{socket_.descriptor(), POLLIN, 0};
    return ::poll(&asked, 1, 0) > 0;
  }
  /// Ends an accept() on another thread.
  void close() { ::shutdown(socket_.descriptor(), SHUT_RDWR); }

 private:
  Socket socket_;
  std::uint16_t port_ = 0;
};

}  // namespace dragoman::test
