#include "store/opening.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sodium.h>

#include "store/migrations.hpp"
#include "store/schema.hpp"
#include "store/sealed.hpp"

namespace dragoman::store {

namespace {

/// Makes the file if it is missing, because SQLite would make it readable for everybody.
Result<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    return failure(Fault::storage,
                   path + ": " + std::generic_category().message(errno) +
                       ": check [store] path, and that the file and its folder belong to the user of the "
                       "gateway");
  }
  ::close(file);
  return {};
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

/// A sealed document whose value is known: tells whether the key is the one that the secrets were sealed with.
Document key_check() { return {"store", "", "key_check", "dragoman"}; }

Result<std::optional<std::string>> sealed_key_check(Database& database) {
  auto statement =
      database.prepare("SELECT value FROM document WHERE kind = 'store' AND owner = '' AND key = 'key_check'");
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  if (!*row) return std::optional<std::string>{};
  return std::optional<std::string>{statement->text(0)};
}

Result<void> write_key_check(Database& database, const Key& key, Random& random) {
  auto statement = database.prepare("INSERT INTO document VALUES ('store', '', 'key_check', ?1)");
  if (!statement) return statement.error();
  const std::string sealed = seal(key, key_check(), random);
  statement->bind_bytes(1, sealed);
  return statement->run();
}

/// Reads the key, or makes one for a database that has not had one.
Result<Key> fitting_key(Database& database, const Store::Options& options, Random& random) {
  const auto check = sealed_key_check(database);
  if (!check) return check.error();
  auto key = Key::read(options.key_file);
  if (!key && key.error().fault == Fault::not_found) {
    if (*check) {
      return failure(Fault::not_found,
                     options.key_file + ": the key file is missing, and " + options.path +
                         " was encrypted with it; restore it from a backup, or check [store] key_file");
    }
    key = Key::create(options.key_file, random);
  }
  if (!key) return key;
  if (!*check) {
    if (const auto done = write_key_check(database, *key, random); !done) return done.error();
  } else if (unseal(*key, key_check(), **check) != key_check().value) {
    return failure(Fault::unauthorized,
                   options.key_file + ": this is not the key that " + options.path +
                       " was encrypted with; restore that one, or check [store] path and key_file");
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
  const auto totals = read_totals(*database);
  if (!totals) return totals.error();
  return Opened{std::move(*lock), std::move(*key), std::move(*database), *totals};
}

}  // namespace dragoman::store
