#pragma once

#include <map>
#include <memory>

#include "net/ident.hpp"
#include "net/listener.hpp"
#include "net/task_group.hpp"

namespace dragoman::net {

/// One place where Idents are asked for. Strangers call: each has ten seconds, 512 bytes a line, and there are at most
/// 256 of them at a time.
class IdentServer {
 public:
  /// Faults as Listener::open.
  static Result<std::unique_ptr<IdentServer>> open(Loop& loop, const Idents& idents, const Endpoint& endpoint);
  /// Listens no more: the address is free. The tasks are the caller's to end.
  void close() { listener_->close(); }
  TaskGroup& tasks() { return tasks_; }
  std::uint16_t port() const { return listener_->port(); }

 private:
  IdentServer(Loop& loop, const Idents& idents, std::unique_ptr<Listener> listener);
  void start();
  Task<> accept();
  Task<> serve(std::uint64_t caller);

  Loop& loop_;
  const Idents& idents_;
  std::unique_ptr<Listener> listener_;
  std::map<std::uint64_t, std::unique_ptr<TcpStream>> callers_;
  std::uint64_t last_ = 0;
  TaskGroup tasks_;
};

}  // namespace dragoman::net
