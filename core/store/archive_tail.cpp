#include "store/archive_tail.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/archive_index.hpp"
#include "store/room_rename.hpp"

namespace dragoman::store {

namespace {

std::string key_of(std::string_view network, std::string_view owner, std::string_view room) {
  std::string key;
  key.reserve(network.size() + owner.size() + room.size() + 2);
  key.append(owner).append(1, '\n').append(room).append(1, '\n').append(network);
  return key;
}

}  // namespace

Result<void> ArchiveTail::update(Database& database) {
  const auto indexed = indexed_through(database);
  if (!indexed) return indexed.error();
  if (*indexed != indexed_) forget_through(*indexed);
  const auto renames = rename_count(database);
  if (!renames) return renames.error();
  if (std::exchange(renames_, *renames) != *renames) {
    rows_.clear();
    seen_ = indexed_;
  }
  if (!std::exchange(prepared_, true)) {
    auto read = database.prepare("SELECT id, network, owner, room, person FROM message WHERE id > ?1 ORDER BY id");
    if (!read) return read.error();
    read_ = std::move(*read);
  }
  read_.bind(1, seen_);
  while (true) {
    const auto row = read_.next();
    if (!row) return row.error();
    if (!*row) return {};
    seen_ = read_.number(0);
    if (read_.text(3).empty() || !read_.text(4).empty()) continue;
    rows_[key_of(read_.text(1), read_.text(2), read_.text(3))].push_back(seen_);
  }
}

void ArchiveTail::forget_through(RowId indexed) {
  indexed_ = indexed;
  seen_ = std::max(seen_, indexed);
  for (auto each = rows_.begin(); each != rows_.end();) {
    auto& rows = each->second;
    rows.erase(rows.begin(), std::upper_bound(rows.begin(), rows.end(), indexed));
    each = rows.empty() ? rows_.erase(each) : std::next(each);
  }
}

const std::vector<RowId>& ArchiveTail::rows(std::string_view network, std::string_view owner,
                                            std::string_view room) const {
  static const std::vector<RowId> none;
  const auto found = rows_.find(key_of(network, owner, room));
  return found == rows_.end() ? none : found->second;
}

}  // namespace dragoman::store
