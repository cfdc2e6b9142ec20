#include "store/reading_thread.hpp"

#include <utility>

#include "store/quiet_thread.hpp"

namespace dragoman::store {

ReadingThread::ReadingThread(SqliteReader reader) : reader_(std::move(reader)) {
  thread_ = quiet_thread([this] { loop(); });
}

void ReadingThread::run(std::function<void(SqliteReader&)> job) {
  {
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void ReadingThread::finish() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ReadingThread::loop() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(reader_);
    lock.lock();
  }
}

}  // namespace dragoman::store
