#include "store/reader.hpp"

#include <algorithm>
#include <utility>

#include <sqlite3.h>

#include "base/log.hpp"
#include "store/give_up.hpp"
#include "store/message_row.hpp"
#include "store/sealed.hpp"
#include "store/totals.hpp"

namespace dragoman::store {

namespace {

constexpr std::string_view open_sql =
    DRAGOMAN_MESSAGE_COLUMNS "INDEXED BY message_open WHERE state IN (0, 2) ORDER BY id";

constexpr std::string_view held_sql = DRAGOMAN_MESSAGE_COLUMNS "WHERE state = 4 ORDER BY id LIMIT ?1";

// The index holds these rows alone, and only for a query that says so itself.
constexpr std::string_view private_sql = DRAGOMAN_MESSAGE_COLUMNS
    "INDEXED BY message_private WHERE owner = ?1 AND person = ?2 AND person <> '' ORDER BY id DESC LIMIT ?3";

void require(const Result<void>& result) {
  if (!result) give_up(result.error());
}

template <class T>
T require(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}

}  // namespace

Result<SqliteReader> SqliteReader::open(const std::string& path, const Key& key) {
  auto database = Database::open(path, 5000);
  if (!database) return database.error();
  // Not a read-only connection, because those may not checkpoint; this one may not do anything else.
  if (auto done = database->execute("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1000");
      !done) {
    return done.error();
  }
  return SqliteReader{std::move(*database), key};
}

void SqliteReader::documents(std::string_view kind, const std::function<void(const Document&)>& each) {
  auto statement = require(database_.prepare("SELECT owner, key, value FROM document WHERE kind = ?1"));
  statement.bind(1, kind);
  while (require(statement.next())) {
    Document document{std::string{kind}, std::string{statement.text(0)}, std::string{statement.text(1)}, {}};
    auto value = value_of(document, statement, 2);
    if (!value) continue;
    document.value = std::move(*value);
    each(document);
  }
}

std::optional<std::string> SqliteReader::document(std::string_view kind, std::string_view owner, std::string_view key) {
  auto statement = require(database_.prepare("SELECT value FROM document WHERE kind = ?1 AND owner = ?2 AND key = ?3"));
  statement.bind(1, kind);
  statement.bind(2, owner);
  statement.bind(3, key);
  if (!require(statement.next())) return std::nullopt;
  return value_of({std::string{kind}, std::string{owner}, std::string{key}, {}}, statement, 0);
}

void SqliteReader::open_messages(const std::function<void(const Message&)>& each) {
  auto statement = require(database_.prepare(open_sql));
  while (require(statement.next())) each(to_message(statement));
}

void SqliteReader::held_messages(const std::function<void(const Message&)>& each) {
  // There are hardly ever any, so that no index is kept for them: their number says when the last one was found.
  const auto number = counts().held;
  if (number == 0) return;
  auto statement = require(database_.prepare(held_sql));
  statement.bind(1, static_cast<std::int64_t>(number));
  while (require(statement.next())) each(to_message(statement));
}

ArchivePage SqliteReader::archive(const ArchiveQuery& query) {
  const bool alone = !database_.in_transaction();
  if (alone) require(database_.execute("BEGIN"));
  auto page = archive_.page(database_, query);
  if (alone) require(database_.execute("COMMIT"));
  if (page) return std::move(*page);
  LOG_ERROR("the archive could not be read", page.error());
  ArchivePage nothing;
  nothing.failed = true;
  return nothing;
}

std::optional<Message> SqliteReader::find_message(const MessageQuery& query) {
  if (query.id == 0 && !query.person.empty()) return find_private(query);
  const bool alone = !database_.in_transaction();
  if (alone) require(database_.execute("BEGIN"));
  auto found = archive_.find(database_, query);
  if (alone) require(database_.execute("COMMIT"));
  if (found) return std::move(*found);
  LOG_ERROR("the archive could not be read", found.error());
  return std::nullopt;
}

std::optional<Message> SqliteReader::find_private(const MessageQuery& query) {
  auto statement = require(database_.prepare(private_sql));
  statement.bind(1, query.owner);
  statement.bind(2, query.person);
  statement.bind(3, static_cast<std::int64_t>(query.most));
  while (require(statement.next())) {
    Message row = to_message(statement);
    if (row.room == query.room && row.network == query.network && query.wanted(row)) return row;
  }
  return std::nullopt;
}

std::optional<Timestamp> SqliteReader::last_accepted() {
  const auto time = require(database_.number("SELECT accepted FROM message ORDER BY id DESC LIMIT 1"));
  if (time == 0) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{time}};
}

Reader::Counts SqliteReader::counts() { return require(read_totals(database_)).counts(); }

void SqliteReader::in_one_snapshot(const std::function<void()>& work) {
  require(database_.execute("BEGIN"));
  work();
  require(database_.execute("COMMIT"));
}

int SqliteReader::checkpoint() {
  int copied = 0;
  // Failing loses nothing: the log keeps it all, and the next commit tells whether the disk fails.
  sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &copied);
  return std::max(copied, 0);
}

std::optional<std::string> SqliteReader::value_of(const Document& where, const Statement& statement, int column) const {
  const std::string_view stored = statement.text(column);
  if (!statement.is_bytes(column)) return std::string{stored};
  auto value = unseal(*key_, where, stored);
  if (!value) {
    const auto& [kind, owner, key, unused] = where;
    LOG_ERROR("a stored secret cannot be decrypted: it was changed, moved or sealed with another key file", kind, owner,
              key);
  }
  return value;
}

}  // namespace dragoman::store
