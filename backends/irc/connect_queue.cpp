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

void ConnectQueue::hold(Instant until) {
  held_until_ = std::max(held_until_, until);
  one_at_a_time_ = true;
}

void ConnectQueue::finished(bool registered) {
  --in_progress_;
  if (registered) one_at_a_time_ = false;
  grant();
}

void ConnectQueue::grant() {
  while (!waiting_.empty() && in_progress_ < (one_at_a_time_ ? 1 : limits_.in_progress)) {
    if (clock_.now() < held_until_) {
      timer_.set(held_until_, [this] { grant(); });
      return;
    }
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
