#include "net/task_group.hpp"

#include <cstdlib>
#include <exception>
#include <list>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace asio = boost::asio;

struct TaskGroup::Inner {
  explicit Inner(Loop& its_loop) : loop(its_loop) {}

  Loop& loop;
  std::list<asio::cancellation_signal> tasks;  // one each; stable addresses, because Asio points at them
  bool stopping = false;
  std::function<void()> when_empty;

  void ended(std::list<asio::cancellation_signal>::iterator task, std::exception_ptr exception);
  void tell_when_empty() {
    if (!stopping || !tasks.empty() || !when_empty) return;
    // In a handler of its own: it may destroy what the last task, whose frame is not gone yet, still refers to.
    loop.post(std::exchange(when_empty, nullptr));
  }
};

namespace {

/// Asio 1.81 lets an exception escape from run() when a task is cancelled before it has suspended once: so each one
/// suspends first. stop() reaches it only after that, because handlers run in the order in which they were posted.
Task<> start(std::function<Task<>()> make, const bool& stopping) {
  co_await asio::post(asio::use_awaitable);
  if (!stopping) co_await make();
}

}  // namespace

void TaskGroup::Inner::ended(std::list<asio::cancellation_signal>::iterator task, std::exception_ptr exception) {
  tasks.erase(task);
  try {
    if (exception) std::rethrow_exception(exception);
  } catch (const boost::system::system_error& error) {
    if (!stopping || error.code() != asio::error::operation_aborted)
      LOG_ERROR("a task failed, this is a bug", error.what());
  } catch (const std::exception& error) {
    LOG_ERROR("a task failed, this is a bug", error.what());
  }
  tell_when_empty();
}

TaskGroup::TaskGroup(Loop& loop) : inner_(std::make_shared<Inner>(loop)) {}

TaskGroup::~TaskGroup() {
  if (empty()) return;
  LOG_ERROR("a task group was destroyed before its tasks had ended, this is a bug");
  std::abort();
}

void TaskGroup::spawn(std::function<Task<>()> make) {
  if (inner_->stopping) return;
  const auto task = inner_->tasks.emplace(inner_->tasks.end());
  auto ended = [inner = inner_, task](std::exception_ptr exception) { inner->ended(task, std::move(exception)); };
  asio::co_spawn(inner_->loop.context(), start(std::move(make), inner_->stopping),
                 asio::bind_cancellation_slot(task->slot(), std::move(ended)));
}

void TaskGroup::stop() {
  if (std::exchange(inner_->stopping, true)) return;
  // In a handler: elsewhere Asio would remember where the signal is and emit it later, when its task may have ended.
  inner_->loop.post([inner = inner_] {
    for (auto& task : inner->tasks) task.emit(asio::cancellation_type::all);
  });
  inner_->tell_when_empty();
}

bool TaskGroup::stopping() const { return inner_->stopping; }
bool TaskGroup::empty() const { return inner_->tasks.empty(); }

void TaskGroup::on_empty(std::function<void()> action) {
  inner_->when_empty = std::move(action);
  inner_->tell_when_empty();
}

}  // namespace dragoman::net
