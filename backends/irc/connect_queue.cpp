#include "backends/irc/connect_queue.hpp"

#include <algorithm>
#include <utility>

namespace dragoman::backends::irc {

void ConnectQueue::set_limits(Limits limits) {
  limits_ = std::move(limits);
  grant();
}

void ConnectQueue::request(Waiting& waiting) {
  waiting_.push_back(&waiting);
  grant();
}

void ConnectQueue::cancel(Waiting& waiting) { std::erase(waiting_, &waiting); }

void ConnectQueue::finished() {
  --in_progress_;
  grant();
}

void ConnectQueue::grant() {
  while (!waiting_.empty() && in_progress_ < limits_.in_progress) {
    if (limits_.rate && !limits_.rate->take(clock_.now())) {
      timer_.set(limits_.rate->ready_at(clock_.now()), [this] { grant(); });
      return;
    }
    Waiting* next = waiting_.front();
    waiting_.pop_front();
    ++in_progress_;
    next->connect_now();
  }
}

}  // namespace dragoman::backends::irc
