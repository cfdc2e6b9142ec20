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
  if (!lanes_) lanes_ = std::make_unique<Lanes>();
  switch (urgency) {
    case Urgency::now:
    case Urgency::command:
      lanes_->commands.lines.push_back(std::move(line));
      return;
    case Urgency::background:
      lanes_->background.lines.push_back(std::move(line));
      return;
    case Urgency::message:
      break;
  }
  Lane* lane = lanes_->of(target);
  if (lane == nullptr) {
    lane = &(line.goes_on ? lanes_->messages : lanes_->fresh).emplace_back();
    lane->target = target;
  }
  lane->lines.push_back(std::move(line));
}

SendQueue::Lane* SendQueue::Lanes::of(std::string_view target) {
  for (std::vector<Lane>* lanes : {&messages, &fresh}) {
    const auto found =
        std::find_if(lanes->begin(), lanes->end(), [target](const Lane& l) { return l.target == target; });
    if (found != lanes->end()) return &*found;
  }
  return nullptr;
}

std::optional<QueuedLine> SendQueue::pop() {
  if (size_ == 0) return std::nullopt;
  --size_;
  Lanes& all = *lanes_;
  if (!all.commands.empty()) return all.commands.take();
  if (all.messages.empty() && all.fresh.empty()) return all.background.take();
  all.was_fresh = !all.fresh.empty() && (all.messages.empty() || !all.was_fresh);
  return all.was_fresh ? all.take_fresh() : all.take_in_turn();
}

void SendQueue::give_back(std::string_view target, QueuedLine line) {
  Lane* lane = lanes_ ? lanes_->of(target) : nullptr;
  if (lane == nullptr) return push(Urgency::message, target, std::move(line));
  ++size_;
  if (lane->head > 0) {
    lane->lines[--lane->head] = std::move(line);
  } else {
    lane->lines.insert(lane->lines.begin(), std::move(line));
  }
}

QueuedLine SendQueue::Lanes::take_fresh() {
  Lane lane = std::move(fresh.front());
  fresh.erase(fresh.begin());
  QueuedLine line = lane.take();
  if (!lane.empty()) messages.push_back(std::move(lane));
  return line;
}

QueuedLine SendQueue::Lanes::take_in_turn() {
  if (turn >= messages.size()) turn = 0;
  QueuedLine line = messages[turn].take();
  if (messages[turn].empty()) {
    messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(turn));  // the next one moves here
  } else {
    ++turn;
  }
  return line;
}

bool SendQueue::has(std::string_view target) const { return lanes_ && lanes_->of(target) != nullptr; }

}  // namespace dragoman::backends::irc
