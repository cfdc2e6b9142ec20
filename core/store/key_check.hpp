#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "store/database.hpp"
#include "store/key.hpp"

// A sealed document whose value is known: tells whether a key is the one that the secrets of a database were sealed
// with.
namespace dragoman::store {

enum class KeyFit {
  fits,
  not_needed,  ///< nothing was ever sealed in this database
  other        ///< it was sealed with another key
};

/// `key` may be null: then only whether one is needed, which is `other`.
Result<KeyFit> key_fit(Database& database, const Key* key);

/// From now on the database belongs to this key.
Result<void> write_key_check(Database& database, const Key& key, Random& random);

}  // namespace dragoman::store
