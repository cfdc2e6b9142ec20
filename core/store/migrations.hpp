#pragma once

#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "store/database.hpp"

namespace dragoman::store {

/// One step of the file format; the number of the last one that was applied stands in `PRAGMA user_version`. A released
/// step is never changed: the next change is the next number.
struct Migration {
  int number;
  const char* sql;
};

/// "drgm": says in every file that it is ours (`PRAGMA application_id`).
inline constexpr std::int64_t application_id = 0x6472676d;

/// The format of a file, 0 for a new one. Changes nothing. A file of another program or of a newer version than
/// `newest`, a damaged one, or no database at all: an Error that says so.
Result<int> format_of(Database& database, int newest);

/// Brings a file that format_of() accepted to the last of `steps`, each in a transaction of its own. Before the first
/// step a file that is not new is copied to PATH.before-N (N: the number of that step).
Result<void> migrate(Database& database, std::span<const Migration> steps);

}  // namespace dragoman::store
