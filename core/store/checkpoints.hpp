#pragma once

#include <atomic>

namespace dragoman::store {

/// When the write-ahead log is copied into the database file. A bulk copy runs on the reader's thread beside the
/// commits; but while commits go on, it never reaches the end of the log, which then could not start over and would
/// grow. So once the log is long, the writer copies the small rest itself, right after a bulk copy: one short pause
/// every 16 MiB.
class Checkpoints {
 public:
  static constexpr int bulk_pages = 1000;    ///< pages (4 KiB) that make a bulk copy worth its fsync
  static constexpr int finish_pages = 4000;  ///< length of the log from which on the writer finishes

  enum class Next { nothing, bulk, finish };
  /// On the writer's thread after a commit; `pages` is the length of the log. After Next::bulk, nothing else is asked
  /// for until bulk_done().
  Next after_commit(int pages);
  /// On any thread: the log was copied up to this page.
  void bulk_done(int copied);

 private:
  int pages_ = 0;
  int finish_at_ = finish_pages;
  std::atomic<int> copied_ = 0;
  std::atomic<bool> running_ = false;
};

}  // namespace dragoman::store
