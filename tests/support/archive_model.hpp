#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "store/archive.hpp"

namespace dragoman::test {

/// What the archive has to answer, found by looking at every row: for fakes, and for the test of the real one.
inline store::ArchivePage ask_archive(const std::map<store::RowId, store::Message>& all,
                                      const store::ArchiveQuery& query) {
  store::ArchivePage page;
  const auto is_here = [&](store::RowId id) {
    const auto found = all.find(id);
    return found != all.end() && store::is_archived(found->second) && found->second.room == query.room &&
           found->second.owner == query.owner && found->second.network == query.network;
  };
  for (const auto* ids : {&query.must_be_there, &query.ids}) {
    for (const store::RowId id : *ids) page.unknown_id |= !is_here(id);
  }
  if (page.unknown_id) return page;
  std::vector<store::Message> wanted;
  for (const auto& [id, row] : all) {
    if (!is_here(id) || (query.after != 0 && id <= query.after) || (query.before != 0 && id >= query.before)) continue;
    if (!query.ids.empty() && std::find(query.ids.begin(), query.ids.end(), id) == query.ids.end()) continue;
    if (query.start && store::said_at(row) < *query.start) continue;
    if (query.end && store::said_at(row) > *query.end) continue;
    store::Message whole = row;
    if (row.same_as != 0) whole.content = all.at(row.same_as).content;
    if (!query.wanted || query.wanted(whole)) wanted.push_back(whole);
  }
  if (query.counted) page.count = wanted.size();
  std::erase_if(wanted, [&](const store::Message& row) {
    return (query.page_after != 0 && row.id <= query.page_after) ||
           (query.page_before != 0 && row.id >= query.page_before);
  });
  page.complete = wanted.size() <= query.limit;
  const auto size = static_cast<std::ptrdiff_t>(std::min(wanted.size(), query.limit));
  page.rows = query.newest ? std::vector(wanted.end() - size, wanted.end())
                           : std::vector(wanted.begin(), wanted.begin() + size);
  return page;
}

}  // namespace dragoman::test
