#include "store/archive_index.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/crash_point.hpp"

namespace dragoman::store {

namespace {

constexpr auto time_for_a_chunk = std::chrono::milliseconds{2};
constexpr RowId smallest_chunk = 64;

constexpr std::string_view conversations_sql =
    "INSERT OR IGNORE INTO conversation (owner, room, network) SELECT DISTINCT owner, room, network FROM message"
    " WHERE id > ?1 AND id <= ?2 AND room <> '' AND person = ''";
constexpr std::string_view entries_sql =
    "INSERT OR IGNORE INTO archive (conversation, row) SELECT c.id, m.id FROM message AS m"
    " CROSS JOIN conversation AS c ON c.owner = m.owner AND c.room = m.room AND c.network = m.network"
    " WHERE m.id > ?1 AND m.id <= ?2 AND m.room <> '' AND m.person = '' ORDER BY 1, 2";
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
      {&made.begin_, "BEGIN IMMEDIATE"},         {&made.commit_, "COMMIT"},     {&made.rollback_, "ROLLBACK"},
      {&made.conversations_, conversations_sql}, {&made.entries_, entries_sql}, {&made.progress_, progress_sql},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  const auto through = indexed_through(database);
  if (!through) return through.error();
  made.through_ = *through;
  return made;
}

Result<void> ArchiveIndex::write_some(RowId newest) {
  const RowId last = std::min(newest, through_ + chunk_);
  if (last <= through_) return {};
  const auto start = std::chrono::steady_clock::now();
  // Not FULL: what a power cut takes is indexed again. The next commit of messages makes it durable with itself.
  auto done = database_->execute("PRAGMA synchronous = NORMAL");
  if (done) done = begin_.run();
  if (done) done = write_through(last);
  if (done) CRASH_POINT("before_index");
  if (done) done = commit_.run();
  if (!done && database_->in_transaction()) static_cast<void>(rollback_.run());
  if (const auto back = database_->execute("PRAGMA synchronous = FULL"); !back) return back;
  if (!done) return done;
  CRASH_POINT("after_index");
  const auto took = std::chrono::steady_clock::now() - start;
  if (took > time_for_a_chunk) {
    chunk_ = std::max(chunk_ / 2, smallest_chunk);
  } else if (last - through_ == chunk_ && took < time_for_a_chunk / 2) {
    chunk_ = std::min(chunk_ * 2, worth_it);
  }
  through_ = last;
  return {};
}

Result<void> ArchiveIndex::write_through(RowId last) {
  for (Statement* statement : {&conversations_, &entries_}) {
    statement->bind(1, through_);
    statement->bind(2, last);
    if (auto done = statement->run(); !done) return done;
  }
  const std::string progress = std::to_string(last);
  progress_.bind(1, std::string_view{progress});
  return progress_.run();
}

}  // namespace dragoman::store
