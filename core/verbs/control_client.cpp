#include "verbs/control_client.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.hpp"
#include "net/unix_listener.hpp"

namespace dragoman::verbs {

namespace {

constexpr int patience_seconds = 40;  // the gateway itself gives up after 30

/// A socket that is closed at the end.
struct Socket {
  int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ~Socket() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

Error failed_to_connect(const std::string& path) {
  if (errno == EACCES || errno == EPERM) {
    return {Fault::forbidden, "You may not use the socket '" + path +
                                  "': be root, the gateway's user, or a member of the group that [admin] group names."};
  }
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return {Fault::unavailable, "No gateway runs with this configuration: nobody listens on '" + path + "'."};
  }
  return {Fault::unavailable, "The socket '" + path + "' cannot be used: " + std::strerror(errno) + '.'};
}

Error failed_meanwhile() {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {Fault::timeout, "The gateway gave no answer in 40 seconds."};
  return {Fault::unavailable, std::string{"The gateway ended the conversation: "} + std::strerror(errno) + '.'};
}

}  // namespace

Result<std::vector<std::string>> ask_gateway(const std::string& path, const std::string& line) {
  if (path.size() > net::longest_socket_path)
    return failure(Fault::unavailable, "'" + path + "' is too long for a socket.");
  Socket socket;
  const timeval patience{patience_seconds, 0};
  ::setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (::connect(socket.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed_to_connect(path);
  }
  // A gateway that refuses at once may have answered and closed before all was written: what it said is read anyway.
  std::string rest = line + '\n';
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket.descriptor, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EPIPE) break;
    if (sent < 0 && errno != EINTR) return failed_meanwhile();
    if (sent > 0) rest.erase(0, static_cast<std::size_t>(sent));
  }
  std::string answer;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::recv(socket.descriptor, buffer, sizeof buffer, 0);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == ECONNRESET && !answer.empty()) break;
    if (got < 0) return failed_meanwhile();
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  if (answer.empty() || answer.back() != '\n') {
    return failure(Fault::unavailable, "The gateway ended the conversation without a whole answer.");
  }
  answer.pop_back();
  std::vector<std::string> lines;
  for (const std::string_view each : text::split(answer, '\n')) lines.emplace_back(each);
  return lines;
}

}  // namespace dragoman::verbs
