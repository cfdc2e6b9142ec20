#include "net/http_pool.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace dragoman::net {

namespace {

/// Whether the other side has neither closed it nor said anything: what it says unasked (408) is a goodbye too.
bool is_open(Stream& stream) {
  char byte = 0;
  const auto got = stream.read({&byte, 1});
  return got && *got == 0;
}

}  // namespace

std::unique_ptr<Stream> HttpPool::take(const HttpOrigin& origin, Duration longest_idle) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  const Instant now = timers_.clock().now();
  std::unique_ptr<Stream> taken;
  std::vector<Idle>& idle = found->second;
  while (!taken && !idle.empty() && now - idle.back().since <= longest_idle) {
    std::unique_ptr<Stream> stream = std::move(idle.back().stream);
    idle.pop_back();
    --size_;
    if (is_open(*stream)) {
      taken = std::move(stream);
    } else {
      stream->close();
    }
  }
  if (idle.empty()) idle_.erase(found);
  if (size_ == 0) cleaning_.clear();
  return taken;
}

void HttpPool::put(const HttpOrigin& origin, std::unique_ptr<Stream> stream, Duration lasts) {
  if (size_ >= most || lasts <= Duration::zero()) return stream->close();
  const Instant now = timers_.clock().now();
  std::vector<Idle>& idle = idle_[origin];
  if (idle.size() >= most_of_an_origin) {
    idle.front().stream->close();
    idle.erase(idle.begin());
    --size_;
  }
  idle.push_back({std::move(stream), now, now + std::min(lasts, longest)});
  ++size_;
  clean();
}

void HttpPool::clean() {
  const Instant now = timers_.clock().now();
  std::optional<Instant> next;
  for (auto& [origin, idle] : idle_) {
    size_ -= std::erase_if(idle, [now](const Idle& each) {
      if (each.until > now) return false;
      each.stream->close();
      return true;
    });
    for (const Idle& each : idle) next = std::min(next.value_or(each.until), each.until);
  }
  std::erase_if(idle_, [](const auto& each) { return each.second.empty(); });
  if (next) {
    cleaning_.set(*next, [this] { clean(); });
  } else {
    cleaning_.clear();
  }
}

}  // namespace dragoman::net
