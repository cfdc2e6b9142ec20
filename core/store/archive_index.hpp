#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// Writes the index of the archive (conversation, row) behind the messages: sorted and many rows at a time, because one
/// entry with each message would cost more than the message. What it has not come to yet, readers look through
/// themselves (ArchiveTail). How far it is stands in the same transaction, so that a crash loses nothing.
class ArchiveIndex {
 public:
  /// So many rows without an index are worth the work, while messages come and when none does.
  static constexpr RowId worth_it = 4096, worth_it_when_idle = 256;

  /// `database` must outlive it.
  static Result<ArchiveIndex> prepare(Database& database);

  /// How many rows up to `newest` have no index yet.
  RowId behind(RowId newest) const { return newest - through_; }
  /// Indexes some more rows: as many as take about 2 ms, because the next message may wait for it.
  Result<void> write_some(RowId newest);

 private:
  explicit ArchiveIndex(Database& database) : database_(&database) {}
  Result<void> write_through(RowId last);

  Database* database_;
  RowId through_ = 0;
  RowId chunk_ = 512;
  Statement begin_, commit_, rollback_, conversations_, entries_, progress_;
};

/// Up to which row the file is indexed.
Result<RowId> indexed_through(Database& database);

}  // namespace dragoman::store
