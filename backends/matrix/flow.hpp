#pragma once

#include <memory>
#include <optional>

#include "backends/matrix/hub.hpp"
#include "base/gate.hpp"
#include "chat/dialog.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::matrix {

/// What is behind a dialog that asks a homeserver: it shows its steps at the end of a turn, and lives until its tasks
/// have ended, which may be after the dialog. Outlived by `hub`.
class Flow {
 public:
  Flow(Hub& hub, chat::Dialog::Show show)
      : hub_(hub), show_(std::move(show)), soon_(hub.loop().gate(), [this] { tell(); }), tasks_(hub.loop()) {}
  virtual ~Flow() = default;
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  virtual void submit(const chat::Fields& answers) = 0;
  virtual void back() {}
  net::TaskGroup& tasks() { return tasks_; }
  /// A step is about to be shown: what is answered now is not the answer to it.
  bool has_news() const { return step_.has_value(); }
  /// Nobody looks any more.
  void forget() { show_ = nullptr; }

 protected:
  void say(chat::Step step) {
    step_ = std::move(step);
    soon_.arm();
  }
  bool is_watched() const { return show_ && !tasks_.stopping(); }

  Hub& hub_;

 private:
  void tell() {
    if (!show_ || !step_) return;
    // The dialog may be over when this returns, and what it calls with it.
    const chat::Dialog::Show shown = show_;
    const chat::Step step = *std::exchange(step_, std::nullopt);
    shown(step);
  }

  chat::Dialog::Show show_;
  std::optional<chat::Step> step_;
  Gate::Hook soon_;

 protected:
  net::TaskGroup tasks_;
};

/// The dialog of a flow.
class FlowDialog final : public chat::Dialog {
 public:
  FlowDialog(Hub& hub, std::unique_ptr<Flow> flow) : hub_(hub), flow_(std::move(flow)) {}
  ~FlowDialog() override {
    flow_->forget();
    net::TaskGroup& tasks = flow_->tasks();
    hub_.bury(std::move(flow_), tasks);
  }
  FlowDialog(const FlowDialog&) = delete;
  FlowDialog& operator=(const FlowDialog&) = delete;

  // A login that has ended in this very turn must not be overwritten by what the answer to the step before leads to.
  void submit(const chat::Fields& answers) override {
    if (!flow_->has_news()) flow_->submit(answers);
  }
  void back() override {
    if (!flow_->has_news()) flow_->back();
  }
  void cancel() override { flow_->forget(); }

 private:
  Hub& hub_;
  std::unique_ptr<Flow> flow_;
};

}  // namespace dragoman::backends::matrix
