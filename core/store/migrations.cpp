#include "store/migrations.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include "base/log.hpp"

namespace dragoman::store {

namespace {

Error system_error(const std::string& path, std::string_view doing) {
  return failure(Fault::storage, path + ": " + std::string{doing} + ": " + std::generic_category().message(errno));
}

/// A whole copy under its final name, or none: it is written under another name first.
Result<void> back_up(Database& database, const std::string& copy) {
  const std::string unfinished = copy + ".unfinished";
  ::unlink(unfinished.c_str());
  // SQLite would create it readable for everybody; it accepts an empty file.
  const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return system_error(unfinished, "the copy before the upgrade cannot be made");
  ::close(file);
  auto vacuum = database.prepare("VACUUM INTO ?1");
  if (!vacuum) return vacuum.error();
  vacuum->bind(1, unfinished);
  if (const auto done = vacuum->run(); !done) {
    ::unlink(unfinished.c_str());
    return failure(done.error().fault, "the copy before the upgrade cannot be made: " + done.error().text);
  }
  if (std::rename(unfinished.c_str(), copy.c_str()) != 0) return system_error(copy, "the copy before the upgrade");
  LOG_INFO("copied the database before its upgrade", copy);
  return {};
}

Result<void> apply(Database& database, const Migration& step) {
  const std::string sql = "BEGIN IMMEDIATE;" + std::string{step.sql} +
                          ";PRAGMA application_id=" + std::to_string(application_id) +
                          ";PRAGMA user_version=" + std::to_string(step.number) + ";COMMIT";
  auto done = database.execute(sql);
  if (!done && database.in_transaction()) static_cast<void>(database.execute("ROLLBACK"));
  return done;
}

}  // namespace

Result<int> format_of(Database& database, int newest) {
  const auto owner = database.number("PRAGMA application_id");
  if (!owner) return owner.error();
  const auto format = database.number("PRAGMA user_version");
  if (!format) return format.error();
  const auto things = database.number("SELECT count(*) FROM sqlite_schema");
  if (!things) return things.error();
  if (*owner == 0 && *format == 0 && *things == 0) return 0;
  if (*owner != application_id) {
    return failure(Fault::malformed, database.path() +
                                         ": this is a database of another program; check [store] path, "
                                         "nothing was changed");
  }
  if (*format > newest) {
    return failure(Fault::unsupported,
                   database.path() + ": the database was written by a newer dragoman (its format is " +
                       std::to_string(*format) + ", this program knows " + std::to_string(newest) +
                       "); install the newer program again, or restore the copy " + database.path() + ".before-" +
                       std::to_string(newest + 1) + "; nothing was changed");
  }
  return static_cast<int>(*format);
}

Result<void> migrate(Database& database, std::span<const Migration> steps) {
  const auto format = database.number("PRAGMA user_version");
  if (!format) return format.error();
  bool copied = *format == 0;  // a new file has nothing to lose
  for (const Migration& step : steps) {
    if (step.number <= *format) continue;
    if (!copied) {
      const std::string copy = database.path() + ".before-" + std::to_string(step.number);
      if (auto done = back_up(database, copy); !done) return done;
      copied = true;
    }
    if (auto done = apply(database, step); !done) return done;
  }
  return {};
}

}  // namespace dragoman::store
