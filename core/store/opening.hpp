#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "store/database.hpp"
#include "store/key.hpp"
#include "store/lock.hpp"
#include "store/store.hpp"
#include "store/totals.hpp"

namespace dragoman::store {

/// A database that is locked for this process, of the newest format, and fits its key.
struct Opened {
  Lock lock;  // first: given up last
  Key key;
  Database database;
  Totals totals;
};

/// The steps before the first message. A database or key file that is refused is left as it was found.
Result<Opened> open_database(const Store::Options& options, Random& random);

}  // namespace dragoman::store
