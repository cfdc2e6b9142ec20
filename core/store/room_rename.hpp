#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "store/batch.hpp"
#include "store/database.hpp"

namespace dragoman::store {

/// Store::rename_room inside the transaction of a batch: rows, and what is indexed of them.
Result<void> rename_room(Database& database, const Change& change);
/// How often a room was renamed: what is known of rows that are not indexed is out of date when it differs.
Result<std::int64_t> rename_count(Database& database);

}  // namespace dragoman::store
