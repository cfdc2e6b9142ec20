#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "admin/control.hpp"
#include "base/timers.hpp"
#include "net/task_group.hpp"
#include "net/unix_listener.hpp"

namespace dragoman::admin {

/// The socket over which the machine's administrator talks to the running gateway: one request a connection, a line in,
/// lines out. The file's mode keeps others away, and who connects all the same is asked for by the kernel: root, the
/// user of this program and the members of the socket's group are served.
class ControlServer {
 public:
  /// Both must outlive it.
  ControlServer(net::Loop& loop, Control& control);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// As UnixListener::open.
  Result<void> listen(net::UnixListener::Options options);
  /// Ends all conversations; `stopped` is called in a later turn, or at once when it never listened.
  void stop(std::function<void()> stopped);

 private:
  struct Talk;
  /// Whatever ends a conversation, its place is free afterwards.
  struct Leave {
    ControlServer& server;
    std::uint64_t id;
    ~Leave();
  };
  net::Task<> accept_all();
  net::Task<> serve(std::uint64_t id);
  net::Task<Result<std::string>> read_line(Talk& talk);
  net::Task<> write(Talk& talk, std::string text);
  bool may(const net::PeerCredentials& peer) const;
  void answered(std::uint64_t id, std::string lines);

  net::Loop& loop_;
  Control& control_;
  std::optional<gid_t> group_;
  std::unique_ptr<net::UnixListener> listener_;
  std::map<std::uint64_t, std::unique_ptr<Talk>> talks_;
  std::uint64_t last_ = 0;
  net::TaskGroup tasks_;
};

}  // namespace dragoman::admin
