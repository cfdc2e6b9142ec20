#include "gateway/probes.hpp"

#include <utility>

#include "gateway/presence.hpp"

namespace dragoman::gateway {

void Probes::start(std::function<void()> answered) {
  answered_ = std::move(answered);
  send_some();
}

void Probes::stop() {
  waiting_.clear();
  timer_.clear();
}

void Probes::send_some() {
  for (std::size_t sent = 0; sent < at_once && !waiting_.empty(); ++sent) {
    send_subscription(link_, waiting_.front().from, waiting_.front().to, "probe");
    waiting_.pop_front();
  }
  if (!waiting_.empty()) return timer_.set_after(interval, [this] { send_some(); });
  timer_.set_after(patience, [this] { std::exchange(answered_, {})(); });
}

}  // namespace dragoman::gateway
