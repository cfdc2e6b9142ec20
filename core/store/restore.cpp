#include "store/restore.hpp"

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/crash_point.hpp"
#include "store/key.hpp"
#include "store/key_check.hpp"
#include "store/lock.hpp"

namespace dragoman::store {

namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Error cannot_move(const std::string& path) {
  return failure(Fault::storage,
                 path + ": the old file cannot be set aside: " + std::generic_category().message(errno));
}

/// A second name, so that the first one is never without its file; on file systems without links a new name.
bool keep_as(const std::string& path, const std::string& kept) {
  return ::link(path.c_str(), kept.c_str()) == 0 || std::rename(path.c_str(), kept.c_str()) == 0;
}

/// The copy beside the database, checked; without the note of the backup, which is not the database's.
Result<Contents> make_ready(const std::string& source, const std::string& copy) {
  auto from = open_to_look(source);
  if (!from) return from.error();
  auto to = copy_to(*from, copy, Owner::of_folder);
  if (!to) return to.error();
  CRASH_POINT("restore_copied");
  if (const auto done = check_integrity(*to, true); !done) {
    return failure(done.error().fault,
                   source + ": the backup is damaged, nothing was changed (" + done.error().text + ")");
  }
  auto contents = look_into(*to);
  if (!contents) return contents.error();
  if (contents->format == 0) {
    return failure(Fault::malformed, source + ": there is nothing in it; is this the backup? Nothing was changed");
  }
  const auto done = to->execute("DELETE FROM document WHERE kind = 'store' AND owner = '' AND key = 'backup'");
  if (!done) return done.error();
  CRASH_POINT("restore_checked");
  return contents;
}

/// Whether the key file in its place opens the copy; if not, the one beside the backup, if that does.
Result<std::optional<Key>> key_to_bring(const std::string& copy, const std::string& source,
                                        const Store::Options& options) {
  auto database = open_to_look(copy);
  if (!database) return database.error();
  auto present = Key::read(options.key_file);
  if (!present && present.error().fault != Fault::not_found) return present.error();
  const auto fit = key_fit(*database, present ? &*present : nullptr);
  if (!fit) return fit.error();
  if (*fit != KeyFit::other) return std::optional<Key>{};
  auto beside = Key::read(source + ".key");
  if (beside) {
    const auto fits = key_fit(*database, &*beside);
    if (!fits) return fits.error();
    if (*fits == KeyFit::fits) return std::optional<Key>{std::move(*beside)};
  } else if (beside.error().fault != Fault::not_found) {
    return beside.error();
  }
  return failure(Fault::unauthorized,
                 options.key_file +
                     (present ? ": this is not the key that the backup was encrypted with"
                              : ": the key file is missing, and the backup was encrypted with it") +
                     (beside ? "; nor is " + source + ".key" : "") +
                     ". Put the key file of that time there, or beside the backup as " + source +
                     ".key; nothing was changed");
}

Result<void> bring_key(const Key& key, const Store::Options& options, const std::string& stamp, Restored& result) {
  if (exists(options.key_file)) {
    result.kept_key = options.key_file + stamp;
    if (!keep_as(options.key_file, result.kept_key)) return cannot_move(options.key_file);
  }
  CRASH_POINT("restore_key_kept");
  result.key_brought = true;
  return write_private(options.key_file, {reinterpret_cast<const char*>(key.bytes()), Key::size}, Owner::of_folder);
}

/// Moves what stands in the log into the database, so that one file is all of it.
bool empty_log(const std::string& path) {
  auto old = Database::open(path, 0);
  if (!old) return false;
  return old->execute("PRAGMA wal_checkpoint(TRUNCATE)").has_value();
}

/// The old database, with its log where that cannot be emptied, gets a second name; then the new one takes the first:
/// there is never none.
Result<void> take_the_place(const std::string& copy, const std::string& path, const std::string& kept) {
  if (exists(path)) {
    const std::string log = path + "-wal", kept_log = kept + "-wal";
    // What cannot be read any more keeps its log, under the name that SQLite looks for.
    const bool one_file = empty_log(path) || !exists(log) || keep_as(log, kept_log);
    if (!one_file) return cannot_move(log);
    CRASH_POINT("restore_log_emptied");
    if (!keep_as(path, kept)) return cannot_move(path);
    CRASH_POINT("restore_kept");
  }
  // SQLite would take the log of the old one for that of the new one.
  ::unlink((path + "-wal").c_str());
  ::unlink((path + "-shm").c_str());
  CRASH_POINT("restore_without_log");
  return publish(copy, path);
}

/// Two restores within a second must not keep two databases under one name.
std::string free_stamp(const Store::Options& options, const std::string& stamp) {
  std::string free = stamp;
  for (int number = 2; exists(options.path + free) || exists(options.key_file + free); ++number) {
    free = stamp + '-' + std::to_string(number);
  }
  return free;
}

Result<Restored> restore_locked(const std::string& source, const std::string& copy, const Store::Options& options,
                                const std::string& stamp) {
  Restored result;
  auto contents = make_ready(source, copy);
  if (!contents) return contents.error();
  result.contents = std::move(*contents);
  const auto key = key_to_bring(copy, source, options);
  if (!key) return key.error();
  if (*key) {
    if (const auto done = bring_key(**key, options, stamp, result); !done) return done.error();
    CRASH_POINT("restore_key_brought");
  }
  if (exists(options.path)) result.kept = options.path + stamp;
  if (const auto done = take_the_place(copy, options.path, options.path + stamp); !done) return done.error();
  return result;
}

}  // namespace

std::string unfinished_restore(const std::string& database) { return database + ".restoring"; }

Result<Restored> restore(const std::string& source, const Store::Options& options, const std::string& stamp) {
  const auto lock = Lock::acquire(options.path + ".lock");
  if (!lock) return lock.error();
  const std::string copy = unfinished_restore(options.path);
  remove_unfinished(copy);
  auto done = restore_locked(source, copy, options, free_stamp(options, stamp));
  if (!done) remove_unfinished(copy);
  return done;
}

}  // namespace dragoman::store
