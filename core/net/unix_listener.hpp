#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "net/tcp_stream.hpp"

namespace dragoman::net {

/// Who is on the other side of a local socket, as the kernel says (unix(7), SO_PEERCRED): nobody can claim it.
struct PeerCredentials {
  pid_t pid = 0;
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups{};  ///< all others that they are in
  bool is_in(gid_t wanted) const;
};

/// A socket in the file system. Only who may open the file gets to it; who that is stands in its mode.
class UnixListener {
 public:
  struct Options {
    std::string path;            ///< at most 107 bytes; the folder must exist
    std::optional<gid_t> group;  ///< who may use it beside the owner: mode 0660 of this group, else 0600
  };
  struct Accepted {
    std::unique_ptr<Stream> stream;
    PeerCredentials peer;
  };

  /// A socket that is left of a program which is no more is replaced. Fault::conflict: somebody listens there;
  /// Fault::unacceptable: the path cannot be used, with what to do.
  static Result<std::unique_ptr<UnixListener>> open(Loop& loop, Options options);
  /// Takes the file away.
  ~UnixListener();
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  /// The next one who connects. Fault::closed after close(), Fault::unavailable when there are too many open files: try
  /// again later.
  Task<Result<Accepted>> accept();
  void close();

 private:
  UnixListener(Loop& loop, int descriptor, std::string path);
  /// Nothing: nobody waits.
  std::optional<Result<Accepted>> take();

  Loop& loop_;
  TcpStream socket_;
  std::string path_;
};

/// The longest path that a socket may have (sockaddr_un).
inline constexpr std::size_t longest_socket_path = 107;

}  // namespace dragoman::net
