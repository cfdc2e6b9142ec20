#include "store/writer.hpp"

#include <utility>

#include <sqlite3.h>

#include "base/log.hpp"
#include "store/give_up.hpp"
#include "store/quiet_thread.hpp"

namespace dragoman::store {

namespace {

constexpr std::chrono::milliseconds evidence_interval{50};

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
    // While it waits for the time of evidence, only rows wake it.
    wake = waiting_ || pending_.ticket != 0;
  }
  if (wake) changed_.notify_one();
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
    if (pending_.empty()) {
      if (stopping_) return;
      waiting_ = true;
      changed_.wait(lock);
      waiting_ = false;
      continue;
    }
    const auto due = last_commit_ + evidence_interval;
    if (pending_.ticket == 0 && !stopping_ && std::chrono::steady_clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    std::swap(batch, pending_);
    lock.unlock();
    commit(batch);
    batch.clear();
    lock.lock();
  }
}

void Writer::commit(Batch& batch) {
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
  backlog_ -= batch.bytes;
  last_commit_ = std::chrono::steady_clock::now();
  if (batch.ticket != 0) hooks_.durable(batch.ticket);
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
