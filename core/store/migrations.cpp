#include "store/migrations.hpp"

#include <string>

#include "base/log.hpp"
#include "store/files.hpp"

namespace dragoman::store {

namespace {

/// A whole copy under its final name, or none: it is written under another name first.
Result<void> back_up(Database& database, const std::string& copy) {
  const std::string unfinished = copy + ".unfinished";
  remove_unfinished(unfinished);
  const auto cannot = [](const Error& why) {
    return failure(why.fault, "the copy before the upgrade cannot be made: " + why.text);
  };
  // SQLite would create it readable for everybody; it accepts an empty file.
  if (const auto file = create_private(unfinished, Owner::of_folder); !file) return cannot(file.error());
  auto vacuum = database.prepare("VACUUM INTO ?1");
  if (!vacuum) return vacuum.error();
  vacuum->bind(1, unfinished);
  auto done = vacuum->run();
  // On disk before the database is changed: this is what is left when the power goes in the middle.
  if (done) done = publish(unfinished, copy);
  if (!done) {
    remove_unfinished(unfinished);
    return cannot(done.error());
  }
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
