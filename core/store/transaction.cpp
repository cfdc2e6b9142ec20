#include "store/transaction.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/crash_point.hpp"
#include "store/room_rename.hpp"

namespace dragoman::store {

namespace {

constexpr std::string_view insert_sql =
    "INSERT INTO message (id, state, direction, same_as, accepted, sent, expires, network_id, network, owner, room,"
    " person, author, stanza_id, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
constexpr std::string_view states_sql =
    "SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),"
    " count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4) FROM message WHERE id BETWEEN ?1 AND ?2";
// ?4: rows in every state, not only queued ones.
constexpr std::string_view mark_sql = "UPDATE message SET state = ?3 WHERE id BETWEEN ?1 AND ?2 AND (?4 OR state = 0)";
constexpr std::string_view mark_fully_sql =
    "UPDATE message SET state = ?3, network_id = iif(?5 = '', network_id, ?5), sent = iif(?6 = 0, sent, ?6),"
    " content = iif(?7 = '', content, ?7), stanza_id = iif(?8 = '', stanza_id, ?8)"
    " WHERE id BETWEEN ?1 AND ?2 AND (?4 OR state = 0)";
// A text of its own replaces one that is shared.
constexpr std::string_view amend_sql =
    "UPDATE message SET content = iif(?2 = '', content, ?2), same_as = iif(?2 = '', same_as, 0),"
    " stanza_id = iif(?3 = '', stanza_id, ?3) WHERE id = ?1";
constexpr std::string_view put_sql =
    "INSERT OR REPLACE INTO document (kind, owner, key, value) VALUES (?1, ?2, ?3, ?4)";
constexpr std::string_view erase_sql = "DELETE FROM document WHERE kind = ?1 AND owner = ?2 AND key = ?3";

constexpr std::string_view in_front_sql[] = {
    "INSERT OR IGNORE INTO conversation (owner, room, network) VALUES (?1, ?2, ?3)",
    "INSERT OR IGNORE INTO archive (conversation, row)"
    " SELECT id, ?4 FROM conversation WHERE owner = ?1 AND room = ?2 AND network = ?3",
};

// Of one owner (?1 network, ?2 bare JID), rows up to ?3. Prepared when they are needed: that is rare.
constexpr std::string_view forgotten_sql =
    "SELECT count(*), count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1),"
    " count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3), count(*) FILTER (WHERE state = 4)"
    " FROM message WHERE network = ?1 AND owner = ?2 AND id <= ?3";
constexpr std::string_view forget_sql[] = {
    "UPDATE message SET content = (SELECT content FROM message AS first WHERE first.id = message.same_as), same_as = 0"
    " WHERE same_as IN (SELECT id FROM message WHERE network = ?1 AND owner = ?2 AND id <= ?3)",
    "DELETE FROM archive WHERE conversation IN (SELECT id FROM conversation WHERE network = ?1 AND owner = ?2)"
    " AND row <= ?3",
    "DELETE FROM conversation WHERE network = ?1 AND owner = ?2"
    " AND NOT EXISTS (SELECT 1 FROM archive WHERE archive.conversation = conversation.id)",
    "DELETE FROM message WHERE network = ?1 AND owner = ?2 AND id <= ?3",
    "DELETE FROM document WHERE owner = ?1 || ' ' || ?2",
};

std::int64_t number(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

Result<Transaction> Transaction::prepare(Database& database, Totals totals) {
  Transaction made{database, totals};
  const std::pair<Statement*, std::string_view> statements[] = {
      {&made.begin_, "BEGIN IMMEDIATE"},   {&made.commit_, "COMMIT"},   {&made.rollback_, "ROLLBACK"},
      {&made.insert_, insert_sql},         {&made.states_, states_sql}, {&made.mark_, mark_sql},
      {&made.mark_fully_, mark_fully_sql}, {&made.put_, put_sql},       {&made.erase_, erase_sql},
      {&made.amend_, amend_sql},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return made;
}

Result<void> Transaction::write(const Batch& batch) {
  return write_together([&batch](const auto& write) { return write(batch); });
}

Result<void> Transaction::write_together(
    const std::function<Result<void>(const std::function<Result<void>(const Batch&)>&)>& work) {
  Totals totals = totals_;
  bool marks = false;
  auto done = begin_.run();
  if (done) {
    done = work([&](const Batch& batch) {
      marks = marks || !batch.marks.empty();
      return write_all(batch, totals);
    });
  }
  if (done) {
    CRASH_POINT("before_commit");
    done = commit_.run();
  }
  if (!done) {
    // Some errors (a full disk) have rolled back already, others leave the transaction open.
    if (database_->in_transaction()) static_cast<void>(rollback_.run());
    return done;
  }
  CRASH_POINT("after_commit");
  if (marks) CRASH_POINT("after_evidence");
  totals_ = totals;
  return {};
}

Result<void> Transaction::write_all(const Batch& batch, Totals& totals) {
  auto inserted = batch.rows.for_each([&](const Rows::Row& row) {
    totals.last_id = std::max(totals.last_id, row.id);
    ++totals.accepted;
    ++totals.of(row.state);
    return insert(row);
  });
  if (!inserted) return inserted;
  for (const Change& one : batch.changes) {
    if (auto done = change(one, totals); !done) return done;
  }
  if (!batch.marks.empty()) CRASH_POINT("before_evidence");
  for (const Evidence& one : batch.marks) {
    if (auto done = mark(one, totals); !done) return done;
  }
  if (batch.rows.empty() && batch.marks.empty() && !forgets(batch)) return {};
  return put(totals_kind, {}, totals_key, totals.to_json(), false);
}

Result<void> Transaction::insert(const Rows::Row& row) {
  insert_.bind(1, row.id);
  insert_.bind(2, static_cast<std::int64_t>(row.state));
  insert_.bind(3, static_cast<std::int64_t>(row.direction));
  insert_.bind(4, row.same_as);
  insert_.bind(5, number(row.accepted));
  insert_.bind(6, number(row.sent));
  if (row.expires) {
    insert_.bind(7, number(*row.expires));
  } else {
    insert_.bind_null(7);
  }
  insert_.bind(8, row.network_id);
  insert_.bind(9, row.network);
  insert_.bind(10, row.owner);
  insert_.bind(11, row.room);
  insert_.bind(12, row.person);
  insert_.bind(13, row.author);
  insert_.bind(14, row.stanza_id);
  insert_.bind(15, row.content);
  auto done = insert_.run();
  return done && row.id < 0 ? index_in_front(row) : done;
}

/// The index is written behind the rows that grow; what stands in front of them it would never come to.
Result<void> Transaction::index_in_front(const Rows::Row& row) {
  if (row.room.empty() || !row.person.empty()) return {};
  for (const std::string_view sql : in_front_sql) {
    auto statement = database_->prepare(sql);
    if (!statement) return statement.error();
    statement->bind(1, row.owner);
    statement->bind(2, row.room);
    statement->bind(3, row.network);
    if (sql != in_front_sql[0]) statement->bind(4, row.id);
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<void> Transaction::forget(const Change& change, Totals& totals) {
  auto counted = database_->prepare(forgotten_sql);
  if (!counted) return counted.error();
  const auto bind = [&change](Statement& statement) {
    statement.bind(1, std::string_view{change.document.kind});
    statement.bind(2, std::string_view{change.document.owner});
    statement.bind(3, change.through);
  };
  bind(*counted);
  if (const auto row = counted->next(); !row) return row.error();
  totals.accepted -= static_cast<std::uint64_t>(counted->number(0));
  for (std::size_t state = 0; state < totals.in_state.size(); ++state) {
    totals.in_state[state] -= static_cast<std::uint64_t>(counted->number(static_cast<int>(state) + 1));
  }
  counted->reset();
  for (const std::string_view sql : forget_sql) {
    auto statement = database_->prepare(sql);
    if (!statement) return statement.error();
    bind(*statement);
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<void> Transaction::change(const Change& change, Totals& totals) {
  const Document& document = change.document;
  switch (change.kind) {
    case Change::Kind::forget:
      return forget(change, totals);
    case Change::Kind::rename:
      return rename_room(*database_, change);
    case Change::Kind::put:
      return put(document.kind, document.owner, document.key, document.value, false);
    case Change::Kind::put_sealed:
      return put(document.kind, document.owner, document.key, document.value, true);
    case Change::Kind::erase:
      break;
  }
  erase_.bind(1, document.kind);
  erase_.bind(2, document.owner);
  erase_.bind(3, document.key);
  return erase_.run();
}

Result<void> Transaction::amend(const Evidence& mark) {
  amend_.bind(1, mark.first);
  amend_.bind(2, std::string_view{mark.content});
  amend_.bind(3, std::string_view{mark.stanza_id});
  return amend_.run();
}

Result<void> Transaction::mark(const Evidence& mark, Totals& totals) {
  if (mark.amends) return amend(mark);
  Statement& update = bind(mark);
  // Nearly always the rows were queued: then how many there are is known from the update itself.
  update.bind(4, std::int64_t{0});
  if (auto done = update.run(); !done) return done;
  const auto changed = static_cast<std::uint64_t>(database_->changes());
  totals.of(State::queued) -= changed;
  totals.of(mark.state) += changed;
  if (changed == static_cast<std::uint64_t>(mark.last - mark.first) + 1) return {};

  states_.bind(1, mark.first);
  states_.bind(2, mark.last);
  const auto row = states_.next();
  if (!row) return row.error();
  for (std::size_t old = 0; old < totals.in_state.size(); ++old) {
    const auto count = static_cast<std::uint64_t>(states_.number(static_cast<int>(old)));
    if (old == static_cast<std::size_t>(mark.state)) continue;  // those of the update are among them
    totals.in_state[old] -= count;
    totals.of(mark.state) += count;
  }
  states_.reset();
  update.bind(4, std::int64_t{1});
  return update.run();
}

/// The update that the mark needs, with all of it but ?4.
Statement& Transaction::bind(const Evidence& mark) {
  const bool plain = is_plain(mark);
  Statement& update = plain ? mark_ : mark_fully_;
  update.bind(1, mark.first);
  update.bind(2, mark.last);
  update.bind(3, static_cast<std::int64_t>(mark.state));
  if (!plain) {
    // An id of the network names one message, and a text is that of one.
    const bool one = mark.first == mark.last;
    const auto of_one = [one](const std::string& text) { return one ? std::string_view{text} : std::string_view{}; };
    update.bind(5, of_one(mark.network_id));
    update.bind(6, number(mark.sent));
    update.bind(7, of_one(mark.content));
    update.bind(8, of_one(mark.stanza_id));
  }
  return update;
}

Result<void> Transaction::put(std::string_view kind, std::string_view owner, std::string_view key,
                              std::string_view value, bool sealed) {
  put_.bind(1, kind);
  put_.bind(2, owner);
  put_.bind(3, key);
  if (sealed) {
    put_.bind_bytes(4, value);
  } else {
    put_.bind(4, value);
  }
  return put_.run();
}

}  // namespace dragoman::store
