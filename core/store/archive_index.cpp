#include "store/archive_index.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/crash_point.hpp"

namespace dragoman::store {

namespace {

constexpr auto time_for_a_piece = std::chrono::milliseconds{1};
/// Between two looks at the clock.
constexpr RowId rows_at_once = 128;

constexpr std::string_view rows_sql =
    "SELECT id, owner, room, network FROM message WHERE id > ?1 AND id <= ?2 AND room <> '' AND person = ''";
constexpr std::string_view find_sql = "SELECT id FROM conversation WHERE owner = ?1 AND room = ?2 AND network = ?3";
constexpr std::string_view add_sql = "INSERT INTO conversation (owner, room, network) VALUES (?1, ?2, ?3) RETURNING id";
// Entries of a pass that was cut short are there already.
constexpr std::string_view entry_sql = "INSERT OR IGNORE INTO archive (conversation, row) VALUES (?1, ?2)";
constexpr std::string_view progress_sql =
    "INSERT OR REPLACE INTO document (kind, owner, key, value) VALUES ('store', '', 'indexed', ?1)";

}  // namespace

Result<RowId> indexed_through(Database& database) {
  return database.number(
      "SELECT CAST(value AS INTEGER) FROM document WHERE kind = 'store' AND owner = '' AND key = 'indexed'");
}

Result<ArchiveIndex> ArchiveIndex::prepare(Database& database) {
  ArchiveIndex made{database};
  const std::pair<Statement*, std::string_view> statements[] = {
      {&made.begin_, "BEGIN IMMEDIATE"}, {&made.commit_, "COMMIT"},       {&made.rollback_, "ROLLBACK"},
      {&made.rows_, rows_sql},           {&made.find_, find_sql},         {&made.add_, add_sql},
      {&made.entry_, entry_sql},         {&made.progress_, progress_sql},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  const auto through = indexed_through(database);
  if (!through) return through.error();
  made.through_ = made.target_ = *through;
#ifdef DRAGOMAN_CRASH_POINTS
  // The crash test wants to see passes without thousands of messages before each.
  if (const char* const rows = std::getenv("DRAGOMAN_INDEX_AFTER")) {
    made.pass_ = made.idle_pass_ = std::max(std::atoi(rows), 1);
  }
#endif
  return made;
}

Result<void> ArchiveIndex::write_some(RowId newest) {
  if (!under_way()) {
    if (newest <= through_) return {};
    target_ = std::min(newest, through_ + pass_);
    collected_ = through_;
    entries_.clear();
    conversations_.clear();
    sorted_ = false;
    written_ = 0;
  }
  // Not FULL: what a power cut takes is indexed again. The next commit of messages makes it durable with itself.
  auto done = database_->execute("PRAGMA synchronous = NORMAL");
  if (done) done = begin_.run();
  if (done) done = write_piece();
  if (done) CRASH_POINT("before_index");
  if (done) done = commit_.run();
  if (!done && database_->in_transaction()) static_cast<void>(rollback_.run());
  if (const auto back = database_->execute("PRAGMA synchronous = FULL"); !back) return back;
  if (!done) {
    target_ = through_;  // this pass begins anew
    return done;
  }
  CRASH_POINT("after_index");
  if (sorted_ && written_ == entries_.size()) through_ = target_;
  return {};
}

Result<void> ArchiveIndex::write_piece() {
  const auto end = std::chrono::steady_clock::now() + time_for_a_piece;
  while (collected_ < target_) {
    if (auto done = collect(); !done) return done;
    if (std::chrono::steady_clock::now() >= end) return {};
  }
  if (!std::exchange(sorted_, true)) std::sort(entries_.begin(), entries_.end());
  while (written_ < entries_.size()) {
    if (auto done = write_entries(); !done) return done;
    if (std::chrono::steady_clock::now() >= end) break;
  }
  if (written_ < entries_.size()) return {};
  const std::string progress = std::to_string(target_);
  progress_.bind(1, std::string_view{progress});
  return progress_.run();
}

Result<void> ArchiveIndex::collect() {
  const RowId last = std::min(target_, collected_ + rows_at_once);
  rows_.bind(1, collected_);
  rows_.bind(2, last);
  while (true) {
    const auto row = rows_.next();
    if (!row) return row.error();
    if (!*row) break;
    const auto conversation = conversation_of_row();
    if (!conversation) {
      rows_.reset();
      return conversation.error();
    }
    entries_.push_back({*conversation, rows_.number(0)});
  }
  collected_ = last;
  return {};
}

/// Of the row that rows_ stands on.
Result<std::int64_t> ArchiveIndex::conversation_of_row() {
  key_.assign(rows_.text(1)).append(1, '\n').append(rows_.text(2)).append(1, '\n').append(rows_.text(3));
  const auto known = conversations_.find(key_);
  if (known != conversations_.end()) return known->second;
  for (Statement* statement : {&find_, &add_}) {
    for (int column = 1; column <= 3; ++column) statement->bind(column, rows_.text(column));
    const auto found = statement->next();
    if (!found) return found.error();
    if (!*found) continue;
    const std::int64_t id = statement->number(0);
    statement->reset();
    conversations_.emplace(key_, id);
    return id;
  }
  return failure(Fault::storage, database_->path() + ": a conversation could not be added to the index");
}

Result<void> ArchiveIndex::write_entries() {
  const std::size_t last = std::min(entries_.size(), written_ + rows_at_once);
  for (; written_ < last; ++written_) {
    entry_.bind(1, entries_[written_].conversation);
    entry_.bind(2, entries_[written_].row);
    if (auto done = entry_.run(); !done) return done;
  }
  return {};
}

}  // namespace dragoman::store
