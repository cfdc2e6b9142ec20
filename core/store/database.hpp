#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace dragoman::store {

/// A prepared statement. Text that is bound is not copied: it must live until the statement was reset. Parameters and
/// columns count as in SQLite: parameters from 1, columns from 0. May not outlive its Database.
class Statement {
 public:
  Statement() = default;

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view text);
  void bind_bytes(int parameter, std::string_view bytes);
  void bind_null(int parameter);

  /// Runs a statement that gives no rows, and makes it ready for the next time.
  Result<void> run();
  /// Steps to the next row; false after the last one (and after that, ready for the next time).
  Result<bool> next();
  void reset();

  std::int64_t number(int column) const;
  bool is_null(int column) const;
  bool is_bytes(int column) const;
  /// Text or bytes; valid until the next step.
  std::string_view text(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, const std::string* path) : statement_(statement), path_(path) {}
  Error error() const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const std::string* path_ = nullptr;
};

/// One connection to a SQLite file, for one thread at a time. Errors name the file, the cause and what to do.
class Database {
 public:
  /// Opens an existing file (an empty one is a new database). Does not read it yet: a file that is no database shows
  /// at the first statement. `wait_ms`: how long another program's lock is waited for.
  static Result<Database> open(const std::string& path, int wait_ms);

  /// Runs one or more statements without parameters.
  Result<void> execute(const std::string& sql);
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row; 0 when there is no row.
  Result<std::int64_t> number(std::string_view sql);

  bool in_transaction() const;
  /// Rows that the last statement has inserted, changed or deleted.
  std::int64_t changes() const;
  /// True: closing this connection writes nothing (for a file that we only looked at).
  void leave_untouched(bool yes);
  const std::string& path() const { return *path_; }
  sqlite3* handle() { return connection_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Database(sqlite3* connection, std::string path);

  std::unique_ptr<std::string> path_;  // on the heap: statements point to it, and a Database moves
  std::unique_ptr<sqlite3, Close> connection_;
};

/// Another program holds the database's lock: the one storage error that waiting cures.
bool is_busy(const Error& error);

}  // namespace dragoman::store
