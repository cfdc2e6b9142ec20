#include "base/gate.hpp"

#include <algorithm>
#include <utility>

namespace dragoman {

void Gate::mark_dirty(Output& output) {
  if (std::exchange(output.dirty_, true)) return;
  dirty_.push_back(&output);
}

void Gate::forget(Output& output) {
  if (output.dirty_) std::erase(dirty_, &output);
  if (output.waiting_) std::replace(waiting_.begin(), waiting_.end(), &output, static_cast<Output*>(nullptr));
  output.dirty_ = output.waiting_ = false;
}

void Gate::forget(Hook& hook) {
  if (!hook.armed_) return;
  std::erase(hooks_, &hook);
  std::replace(running_.begin(), running_.end(), &hook, static_cast<Hook*>(nullptr));
}

void Gate::end_turn() {
  while (!hooks_.empty()) {
    running_.swap(hooks_);
    for (std::size_t i = 0; i < running_.size(); ++i) {
      Hook* hook = running_[i];  // null: its owner went away while an earlier hook ran
      if (hook == nullptr) continue;
      hook->armed_ = false;
      // The entry is cleared first: an action may destroy its own hook.
      running_[i] = nullptr;
      hook->action_();
    }
    running_.clear();
  }
  const Ticket ticket = commit ? commit() : 0;
  if (ticket != 0) newest_ = ticket;
  auto actions = std::exchange(this_turn_, {});
  for (auto& action : actions) {
    if (ticket != 0) {
      later_.push_back({ticket, std::move(action)});
    } else {
      action();
    }
  }
  auto dirty = std::exchange(dirty_, {});
  for (Output* output : dirty) {
    output->dirty_ = false;
    if (ticket != 0 && !std::exchange(output->waiting_, true)) waiting_.push_back(output);
    output->seal(ticket);
  }
}

void Gate::durable(Ticket ticket) {
  durable_ = ticket;
  while (!later_.empty() && later_.front().ticket <= ticket) {
    const auto action = std::move(later_.front().action);
    later_.pop_front();
    action();
  }
  for (Output*& output : waiting_) {
    if (output == nullptr || output->release(ticket)) continue;
    output->waiting_ = false;
    output = nullptr;
  }
  std::erase(waiting_, nullptr);
}

void Gate::when_durable(std::function<void()> action) { this_turn_.push_back(std::move(action)); }

}  // namespace dragoman
