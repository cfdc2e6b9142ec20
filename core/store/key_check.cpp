#include "store/key_check.hpp"

#include <string>

#include "store/sealed.hpp"

namespace dragoman::store {

namespace {

Document key_check() { return {"store", "", "key_check", "dragoman"}; }

}  // namespace

Result<KeyFit> key_fit(Database& database, const Key* key) {
  auto statement =
      database.prepare("SELECT value FROM document WHERE kind = 'store' AND owner = '' AND key = 'key_check'");
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  if (!*row) return KeyFit::not_needed;
  if (key == nullptr) return KeyFit::other;
  return unseal(*key, key_check(), std::string{statement->text(0)}) == key_check().value ? KeyFit::fits : KeyFit::other;
}

Result<void> write_key_check(Database& database, const Key& key, Random& random) {
  auto statement = database.prepare("INSERT INTO document VALUES ('store', '', 'key_check', ?1)");
  if (!statement) return statement.error();
  const std::string sealed = seal(key, key_check(), random);
  statement->bind_bytes(1, sealed);
  return statement->run();
}

}  // namespace dragoman::store
