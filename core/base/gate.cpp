#include "base/gate.hpp"

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"

namespace dragoman {

namespace {

/// What the output of a turn waits for: nothing, where it is treated as a turn without rows.
Gate::Ticket to_wait_for(Gate::Ticket ticket) { return gate_is_open() ? 0 : ticket; }

}  // namespace

void Gate::mark_dirty(Output& output) {
  if (std::exchange(output.dirty_, true)) return;
  dirty_.push_back(&output);
}

void Gate::forget(Output& output) {
  if (output.dirty_) {
    std::erase(dirty_, &output);
    std::replace(sealing_.begin(), sealing_.end(), &output, static_cast<Output*>(nullptr));
  }
  if (output.waiting_) std::replace(waiting_.begin(), waiting_.end(), &output, static_cast<Output*>(nullptr));
  output.dirty_ = output.waiting_ = false;
}

void Gate::forget(Hook& hook) {
  if (running_hook_ == &hook) running_hook_ = nullptr;
  if (!hook.armed_) return;
  std::erase(hooks_, &hook);
  std::replace(running_.begin(), running_.end(), &hook, static_cast<Hook*>(nullptr));
}

bool Gate::idle() const { return hooks_.empty() && dirty_.empty() && this_turn_.empty(); }

void Gate::run_hooks() {
  while (!hooks_.empty()) {
    running_.swap(hooks_);
    for (std::size_t i = 0; i < running_.size(); ++i) {
      Hook* hook = std::exchange(running_[i], nullptr);  // null: its owner went away while an earlier hook ran
      if (hook == nullptr) continue;
      hook->armed_ = false;
      // The action is kept here while it runs, because it may destroy its own hook.
      running_hook_ = hook;
      auto action = std::move(hook->action_);
      action();
      if (running_hook_ != nullptr) hook->action_ = std::move(action);
      running_hook_ = nullptr;
    }
    running_.clear();
  }
}

void Gate::end_turn() {
  run_hooks();
  newest_ = std::max(newest_, to_wait_for(commit ? commit() : 0));
  // A turn without rows of its own waits for those of the turns before it: what it says may be what they have learnt.
  const Ticket ticket = newest_ > durable_ ? newest_ : 0;
  auto actions = std::exchange(this_turn_, {});
  for (auto& action : actions) {
    if (ticket != 0) {
      later_.push_back({ticket, std::move(action)});
    } else {
      action();
    }
  }
  sealing_.swap(dirty_);
  for (std::size_t i = 0; i < sealing_.size(); ++i) {
    Output* output = std::exchange(sealing_[i], nullptr);
    if (output == nullptr) continue;
    output->dirty_ = false;
    if (ticket != 0 && !std::exchange(output->waiting_, true)) waiting_.push_back(output);
    output->seal(ticket);
  }
  sealing_.clear();
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
