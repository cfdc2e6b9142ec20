#pragma once

#include <functional>
#include <optional>

#include "base/result.hpp"
#include "store/archive.hpp"
#include "store/archive_tail.hpp"
#include "store/database.hpp"

namespace dragoman::store {

/// Answers questions to the archive, with a connection that reads: the index first, then what it does not hold yet.
class ArchiveReader {
 public:
  /// All reads of one page must see the same instant: inside a transaction.
  Result<ArchivePage> page(Database& database, const ArchiveQuery& query);
  /// One message by its id, of any conversation, or one of a room by what it is like.
  Result<std::optional<Message>> find(Database& database, const MessageQuery& query);

 private:
  /// The rows between two bounds (exclusive).
  struct Range {
    RowId after, before;
  };
  /// False ends the walk.
  using Visit = std::function<bool(Message& row)>;

  Result<void> prepare(Database& database);
  Result<void> open(Database& database, const ArchiveQuery& query);
  Result<std::optional<Message>> read(RowId id);
  Result<std::optional<Message>> find(const ArchiveQuery& query, RowId id);
  Result<bool> know(const ArchiveQuery& query, const std::vector<RowId>& ids);
  Result<void> turn_pages(const ArchiveQuery& query, Range range, ArchivePage& page);
  Result<void> count(const ArchiveQuery& query, Range range, ArchivePage& page);
  Result<Range> range_of(Database& database, const ArchiveQuery& query);
  Result<std::optional<Message>> newest_in_front();
  Result<RowId> first_since(Database& database, Timestamp time);
  Result<void> walk(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit);
  Result<bool> walk_index(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit);
  Result<bool> walk_tail(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit);
  Result<bool> visit_row(const ArchiveQuery& query, RowId id, const Visit& visit);

  bool prepared_ = false;
  Statement conversation_of_, message_, forwards_, backwards_, size_, accepted_;
  ArchiveTail tail_;
  std::int64_t conversation_ = 0;  // of the query that runs; 0: nothing is indexed
};

}  // namespace dragoman::store
