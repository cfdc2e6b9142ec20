#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "store/reader.hpp"

namespace dragoman::store {

/// The thread that reads, so that a long query delays neither the loop nor a commit. Jobs run in the order they came.
class ReadingThread {
 public:
  explicit ReadingThread(SqliteReader reader);
  ~ReadingThread() { finish(); }

  /// From any thread.
  void run(std::function<void(SqliteReader&)> job);
  /// Ends after the jobs that wait; those that come later are forgotten.
  void finish();

 private:
  void loop();

  SqliteReader reader_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(SqliteReader&)>> jobs_;  // under mutex_
  bool stopping_ = false;                                // under mutex_
  std::thread thread_;
};

}  // namespace dragoman::store
