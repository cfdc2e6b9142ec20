#include "store/opening.hpp"

#include <string>
#include <unistd.h>
#include <utility>

#include <sodium.h>

#include "base/log.hpp"
#include "store/files.hpp"
#include "store/key_check.hpp"
#include "store/migrations.hpp"
#include "store/restore.hpp"
#include "store/schema.hpp"

namespace dragoman::store {

namespace {

/// Makes the file if it is missing, because SQLite would make it readable for everybody.
Result<void> make_file(const std::string& path) {
  const auto file = create_private(path, Owner::of_folder);
  if (file || file.error().fault == Fault::conflict) return {};
  return failure(Fault::storage, file.error().text +
                                     ": check [store] path, and that the file and its folder belong to the user of the "
                                     "gateway");
}

Result<Database> open_newest_format(const std::string& path) {
  if (auto done = make_file(path); !done) return done.error();
  auto database = Database::open(path, 5000);
  if (!database) return database.error();
  const auto steps = schema();
  database->leave_untouched(true);
  if (const auto format = format_of(*database, steps.back().number); !format) return format.error();
  database->leave_untouched(false);
  // FULL: a commit that has returned survives a power cut. journal_size_limit: a log that a long read made large is cut
  // back. temp_store: nothing of a message goes to a folder of somebody else.
  auto done = database->execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 33554432;"
      "PRAGMA temp_store = MEMORY");
  if (done) done = migrate(*database, steps);
  if (!done) return done.error();
  return database;
}

/// A restore that was killed: the database is the old one, and the key perhaps not.
std::string unfinished_restore_advice(const Store::Options& options) {
  const std::string copy = unfinished_restore(options.path);
  if (::access(copy.c_str(), F_OK) != 0) return {};
  return "; a restore was interrupted here (" + copy + "): run it again";
}

/// Reads the key, or makes one for a database that has not had one.
Result<Key> fitting_key(Database& database, const Store::Options& options, Random& random) {
  auto key = Key::read(options.key_file);
  if (!key && key.error().fault != Fault::not_found) return key;
  const auto fit = key_fit(database, key ? &*key : nullptr);
  if (!fit) return fit.error();
  if (*fit == KeyFit::other && !key) {
    return failure(Fault::not_found, options.key_file + ": the key file is missing, and " + options.path +
                                         " was encrypted with it; restore it from a backup, or check [store] key_file" +
                                         unfinished_restore_advice(options));
  }
  if (*fit == KeyFit::other) {
    return failure(Fault::unauthorized,
                   options.key_file + ": this is not the key that " + options.path +
                       " was encrypted with; restore that one, or check [store] path and key_file" +
                       unfinished_restore_advice(options));
  }
  if (!key) key = Key::create(options.key_file, random);
  if (!key) return key;
  if (*fit == KeyFit::not_needed) {
    if (const auto done = write_key_check(database, *key, random); !done) return done.error();
  }
  return key;
}

}  // namespace

Result<Opened> open_database(const Store::Options& options, Random& random) {
  if (sodium_init() < 0) return failure(Fault::internal, "libsodium cannot be initialised");
  auto lock = Lock::acquire(options.path + ".lock");
  if (!lock) return lock.error();
  auto database = open_newest_format(options.path);
  if (!database) return database.error();
  auto key = fitting_key(*database, options, random);
  if (!key) return key.error();
  if (const std::string copy = unfinished_restore(options.path); ::access(copy.c_str(), F_OK) == 0) {
    LOG_WARN("a restore was interrupted, this is the database of before: run it again, or delete its copy", copy);
  }
  const auto totals = read_totals(*database);
  if (!totals) return totals.error();
  return Opened{std::move(*lock), std::move(*key), std::move(*database), *totals};
}

}  // namespace dragoman::store
