#include "store/database.hpp"

#include <system_error>
#include <utility>

#include <sqlite3.h>

namespace dragoman::store {

namespace {

/// What the operator can do about it, by SQLite's primary result code.
std::string_view advice(int code) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return "this is not a SQLite database; check [store] path, nothing was changed";
    case SQLITE_CORRUPT:
      return "the database is damaged; keep a copy of it, then restore a backup or salvage it with `sqlite3 FILE "
             ".recover`; nothing was changed";
    case SQLITE_FULL:
      return "free disk space";
    case SQLITE_IOERR:
      return "check the disk, its free space and its mount options";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "check that the folder exists and belongs to the user of the gateway";
    case SQLITE_READONLY:
      return "check that the file and its folder are writable for the user of the gateway";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds a lock on the database; end its transaction";
    default:
      return {};
  }
}

Error to_error(sqlite3* connection, const std::string& path) {
  const int code = sqlite3_extended_errcode(connection);
  const int primary = code & 0xff;
  std::string text = path + ": " + sqlite3_errmsg(connection);
  const int cause = sqlite3_system_errno(connection);
  const bool has_cause = primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
  if (has_cause && cause != 0) text += " (" + std::generic_category().message(cause) + ")";
  text += " [sqlite " + std::to_string(code) + "]";
  if (const auto what = advice(code); !what.empty()) text.append(": ").append(what);
  const bool busy = primary == SQLITE_BUSY || primary == SQLITE_LOCKED;
  return Error{busy ? Fault::unavailable : Fault::storage, std::move(text)};
}

/// Each connection belongs to one thread, so SQLite needs no mutex for it, and nobody asks it how much memory it uses,
/// which would cost a mutex with every allocation. Only works before the first connection of the process.
void configure_library() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MULTITHREAD) | sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(once);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

// A bind fails only for a parameter that does not exist or for text over 1 GB; the step then fails or stores NULL into
// a NOT NULL column, so that nothing goes unnoticed.
void Statement::bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_.get(), parameter, value); }

void Statement::bind(int parameter, std::string_view text) {
  // An empty view may hold a null pointer, which SQLite would store as NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_bytes(int parameter, std::string_view bytes) {
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_STATIC);
}

void Statement::bind_null(int parameter) { sqlite3_bind_null(statement_.get(), parameter); }

Result<void> Statement::run() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    Error failed = error();
    reset();
    return failed;
  }
  reset();
  return {};
}

Result<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error failed = error();
  reset();
  return failed;
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
bool Statement::is_bytes(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_BLOB; }

std::string_view Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? std::string_view{} : std::string_view{data, static_cast<std::size_t>(size)};
}

Error Statement::error() const { return to_error(sqlite3_db_handle(statement_.get()), *path_); }

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database::Database(sqlite3* connection, std::string path)
    : path_(std::make_unique<std::string>(std::move(path))), connection_(connection) {}

Result<Database> Database::open(const std::string& path, int wait_ms) {
  configure_library();
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (connection == nullptr) return failure(Fault::storage, path + ": no memory to open the database");
  Database database{connection, path};
  if (code != SQLITE_OK) return to_error(connection, path);
  // What a stranger could have put into the schema of the file must not run functions with side effects.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_timeout(connection, wait_ms);
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return to_error(connection_.get(), *path_);
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return to_error(connection_.get(), *path_);
  return Statement{statement, path_.get()};
}

Result<std::int64_t> Database::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  return *row ? statement->number(0) : 0;
}

std::int64_t Database::changes() const { return sqlite3_changes64(connection_.get()); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

void Database::leave_untouched(bool yes) {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, yes ? 1 : 0, nullptr);
}

bool is_busy(const Error& error) { return error.fault == Fault::unavailable; }

}  // namespace dragoman::store
