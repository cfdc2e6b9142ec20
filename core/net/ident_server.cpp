#include "net/ident_server.hpp"

#include <array>
#include <sys/socket.h>
#include <utility>

#include "base/log.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

constexpr std::chrono::seconds patience{10};
constexpr std::chrono::seconds rest_without_descriptors{1};
constexpr std::size_t longest_line = 512, most_callers = 256;

Address end_of(int descriptor, int (*ask)(int, sockaddr*, socklen_t*)) {
  Address address;
  address.size = sizeof address.storage;
  if (ask(descriptor, address.get(), &address.size) != 0) address.size = 0;
  return address;
}

}  // namespace

IdentServer::IdentServer(Loop& loop, const Idents& idents, std::unique_ptr<Listener> listener)
    : loop_(loop), idents_(idents), listener_(std::move(listener)), tasks_(loop) {}

Result<std::unique_ptr<IdentServer>> IdentServer::open(Loop& loop, const Idents& idents, const Endpoint& endpoint) {
  auto listener = Listener::open(loop, endpoint);
  if (!listener) return listener.error();
  std::unique_ptr<IdentServer> server{new IdentServer{loop, idents, std::move(*listener)}};
  server->start();
  return server;
}

void IdentServer::start() {
  tasks_.spawn([this] { return accept(); });
}

Task<> IdentServer::accept() {
  for (;;) {
    auto caller = co_await listener_->accept();
    if (tasks_.stopping()) co_return;
    if (!caller && caller.error().fault == Fault::closed) co_return;
    if (!caller) {
      const std::string &address = listener_->name(), &reason = caller.error().text;
      LOG_WARN("identd cannot take a connection", address, reason);
      co_await loop_.sleep_until(loop_.clock().now() + rest_without_descriptors);
      continue;
    }
    if (callers_.size() >= most_callers) continue;  // closed as it goes
    const std::uint64_t id = ++last_;
    callers_.emplace(id, std::move(*caller));
    tasks_.spawn([this, id] { return serve(id); });
  }
}

Task<> IdentServer::serve(std::uint64_t caller) {
  struct Forget {
    std::map<std::uint64_t, std::unique_ptr<TcpStream>>& callers;
    std::uint64_t id;
    ~Forget() { callers.erase(id); }
  };
  const Forget forget{callers_, caller};
  TcpStream& stream = *callers_.at(caller);
  const Address here = end_of(stream.descriptor(), ::getsockname);
  const Address there = end_of(stream.descriptor(), ::getpeername);
  if (here.size == 0 || there.size == 0) co_return;  // gone already
  const Idents::Link asked = Idents::link_of(here, there);
  Timer timer{loop_.timers()};
  timer.set_after(patience, [&stream] { stream.close(); });
  std::string line;
  for (;;) {
    const auto ready = co_await stream.readable();
    if (!ready) co_return;
    std::array<char, longest_line> buffer;
    const auto size = stream.read(buffer);
    if (!size) co_return;
    line.append(buffer.data(), *size);
    for (auto end = line.find('\n'); end != std::string::npos; end = line.find('\n')) {
      std::string_view question{line.data(), end};
      while (question.ends_with('\r')) question.remove_suffix(1);
      const std::string answer = answer_ident(idents_, question, asked);
      if (answer.empty()) co_return;
      // It fits what the kernel has for a new connection; who does not read gets no more.
      const auto written = stream.write(answer);
      if (!written || *written != answer.size()) co_return;
      line.erase(0, end + 1);
    }
    if (line.size() > longest_line) co_return;
  }
}

}  // namespace dragoman::net
