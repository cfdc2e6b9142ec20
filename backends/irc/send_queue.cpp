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
  Lane* lane = lane_of(target);
  if (lane == nullptr) {
    lane = &(line.goes_on ? messages_ : fresh_).emplace_back();
    lane->target = target;
  }
  lane->lines.push_back(std::move(line));
}

SendQueue::Lane* SendQueue::lane_of(std::string_view target) {
  for (std::vector<Lane>* lanes : {&messages_, &fresh_}) {
    const auto found =
        std::find_if(lanes->begin(), lanes->end(), [target](const Lane& l) { return l.target == target; });
    if (found != lanes->end()) return &*found;
  }
  return nullptr;
}

std::optional<QueuedLine> SendQueue::pop() {
  if (size_ == 0) return std::nullopt;
  --size_;
  if (!commands_.empty()) return commands_.take();
  if (messages_.empty() && fresh_.empty()) return background_.take();
  was_fresh_ = !fresh_.empty() && (messages_.empty() || !was_fresh_);
  return was_fresh_ ? take_fresh() : take_in_turn();
}

QueuedLine SendQueue::take_fresh() {
  Lane lane = std::move(fresh_.front());
  fresh_.erase(fresh_.begin());
  QueuedLine line = lane.take();
  if (!lane.empty()) messages_.push_back(std::move(lane));
  return line;
}

QueuedLine SendQueue::take_in_turn() {
  if (turn_ >= messages_.size()) turn_ = 0;
  QueuedLine line = messages_[turn_].take();
  if (messages_[turn_].empty()) {
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(turn_));  // the next one moves here
  } else {
    ++turn_;
  }
  return line;
}

bool SendQueue::has(std::string_view target) const { return const_cast<SendQueue*>(this)->lane_of(target) != nullptr; }

}  // namespace dragoman::backends::irc
