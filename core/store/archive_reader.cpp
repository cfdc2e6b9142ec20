#include "store/archive_reader.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "store/message_row.hpp"

namespace dragoman::store {

namespace {

constexpr RowId no_bound = std::numeric_limits<RowId>::max(), no_lower_bound = std::numeric_limits<RowId>::min();
/// A larger archive is not counted beside a page of it: that would cost more than the page.
constexpr std::int64_t worth_counting = 500;
/// How far the clock of a network may be before ours, and how late it may say again what was said before: rows are in
/// the order of acceptance, and a filter of time looks at those that were accepted within these bounds.
constexpr auto ahead = std::chrono::minutes{10};
constexpr auto late = std::chrono::hours{24};

bool is_of(const Message& row, const ArchiveQuery& query) {
  return (query.on_their_way || is_archived(row)) && row.room == query.room && row.owner == query.owner &&
         row.network == query.network;
}

bool is_wanted(const Message& row, const ArchiveQuery& query) {
  const Timestamp said = said_at(row);
  if (query.start && said < *query.start) return false;
  if (query.end && said > *query.end) return false;
  return !query.wanted || query.wanted(row);
}

/// Bounds that a hostile stamp cannot push over the end of a number.
template <class Distance>
Timestamp moved(Timestamp time, Distance by) {
  constexpr Timestamp earliest{std::chrono::hours{-24 * 365 * 10000LL}}, latest{std::chrono::hours{24 * 365 * 10000LL}};
  return std::clamp(time, earliest, latest) + by;
}

}  // namespace

Result<void> ArchiveReader::prepare(Database& database) {
  if (std::exchange(prepared_, true)) return {};
  const std::string message = std::string{message_columns} + "WHERE id = ?1";
  const std::pair<Statement*, std::string_view> statements[] = {
      {&conversation_of_, "SELECT id FROM conversation WHERE owner = ?1 AND room = ?2 AND network = ?3"},
      {&message_, message},
      {&forwards_, "SELECT row FROM archive WHERE conversation = ?1 AND row > ?2 AND row < ?3 ORDER BY row"},
      {&backwards_, "SELECT row FROM archive WHERE conversation = ?1 AND row > ?2 AND row < ?3 ORDER BY row DESC"},
      {&size_,
       "SELECT count(*) FROM (SELECT 1 FROM archive WHERE conversation = ?1 AND row > ?2 AND row < ?3 LIMIT ?4)"},
      {&accepted_, "SELECT id, accepted FROM message WHERE id >= ?1 ORDER BY id LIMIT 1"},
  };
  for (const auto& [statement, sql] : statements) {
    auto made = database.prepare(sql);
    if (!made) return made.error();
    *statement = std::move(*made);
  }
  return {};
}

Result<void> ArchiveReader::open(Database& database, const ArchiveQuery& query) {
  if (auto done = prepare(database); !done) return done;
  conversation_of_.bind(1, std::string_view{query.owner});
  conversation_of_.bind(2, std::string_view{query.room});
  conversation_of_.bind(3, std::string_view{query.network});
  const auto found = conversation_of_.next();
  if (!found) return found.error();
  conversation_ = *found ? conversation_of_.number(0) : 0;
  conversation_of_.reset();
  return tail_.update(database);
}

Result<ArchivePage> ArchiveReader::page(Database& database, const ArchiveQuery& query) {
  if (auto done = open(database, query); !done) return done.error();
  ArchivePage page;
  for (const auto* named : {&query.must_be_there, &query.ids}) {
    const auto known = know(query, *named);
    if (!known) return known.error();
    if (*known) continue;
    page.unknown_id = true;
    return page;
  }
  const auto range = range_of(database, query);
  if (!range) return range.error();
  if (auto done = turn_pages(query, *range, page); !done) return done.error();
  if (query.counted) {
    if (auto done = count(query, *range, page); !done) return done.error();
  }
  return page;
}

Result<std::optional<Message>> ArchiveReader::find(Database& database, const MessageQuery& query) {
  if (query.id != 0) {
    if (auto done = prepare(database); !done) return done.error();
    auto row = read(query.id);
    if (!row || !*row) return row;
    const Message& of = **row;
    if (of.owner != query.owner || of.room != query.room || of.person != query.person || of.network != query.network) {
      return std::optional<Message>{};
    }
    return row;
  }
  ArchiveQuery all;
  all.network = query.network;
  all.owner = query.owner;
  all.room = query.room;
  all.on_their_way = true;
  if (auto done = open(database, all); !done) return done.error();
  std::optional<Message> found;
  std::size_t seen = 0;
  const auto done = walk(all, {no_lower_bound, no_bound}, true, [&](Message& row) {
    if (query.wanted(row)) found = std::move(row);
    return !found && ++seen < query.most;
  });
  if (!done) return done.error();
  return found;
}

Result<std::optional<Message>> ArchiveReader::read(RowId id) {
  message_.bind(1, id);
  const auto row = message_.next();
  if (!row) return row.error();
  std::optional<Message> found;
  if (*row) found = to_message(message_);
  message_.reset();
  return found;
}

Result<std::optional<Message>> ArchiveReader::find(const ArchiveQuery& query, RowId id) {
  auto found = read(id);
  if (found && *found && !is_of(**found, query)) found->reset();
  return found;
}

Result<bool> ArchiveReader::know(const ArchiveQuery& query, const std::vector<RowId>& ids) {
  for (const RowId id : ids) {
    const auto found = find(query, id);
    if (!found) return found.error();
    if (!*found) return false;
  }
  return true;
}

Result<ArchiveReader::Range> ArchiveReader::range_of(Database& database, const ArchiveQuery& query) {
  Range range{query.after == 0 ? no_lower_bound : query.after, query.before == 0 ? no_bound : query.before};
  const auto in_front = query.start ? newest_in_front() : Result<std::optional<Message>>{std::optional<Message>{}};
  if (!in_front) return in_front.error();
  // Rows in front of the others were accepted when those were there: only by the time of the newest they may be left
  // out.
  if (query.start && (!*in_front || said_at(**in_front) < *query.start)) {
    const auto first = first_since(database, moved(*query.start, -ahead));
    if (!first) return first.error();
    range.after = std::max(range.after, *first - 1);
  }
  if (query.end) {
    const auto first = first_since(database, moved(*query.end, late));
    if (!first) return first.error();
    range.before = std::min(range.before, *first);
  }
  return range;
}

/// Of the rows with ids below 0.
Result<std::optional<Message>> ArchiveReader::newest_in_front() {
  if (conversation_ == 0) return std::optional<Message>{};
  backwards_.bind(1, conversation_);
  backwards_.bind(2, no_lower_bound);
  backwards_.bind(3, RowId{0});
  const auto row = backwards_.next();
  if (!row) return row.error();
  if (!*row) return std::optional<Message>{};
  const RowId id = backwards_.number(0);
  backwards_.reset();
  return read(id);
}

/// The first row that was accepted at this time or later, or the id that the next row gets: ids grow with the time.
Result<RowId> ArchiveReader::first_since(Database& database, Timestamp time) {
  const auto newest = database.number("SELECT max(id) FROM message");
  if (!newest) return newest.error();
  RowId earlier = 0, found = *newest + 1;  // it lies in (earlier, found]
  while (found - earlier > 1) {
    const RowId middle = earlier + (found - earlier) / 2;
    accepted_.bind(1, middle);
    const auto row = accepted_.next();
    if (!row) return row.error();
    const RowId at = *row ? accepted_.number(0) : found;
    const bool is_later = !*row || accepted_.number(1) >= time.time_since_epoch().count();
    if (*row) accepted_.reset();
    if (is_later) {
      found = middle;
    } else {
      earlier = at;
    }
  }
  return found;
}

Result<void> ArchiveReader::turn_pages(const ArchiveQuery& query, Range range, ArchivePage& page) {
  if (query.page_after != 0) range.after = std::max(range.after, query.page_after);
  if (query.page_before != 0) range.before = std::min(range.before, query.page_before);
  const auto done = walk(query, range, query.newest, [&](Message& row) {
    if (page.rows.size() == query.limit) {
      page.complete = false;
      return false;
    }
    page.rows.push_back(std::move(row));
    return true;
  });
  if (query.newest) std::reverse(page.rows.begin(), page.rows.end());
  return done;
}

Result<void> ArchiveReader::count(const ArchiveQuery& query, Range range, ArchivePage& page) {
  if (query.limit > 0) {  // who asks for no rows wants to know the number
    size_.bind(1, conversation_);
    size_.bind(2, range.after);
    size_.bind(3, std::min(range.before, tail_.indexed() + 1));
    size_.bind(4, worth_counting + 1);
    const auto row = size_.next();
    if (!row) return row.error();
    const std::int64_t indexed = size_.number(0);
    size_.reset();
    if (indexed > worth_counting) return {};
  }
  std::uint64_t number = 0;
  const auto done = walk(query, range, false, [&number](Message&) {
    ++number;
    return true;
  });
  page.count = number;
  return done;
}

Result<void> ArchiveReader::walk(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit) {
  if (!query.ids.empty()) {
    std::vector<RowId> ids = query.ids;
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (backwards) std::reverse(ids.begin(), ids.end());
    for (const RowId id : ids) {
      if (id <= range.after || id >= range.before) continue;
      const auto on = visit_row(query, id, visit);
      if (!on) return on.error();
      if (!*on) break;
    }
    return {};
  }
  // What is not indexed is newer than what is.
  const auto first = backwards ? walk_tail(query, range, true, visit) : walk_index(query, range, false, visit);
  if (!first) return first.error();
  if (!*first) return {};
  const auto second = backwards ? walk_index(query, range, true, visit) : walk_tail(query, range, false, visit);
  if (!second) return second.error();
  return {};
}

Result<bool> ArchiveReader::walk_index(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit) {
  if (conversation_ == 0) return true;
  range.before = std::min(range.before, tail_.indexed() + 1);
  Statement& rows = backwards ? backwards_ : forwards_;
  rows.bind(1, conversation_);
  rows.bind(2, range.after);
  rows.bind(3, range.before);
  while (true) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return true;
    const auto on = visit_row(query, rows.number(0), visit);
    if (on && *on) continue;
    rows.reset();
    return on;
  }
}

Result<bool> ArchiveReader::walk_tail(const ArchiveQuery& query, Range range, bool backwards, const Visit& visit) {
  const auto& all = tail_.rows(query.network, query.owner, query.room);
  auto first = std::upper_bound(all.begin(), all.end(), range.after);
  auto last = std::lower_bound(first, all.end(), range.before);
  while (first != last) {
    const RowId id = backwards ? *--last : *first++;
    const auto on = visit_row(query, id, visit);
    if (!on || !*on) return on;
  }
  return true;
}

Result<bool> ArchiveReader::visit_row(const ArchiveQuery& query, RowId id, const Visit& visit) {
  auto row = find(query, id);
  if (!row) return row.error();
  if (!*row || !is_wanted(**row, query)) return true;
  return visit(**row);
}

}  // namespace dragoman::store
