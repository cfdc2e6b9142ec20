#include "store/writer.hpp"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "base/log.hpp"
#include "store/give_up.hpp"
#include "store/quiet_thread.hpp"

namespace dragoman::store {

namespace {

/// What a commit costs hardly depends on its rows (docs/decisions/0142): under load it waits this long for more of
/// them. A message that comes alone waits for nothing.
constexpr std::chrono::milliseconds commit_interval{1};
constexpr std::chrono::milliseconds evidence_interval{50};
/// Without a commit for so long the thread is idle enough for the index.
constexpr std::chrono::seconds idle_interval{1};
constexpr std::chrono::minutes index_retry{1};

int note_log_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::start(Database database, Totals totals, Reserve reserve,
                                              Checkpoints& checkpoints, Hooks hooks) {
  std::unique_ptr<Writer> writer{new Writer{std::move(database), std::move(reserve), checkpoints, std::move(hooks)}};
  auto transaction = Transaction::prepare(writer->database_, totals);
  if (!transaction) return transaction.error();
  writer->transaction_ = std::make_unique<Transaction>(std::move(*transaction));
  auto index = ArchiveIndex::prepare(writer->database_);
  if (!index) return index.error();
  writer->index_ = std::make_unique<ArchiveIndex>(std::move(*index));
  writer->newest_ = totals.last_id;
  // Takes the place of SQLite's own checkpoint inside every thousandth commit.
  sqlite3_wal_hook(writer->database_.handle(), note_log_pages, &writer->log_pages_);
  writer->thread_ = quiet_thread([writer = writer.get()] { writer->run(); });
  return writer;
}

Writer::Writer(Database database, Reserve reserve, Checkpoints& checkpoints, Hooks hooks)
    : database_(std::move(database)),
      reserve_(std::move(reserve)),
      checkpoints_(checkpoints),
      hooks_(std::move(hooks)) {}

void Writer::hand_over(Batch& turn) {
  backlog_ += turn.bytes;
  bool wake = false;
  {
    const std::lock_guard lock{mutex_};
    pending_.append(turn);
    // While it waits for the time of evidence, only rows wake it; while it gathers rows, nothing does.
    wake = !gathering_ && (waiting_ || pending_.ticket != 0);
  }
  if (wake) changed_.notify_one();
}

void Writer::when_written(std::function<void()> action) {
  {
    const std::lock_guard lock{mutex_};
    if (!pending_.empty() || writing_) {
      when_written_.push_back(std::move(action));
      changed_.notify_one();
      return;
    }
  }
  action();
}

void Writer::finish() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Writer::run() {
  Batch batch;
  std::unique_lock lock{mutex_};
  while (true) {
    const auto actions = std::exchange(when_written_, {});
    if (pending_.empty()) {
      if (!actions.empty()) {  // they came while the last of it was written
        lock.unlock();
        for (const auto& action : actions) action();
        lock.lock();
        continue;
      }
      if (stopping_) return;
      const auto due = index_due();
      if (due && std::chrono::steady_clock::now() >= *due) {
        lock.unlock();
        index_some();
        lock.lock();
        continue;
      }
      waiting_ = true;
      if (due) {
        changed_.wait_until(lock, *due);
      } else {
        changed_.wait(lock);
      }
      waiting_ = false;
      continue;
    }
    const bool has_rows = pending_.ticket != 0;
    const auto due = last_commit_ + (has_rows ? commit_interval : evidence_interval);
    if (actions.empty() && !stopping_ && std::chrono::steady_clock::now() < due) {
      gathering_ = has_rows;
      changed_.wait_until(lock, due);
      gathering_ = false;
      continue;
    }
    std::swap(batch, pending_);
    writing_ = true;
    lock.unlock();
    commit(batch);
    for (const auto& action : actions) action();
    batch.clear();
    if (index_->has_work(newest_, false)) index_some();
    lock.lock();
    writing_ = false;
  }
}

std::optional<std::chrono::steady_clock::time_point> Writer::index_due() const {
  if (!index_->has_work(newest_, true)) return std::nullopt;
  return std::max(last_commit_ + idle_interval, index_not_before_);
}

void Writer::index_some() {
  if (std::chrono::steady_clock::now() < index_not_before_) return;
  if (const auto done = index_->write_some(newest_); !done) {
    // Nothing is lost by it: what is not indexed is looked through. A disk that fails shows at the next commit.
    LOG_WARN("the index of the archive could not be written; it is tried again in a minute", done.error());
    index_not_before_ = std::chrono::steady_clock::now() + index_retry;
  }
  after_commit();
}

void Writer::commit(Batch& batch) {
  const auto begun = std::chrono::steady_clock::now();
  merge(batch.marks);
  bool tried_with_reserve = false;
  while (true) {
    const auto written = transaction_->write(batch);
    if (written) break;
    if (is_busy(written.error())) {
      // Not a failure of the disk: somebody works on the file with another program. Nothing leaves meanwhile.
      LOG_WARN("commits wait for another program", written.error());
      continue;
    }
    if (std::exchange(tried_with_reserve, true)) give_up(written.error());
    LOG_ERROR("a commit failed; it is tried once more with the reserve released", written.error());
    reserve_.release();
    reserve_released_ = true;
  }
  newest_ = std::max(newest_, batch.rows.newest());
  if (moves_rows(batch)) index_->start_over();
  backlog_ -= batch.bytes;
  last_commit_ = std::chrono::steady_clock::now();
  if (batch.ticket != 0) hooks_.durable(batch.ticket, last_commit_ - begun);
  after_commit();
}

void Writer::after_commit() {
  switch (checkpoints_.after_commit(log_pages_)) {
    case Checkpoints::Next::nothing:
      break;
    case Checkpoints::Next::bulk:
      hooks_.checkpoint();
      break;
    case Checkpoints::Next::finish:
      // A checkpoint that fails loses nothing: the log keeps it all, and the next commit tells whether the disk fails.
      sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
      break;
  }
  if (reserve_released_ && free_bytes(database_.path()) >= Reserve::room_needed) {
    reserve_released_ = false;
    reserve_.keep();
  }
}

}  // namespace dragoman::store
