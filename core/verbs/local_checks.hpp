#pragma once

#include <cstdint>

#include "base/clock.hpp"
#include "chat/finding.hpp"
#include "store/store.hpp"

// What `dragoman check` finds out without a network: the database, its key, the disk, and this machine.
namespace dragoman::verbs {

/// Who holds the database, and whether that could be told.
enum class Gateway {
  none,
  runs,    ///< its lock is held
  unknown  ///< the lock may not be looked at
};

struct StoreCheck {
  chat::Findings findings;
  std::int64_t accounts = 0;  ///< people who may be connected at a time, as far as is known
};

/// The database, its key and the disk below it. Changes nothing.
StoreCheck check_store(const store::Store::Options& options, Gateway gateway, Timestamp now);

/// The limit of open files against the people who have an account, and the clock.
chat::Findings check_machine(Timestamp now, std::int64_t accounts);

}  // namespace dragoman::verbs
