#include "store/room_rename.hpp"

#include <string_view>

namespace dragoman::store {

namespace {

// ?1 network, ?2 owner, ?3 the old name, ?4 the new one, ?5 the newest row that is meant. Prepared when they are
// needed: that is rare.
constexpr std::string_view rename_sql[] = {
    "UPDATE message SET room = ?4 WHERE network = ?1 AND owner = ?2 AND room = ?3 AND id <= ?5",
    "INSERT OR IGNORE INTO conversation (owner, room, network)"
    " SELECT owner, ?4, network FROM conversation WHERE network = ?1 AND owner = ?2 AND room = ?3",
    "INSERT OR IGNORE INTO archive (conversation, row) SELECT fresh.id, archive.row FROM conversation AS old"
    " JOIN conversation AS fresh ON fresh.owner = old.owner AND fresh.room = ?4 AND fresh.network = old.network"
    " JOIN archive ON archive.conversation = old.id"
    " WHERE old.network = ?1 AND old.owner = ?2 AND old.room = ?3 AND archive.row <= ?5",
    "DELETE FROM archive WHERE row <= ?5 AND conversation IN"
    " (SELECT id FROM conversation WHERE network = ?1 AND owner = ?2 AND room = ?3)",
    "DELETE FROM conversation WHERE network = ?1 AND owner = ?2 AND room = ?3"
    " AND NOT EXISTS (SELECT 1 FROM archive WHERE archive.conversation = conversation.id)",
    "INSERT INTO document (kind, owner, key, value) VALUES ('store', '', 'renamed', '1')"
    " ON CONFLICT DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)",
};

}  // namespace

Result<void> rename_room(Database& database, const Change& change) {
  const auto uses = [](std::string_view sql, std::string_view name) {
    return sql.find(name) != std::string_view::npos;
  };
  for (const std::string_view sql : rename_sql) {
    auto statement = database.prepare(sql);
    if (!statement) return statement.error();
    if (uses(sql, "?1")) {
      statement->bind(1, std::string_view{change.document.kind});
      statement->bind(2, std::string_view{change.document.owner});
      statement->bind(3, std::string_view{change.document.key});
    }
    if (uses(sql, "?4")) statement->bind(4, std::string_view{change.document.value});
    if (uses(sql, "?5")) statement->bind(5, change.through);
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<std::int64_t> rename_count(Database& database) {
  return database.number(
      "SELECT ifnull((SELECT CAST(value AS INTEGER) FROM document"
      " WHERE kind = 'store' AND owner = '' AND key = 'renamed'), 0)");
}

}  // namespace dragoman::store
