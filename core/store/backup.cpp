#include "store/backup.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <sqlite3.h>

#include "store/key_check.hpp"
#include "store/schema.hpp"

namespace dragoman::store {

namespace {

constexpr int wait_for_others_ms = 10000;

Result<std::string> note_of(Database& database) {
  auto statement =
      database.prepare("SELECT value FROM document WHERE kind = 'store' AND owner = '' AND key = 'backup'");
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  return *row ? std::string{statement->text(0)} : std::string{};
}

Result<void> write_note(Database& database, const std::string& note) {
  auto statement = database.prepare("INSERT OR REPLACE INTO document VALUES ('store', '', 'backup', ?1)");
  if (!statement) return statement.error();
  statement->bind(1, note);
  return statement->run();
}

Result<Contents> make_copy(const std::string& database, const std::string& unfinished, const std::string& note) {
  auto from = open_to_look(database);
  if (!from) return from.error();
  auto copy = copy_to(*from, unfinished, Owner::self);
  if (!copy) return copy.error();
  auto done = write_note(*copy, note);
  if (done) done = check_integrity(*copy, false);
  if (!done) return done.error();
  return look_into(*copy);
}

}  // namespace

int newest_format() { return schema().back().number; }

Result<Database> open_to_look(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) {
    return failure(Fault::not_found, path + ": there is no such file");
  }
  auto database = Database::open(path, wait_for_others_ms);
  if (!database) return database.error();
  // Closing must not touch the log of others. Without one there is only our own, empty, to be taken away.
  database->leave_untouched(::stat((path + "-wal").c_str(), &status) == 0);
  if (const auto format = format_of(*database, newest_format()); !format) return format.error();
  return database;
}

Result<Contents> look_into(Database& database) {
  Contents found;
  const auto format = format_of(database, newest_format());
  if (!format) return format.error();
  found.format = *format;
  if (found.format == 0) return found;
  const std::pair<std::int64_t*, const char*> numbers[] = {
      {&found.messages, "SELECT count(*) FROM message"},
      {&found.waiting, "SELECT count(*) FROM message WHERE state IN (0, 2)"},
      {&found.newest_message, "SELECT accepted FROM message ORDER BY id DESC LIMIT 1"},
      {&found.accounts, "SELECT count(*) FROM document WHERE kind = 'account'"},
  };
  for (const auto& [number, sql] : numbers) {
    const auto value = database.number(sql);
    if (!value) return value.error();
    *number = *value;
  }
  const auto fit = key_fit(database, nullptr);
  if (!fit) return fit.error();
  found.sealed = *fit != KeyFit::not_needed;
  auto note = note_of(database);
  if (!note) return note.error();
  found.note = std::move(*note);
  return found;
}

Result<void> check_integrity(Database& database, bool thorough) {
  auto statement = database.prepare(thorough ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  const std::string said{*row ? statement->text(0) : "no answer"};
  if (said == "ok") return {};
  return failure(Fault::storage, database.path() + ": the database is damaged: " + said);
}

Result<Database> copy_to(Database& from, const std::string& path, Owner owner) {
  // SQLite would create it readable for everybody; it accepts an empty file.
  if (const auto file = create_private(path, owner); !file) return file.error();
  auto to = Database::open(path, wait_for_others_ms);
  if (!to) return to.error();
  sqlite3_backup* backup = sqlite3_backup_init(to->handle(), "main", from.handle(), "main");
  if (backup == nullptr) {
    return failure(Fault::storage, path + ": the copy cannot be begun: " + sqlite3_errmsg(to->handle()));
  }
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) {
    const char* advice = code == SQLITE_FULL ? "; free disk space, or name another place" : "";
    return failure(Fault::storage, from.path() + " cannot be copied to " + path + ": " + sqlite3_errstr(code) + advice);
  }
  // The copy says of itself that it has a log, as the original has: it is to be one file.
  if (auto done = to->execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL"); !done) return done.error();
  return to;
}

Result<Contents> back_up(const std::string& database, const std::string& target, const std::string& note) {
  const std::string unfinished = target + ".unfinished";
  remove_unfinished(unfinished);
  auto made = make_copy(database, unfinished, note);
  if (made) {
    if (const auto done = publish(unfinished, target); !done) made = done.error();
  }
  if (!made) remove_unfinished(unfinished);
  return made;
}

}  // namespace dragoman::store
