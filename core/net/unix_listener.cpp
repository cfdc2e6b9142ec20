#include "net/unix_listener.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "net/loop.hpp"

namespace dragoman::net {

namespace {

/// A descriptor that is closed unless it is given away.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

Error unusable(const std::string& path, const std::string& what) {
  return {Fault::unacceptable, "the socket '" + path + "' " + what};
}

Error system_failure(const std::string& path, const char* what) {
  return unusable(path, std::string{"cannot be "} + what + ": " + std::strerror(errno));
}

/// Takes a socket out of the way on which nobody listens.
Result<void> clear(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return system_failure(path, "looked at");
  }
  if (!S_ISSOCK(status.st_mode)) return unusable(path, "is something else: choose another path, or move it away");
  Descriptor probe{new_socket()};
  if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno == EAGAIN) {
    return failure(Fault::conflict, "another program listens on the socket '" + path + "'");
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_failure(path, "replaced");
  return {};
}

std::vector<gid_t> groups_of(int descriptor) {
  std::vector<gid_t> groups(32);
  for (;;) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
      groups.resize(size / sizeof(gid_t));
      return groups;
    }
    if (errno != ERANGE) return {};
    groups.resize(size / sizeof(gid_t));  // the kernel says how many there are
  }
}

}  // namespace

bool PeerCredentials::is_in(gid_t wanted) const {
  return group == wanted || std::find(groups.begin(), groups.end(), wanted) != groups.end();
}

UnixListener::UnixListener(Loop& loop, int descriptor, std::string path)
    : loop_(loop), socket_(loop, descriptor, path), path_(std::move(path)) {}

UnixListener::~UnixListener() { close(); }

Result<std::unique_ptr<UnixListener>> UnixListener::open(Loop& loop, Options options) {
  const std::string& path = options.path;
  if (path.empty() || path.size() > longest_socket_path) {
    return unusable(path,
                    "has a path of more than " + std::to_string(longest_socket_path) + " bytes: choose a shorter one");
  }
  const sockaddr_un address = address_of(path);
  if (auto cleared = clear(path, address); !cleared) return cleared.error();
  Descriptor socket{new_socket()};
  if (socket.get() < 0 || ::bind(socket.get(), generic(address), sizeof address) != 0) {
    return system_failure(path, "made");
  }
  // Nobody can connect before listen(), so that the mode of a moment ago does not matter.
  const bool rights = (!options.group || ::chown(path.c_str(), static_cast<uid_t>(-1), *options.group) == 0) &&
                      ::chmod(path.c_str(), options.group ? 0660 : 0600) == 0;
  if (!rights || ::listen(socket.get(), 16) != 0) {
    Error error = system_failure(path, rights ? "listened on" : "given to its group");
    ::unlink(path.c_str());
    return error;
  }
  return std::unique_ptr<UnixListener>{new UnixListener{loop, socket.release(), path}};
}

Task<Result<UnixListener::Accepted>> UnixListener::accept() {
  for (;;) {
    const auto ready = co_await socket_.readable();
    if (!ready) co_return ready.error();
    auto taken = take();
    if (taken) co_return std::move(*taken);
  }
}

std::optional<Result<UnixListener::Accepted>> UnixListener::take() {
  Descriptor accepted{::accept4(socket_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (accepted.get() < 0) {
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return std::nullopt;
    return Result<Accepted>{Error{Fault::unavailable, std::strerror(errno)}};
  }
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(accepted.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  Accepted one;
  one.peer = {credentials.pid, credentials.uid, credentials.gid, groups_of(accepted.get())};
  one.stream = std::make_unique<TcpStream>(loop_, accepted.release(), "uid " + std::to_string(credentials.uid));
  return Result<Accepted>{std::move(one)};
}

void UnixListener::close() {
  if (path_.empty()) return;
  socket_.close();
  ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace dragoman::net
