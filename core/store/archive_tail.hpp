#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// The rows that the index of the archive does not hold yet, by conversation: each is looked at once, however many
/// people ask. At most some thousand ids (ArchiveIndex::worth_it).
class ArchiveTail {
 public:
  /// Looks at what came since the last time. Inside the transaction of the query.
  Result<void> update(Database& database);
  /// Up to here the index is complete; what it holds beyond is of a pass that is under way.
  RowId indexed() const { return indexed_; }
  /// The rows of a conversation that are not indexed, in order.
  const std::vector<RowId>& rows(std::string_view network, std::string_view owner, std::string_view room) const;

 private:
  void forget_through(RowId indexed);

  RowId indexed_ = 0, seen_ = 0;
  std::int64_t renames_ = 0;
  Statement read_;
  bool prepared_ = false;
  std::unordered_map<std::string, std::vector<RowId>> rows_;
};

}  // namespace dragoman::store
