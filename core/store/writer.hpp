#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/gate.hpp"
#include "base/result.hpp"
#include "store/archive_index.hpp"
#include "store/batch.hpp"
#include "store/checkpoints.hpp"
#include "store/database.hpp"
#include "store/reserve.hpp"
#include "store/transaction.hpp"

namespace dragoman::store {

/// The thread that commits. Everything that queued while the last commit ran, or in the millisecond behind it, becomes
/// one transaction. Evidence alone waits for the next rows, or until the last commit is 50 ms old. Between commits it
/// writes the index of the archive.
class Writer {
 public:
  struct Hooks {
    /// Called on the writer's thread after each commit that has a ticket; how long it took.
    std::function<void(Gate::Ticket, std::chrono::steady_clock::duration)> durable;
    std::function<void()> checkpoint;  ///< asks for a bulk checkpoint elsewhere, then Checkpoints::bulk_done()
  };

  static Result<std::unique_ptr<Writer>> start(Database database, Totals totals, Reserve reserve,
                                               Checkpoints& checkpoints, Hooks hooks);
  ~Writer() { finish(); }

  /// Queues a turn and leaves `turn` empty. On the loop's thread.
  void hand_over(Batch& turn);
  /// Bytes that were handed over and are not durable yet.
  std::size_t backlog() const { return backlog_; }
  /// Calls `action`, on this or the writer's thread, when all that was handed over so far is committed; evidence that
  /// would wait does not wait then.
  void when_written(std::function<void()> action);
  /// Commits all that was handed over and ends the thread.
  void finish();

 private:
  Writer(Database database, Reserve reserve, Checkpoints& checkpoints, Hooks hooks);
  void run();
  void commit(Batch& batch);
  void after_commit();
  /// Whether the index has work: now, or (later than now) when the thread stayed idle until then; nothing: none.
  std::optional<std::chrono::steady_clock::time_point> index_due() const;
  void index_some();

  Database database_;
  std::unique_ptr<Transaction> transaction_;
  std::unique_ptr<ArchiveIndex> index_;
  RowId newest_ = 0;  // that is committed
  std::chrono::steady_clock::time_point index_not_before_{};
  Reserve reserve_;
  bool reserve_released_ = false;
  Checkpoints& checkpoints_;
  Hooks hooks_;
  int log_pages_ = 0;  // set by SQLite during a commit

  std::mutex mutex_;
  std::condition_variable changed_;
  Batch pending_;  // under mutex_
  std::vector<std::function<void()>>
      when_written_;        // under mutex_: they wait for pending_, or for what is being written
  bool waiting_ = false;    // under mutex_: the thread sleeps until something is handed over
  bool gathering_ = false;  // under mutex_: the thread lets more rows come, for a moment
  bool writing_ = false;    // under mutex_
  bool stopping_ = false;   // under mutex_
  std::atomic<std::size_t> backlog_ = 0;
  std::chrono::steady_clock::time_point last_commit_{};
  std::thread thread_;
};

}  // namespace dragoman::store
