#include "admin/control_server.hpp"

#include <array>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"
#include "net/loop.hpp"
#include "net/wakeup.hpp"

namespace dragoman::admin {

namespace {

constexpr std::size_t longest_request = 64 * 1024;
constexpr std::size_t most_talks = 16;
/// For the whole of a conversation: who stops reading must not keep a place for ever.
constexpr auto patience = std::chrono::seconds{30};
constexpr auto pause_when_full = std::chrono::milliseconds{100};

}  // namespace

/// One connection.
struct ControlServer::Talk {
  Talk(net::Loop& loop, net::UnixListener::Accepted accepted)
      : stream(std::move(accepted.stream)), peer(std::move(accepted.peer)), deadline(loop.timers()), woken(loop) {}

  std::unique_ptr<net::Stream> stream;
  net::PeerCredentials peer;
  Timer deadline;
  net::Wakeup woken;
  std::optional<std::string> answer;
};

ControlServer::Leave::~Leave() { server.talks_.erase(id); }

ControlServer::ControlServer(net::Loop& loop, Control& control) : loop_(loop), control_(control), tasks_(loop) {}

ControlServer::~ControlServer() = default;

Result<void> ControlServer::listen(net::UnixListener::Options options) {
  group_ = options.group;
  auto opened = net::UnixListener::open(loop_, std::move(options));
  if (!opened) return opened.error();
  listener_ = std::move(*opened);
  tasks_.spawn([this] { return accept_all(); });
  return {};
}

void ControlServer::stop(std::function<void()> stopped) {
  if (!listener_) return stopped();
  listener_->close();
  tasks_.stop();
  tasks_.on_empty(std::move(stopped));
}

bool ControlServer::may(const net::PeerCredentials& peer) const {
  return peer.user == 0 || peer.user == ::geteuid() || (group_ && peer.is_in(*group_));
}

net::Task<> ControlServer::accept_all() {
  for (;;) {
    auto accepted = co_await listener_->accept();
    if (!accepted) {
      if (accepted.error().fault == Fault::closed) co_return;
      co_await loop_.sleep_until(loop_.clock().now() + pause_when_full);
      continue;
    }
    if (talks_.size() >= most_talks) continue;  // the stream closes, which says it
    const std::uint64_t id = ++last_;
    talks_.emplace(id, std::make_unique<Talk>(loop_, std::move(*accepted)));
    tasks_.spawn([this, id] { return serve(id); });
  }
}

net::Task<> ControlServer::serve(std::uint64_t id) {
  const Leave leave{*this, id};
  Talk& talk = *talks_.at(id);
  talk.deadline.set_after(patience, [&talk] { talk.stream->close(); });
  if (!may(talk.peer)) {
    const uid_t uid = talk.peer.user;
    const pid_t pid = talk.peer.pid;
    LOG_WARN("refused on the control socket: neither root, nor this program's user, nor of the socket's group", uid,
             pid);
    std::string refusal =
        "{\"error\":{\"fault\":\"forbidden\",\"text\":\"Only root, the user of the gateway and the members of "
        "the group of its socket may do this.\"}}\n{\"done\":true,\"ok\":false}\n";
    co_await write(talk, std::move(refusal));
    co_return;
  }
  const auto request = co_await read_line(talk);
  if (!request) co_return;
  const std::string by = "uid " + std::to_string(talk.peer.user);
  control_.handle(*request, by, [this, id](std::string lines) { answered(id, std::move(lines)); });
  while (!talk.answer) {
    const bool woken = co_await talk.woken.wait();
    if (!woken) co_return;
  }
  co_await write(talk, std::move(*talk.answer));
  talk.stream->close();
}

void ControlServer::answered(std::uint64_t id, std::string lines) {
  const auto talk = talks_.find(id);
  if (talk == talks_.end()) return;
  talk->second->answer = std::move(lines);
  talk->second->woken.wake();
}

net::Task<Result<std::string>> ControlServer::read_line(Talk& talk) {
  std::string line;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto ready = co_await talk.stream->readable();
    if (!ready) co_return ready.error();
    const auto count = talk.stream->read(buffer);
    if (!count) co_return count.error();
    line.append(buffer.data(), *count);
    const std::size_t end = line.find('\n');
    if (end != std::string::npos) {
      line.resize(end);
      co_return line;
    }
    if (line.size() > longest_request) co_return failure(Fault::too_long, "a request of more than 64 KiB");
  }
}

net::Task<> ControlServer::write(Talk& talk, std::string text) {
  std::size_t sent = 0;
  for (;;) {
    const auto taken = talk.stream->write(std::span<const char>(text).subspan(sent));
    if (!taken) co_return;
    sent += *taken;
    if (sent == text.size()) co_return;
    const auto ready = co_await talk.stream->writable();
    if (!ready) co_return;
  }
}

}  // namespace dragoman::admin
