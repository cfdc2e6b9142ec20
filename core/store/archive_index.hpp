#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// Writes the index of the archive (conversation, row) behind the messages: many rows at a time, sorted, because one
/// entry with each message would cost more than the message. It goes in passes over some thousand rows, and each pass
/// in small transactions between the commits of messages. Only the last of them says that the pass is done: readers
/// look through what comes behind themselves (ArchiveTail), and after a crash the pass is done again.
class ArchiveIndex {
 public:
  /// So many rows without an index are worth the work, while messages come and when none does.
  static constexpr RowId worth_it = 16384, worth_it_when_idle = 1024;

  /// `database` must outlive it.
  static Result<ArchiveIndex> prepare(Database& database);

  /// How many rows up to `newest` have no index yet.
  RowId behind(RowId newest) const { return newest - through_; }
  /// A pass has begun and is not done, or the rows up to `newest` that have no index are worth one.
  bool has_work(RowId newest, bool idle) const { return under_way() || behind(newest) >= (idle ? idle_pass_ : pass_); }
  /// Rows of a pass that is under way may be gone: it begins anew.
  void start_over() { target_ = through_; }
  /// Begins a pass or goes on with it, for about 1 ms, because the next message may wait for it.
  Result<void> write_some(RowId newest);

 private:
  struct Entry {
    std::int64_t conversation;
    RowId row;
    auto operator<=>(const Entry&) const = default;
  };
  explicit ArchiveIndex(Database& database) : database_(&database) {}
  bool under_way() const { return target_ > through_; }
  Result<void> collect();
  Result<std::int64_t> conversation_of_row();
  Result<void> write_entries();
  Result<void> write_piece();

  Database* database_;
  RowId pass_ = worth_it, idle_pass_ = worth_it_when_idle;
  RowId through_ = 0, target_ = 0;
  RowId collected_ = 0;  // the rows up to this one of the pass are among entries_
  bool sorted_ = false;
  std::size_t written_ = 0;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::int64_t> conversations_;  // of this pass
  std::string key_;
  Statement begin_, commit_, rollback_, rows_, find_, add_, entry_, progress_;
};

/// Up to which row the file is indexed.
Result<RowId> indexed_through(Database& database);

}  // namespace dragoman::store
