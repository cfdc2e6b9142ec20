#include "base/timers.hpp"

#include <algorithm>

namespace dragoman {

Timers::Id Timers::at(Instant when, std::function<void()> action) {
  const Id id = ++last_id_;
  actions_.emplace(id, std::move(action));
  heap_.push_back({when, id});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
  return id;
}

void Timers::cancel(Id id) {
  if (id == 0 || actions_.erase(id) == 0) return;
  // Owners that move their deadline on every line would fill the heap with cancelled entries: rebuild when most are.
  if (heap_.size() > 64 && heap_.size() > 4 * actions_.size()) {
    std::erase_if(heap_, [this](const Entry& entry) { return !actions_.contains(entry.id); });
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>{});
  }
}

void Timers::drop_cancelled() {
  while (!heap_.empty() && !actions_.contains(heap_.front().id)) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
    heap_.pop_back();
  }
}

std::optional<Instant> Timers::next() {
  drop_cancelled();
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

void Timers::run(Instant now) {
  for (drop_cancelled(); !heap_.empty() && heap_.front().when <= now; drop_cancelled()) {
    const auto found = actions_.find(heap_.front().id);
    auto action = std::move(found->second);
    actions_.erase(found);
    action();
  }
}

}  // namespace dragoman
