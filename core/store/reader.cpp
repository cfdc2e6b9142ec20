#include "store/reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <sqlite3.h>

#include "base/log.hpp"
#include "store/give_up.hpp"
#include "store/sealed.hpp"
#include "store/totals.hpp"

namespace dragoman::store {

namespace {

// The columns of a Message in the order of to_message(); the content of a row that only refers to another is that
// one's.
#define DRAGOMAN_MESSAGE_COLUMNS                                                                                     \
  "SELECT id, state, direction, same_as, accepted, sent, expires, network_id, network, owner, room, person, author," \
  " stanza_id, iif(same_as = 0, content, (SELECT content FROM message AS source WHERE source.id = message.same_as))" \
  " FROM message "

constexpr std::string_view open_sql =
    DRAGOMAN_MESSAGE_COLUMNS "INDEXED BY message_open WHERE state IN (0, 2) ORDER BY id";
// Not by an index: the archive's is built in bulk, away from the path of a message. The newest rows are met first.
#define DRAGOMAN_HISTORY_OF_CONVERSATION \
  DRAGOMAN_MESSAGE_COLUMNS               \
  "WHERE id > ?1 AND id < ?2 AND room = ?3 AND person = ?4 AND owner = ?5 AND network = ?6 ORDER BY id "
constexpr std::string_view newest_sql = DRAGOMAN_HISTORY_OF_CONVERSATION "DESC LIMIT ?7";
constexpr std::string_view following_sql = DRAGOMAN_HISTORY_OF_CONVERSATION "LIMIT ?7";
#undef DRAGOMAN_HISTORY_OF_CONVERSATION
#undef DRAGOMAN_MESSAGE_COLUMNS

Timestamp to_time(std::int64_t milliseconds) { return Timestamp{std::chrono::milliseconds{milliseconds}}; }

Message to_message(const Statement& row) {
  Message message;
  message.id = row.number(0);
  message.state = static_cast<State>(row.number(1));
  message.direction = static_cast<Direction>(row.number(2));
  message.same_as = row.number(3);
  message.accepted = to_time(row.number(4));
  message.sent = to_time(row.number(5));
  if (!row.is_null(6)) message.expires = to_time(row.number(6));
  message.network_id = row.text(7);
  message.network = row.text(8);
  message.owner = row.text(9);
  message.room = row.text(10);
  message.person = row.text(11);
  message.author = row.text(12);
  message.stanza_id = row.text(13);
  message.content = row.text(14);
  return message;
}

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

std::vector<Message> SqliteReader::history(std::string_view network, std::string_view owner, std::string_view room,
                                           std::string_view person, RowId after, RowId before, std::size_t limit) {
  auto found = page(network, owner, room, person, after, before, limit);
  if (found) return std::move(*found);
  LOG_ERROR("the archive could not be read", found.error());
  return {};
}

Result<std::vector<Message>> SqliteReader::page(std::string_view network, std::string_view owner, std::string_view room,
                                                std::string_view person, RowId after, RowId before, std::size_t limit) {
  auto statement = database_.prepare(after == 0 ? newest_sql : following_sql);
  if (!statement) return statement.error();
  statement->bind(1, after);
  statement->bind(2, before == 0 ? std::numeric_limits<RowId>::max() : before);
  statement->bind(3, room);
  statement->bind(4, person);
  statement->bind(5, owner);
  statement->bind(6, network);
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  statement->bind(7, static_cast<std::int64_t>(std::min(limit, most)));
  std::vector<Message> rows;
  while (true) {
    const auto row = statement->next();
    if (!row) return row.error();
    if (!*row) break;
    rows.push_back(to_message(*statement));
  }
  if (after == 0) std::reverse(rows.begin(), rows.end());
  return rows;
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
