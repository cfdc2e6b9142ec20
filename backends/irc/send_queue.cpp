#include "backends/irc/send_queue.hpp"

#include <algorithm>

namespace dragoman::backends::irc {

QueuedLine SendQueue::Lane::take() {
  QueuedLine line = std::move(lines[head++]);
  if (head == lines.size()) {
    lines.clear();
    head = 0;
  }
  return line;
}

void SendQueue::push(Urgency urgency, std::string_view target, QueuedLine line) {
  ++size_;
  switch (urgency) {
    case Urgency::now:
    case Urgency::command:
      commands_.lines.push_back(std::move(line));
      return;
    case Urgency::background:
      background_.lines.push_back(std::move(line));
      return;
    case Urgency::message:
      break;
  }
  auto lane = std::find_if(messages_.begin(), messages_.end(), [target](const Lane& l) { return l.target == target; });
  if (lane == messages_.end()) {
    messages_.emplace_back();
    lane = messages_.end() - 1;
    lane->target = target;
  }
  lane->lines.push_back(std::move(line));
}

std::optional<QueuedLine> SendQueue::pop() {
  if (size_ == 0) return std::nullopt;
  --size_;
  if (!commands_.empty()) return commands_.take();
  if (messages_.empty()) return background_.take();
  if (turn_ >= messages_.size()) turn_ = 0;
  QueuedLine line = messages_[turn_].take();
  if (messages_[turn_].empty()) {
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(turn_));  // the next one moves here
  } else {
    ++turn_;
  }
  return line;
}

bool SendQueue::has(std::string_view target) const {
  return std::any_of(messages_.begin(), messages_.end(), [target](const Lane& lane) { return lane.target == target; });
}

}  // namespace dragoman::backends::irc
