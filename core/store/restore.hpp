#pragma once

#include <string>

#include "base/result.hpp"
#include "store/backup.hpp"
#include "store/store.hpp"

namespace dragoman::store {

struct Restored {
  Contents contents;         ///< of what stands there now
  std::string kept;          ///< where the old database went; empty: there was none
  std::string kept_key;      ///< where the old key file went; empty: it stays in its place, or there was none
  bool key_brought = false;  ///< the key came from beside the backup
};

/// The copy that a restore works on; there is one only while it runs, or when it was killed.
std::string unfinished_restore(const std::string& database);

/// Puts a backup in the place of the database of `options`. Before anything is changed the backup is copied beside the
/// database, checked thoroughly, and compared with the key file; where that does not fit, the key SOURCE.key takes its
/// place. Old files get `stamp` behind their names. At any instant of a crash the old or the new database is there,
/// whole; calling it again finishes what was begun.
/// Faults: conflict (a gateway runs), not_found, unsupported (written by a newer program), unauthorized (no key that
/// fits), malformed, storage.
Result<Restored> restore(const std::string& source, const Store::Options& options, const std::string& stamp);

}  // namespace dragoman::store
