#include "store/schema.hpp"

namespace dragoman::store {

namespace {

// message: see message.hpp; times are milliseconds since 1970 (UTC). What a mark reads and changes stands in front,
// what is long at the end, so that neither has to step over the other.
//
// message_open is the only index that an accepted message pays for (0.7 us of 4, measured at 64 a commit). It holds the
// open rows alone: start-up finds them at once even when one of them has waited for a day in front of a million others.
//
// document: a value of type TEXT is JSON, a BLOB is JSON sealed with the key file.
constexpr const char* first = R"sql(
CREATE TABLE message (
  id         INTEGER PRIMARY KEY,
  state      INTEGER NOT NULL,
  direction  INTEGER NOT NULL,
  same_as    INTEGER NOT NULL,
  accepted   INTEGER NOT NULL,
  sent       INTEGER NOT NULL,
  expires    INTEGER,
  network_id TEXT NOT NULL,
  network    TEXT NOT NULL,
  owner      TEXT NOT NULL,
  room       TEXT NOT NULL,
  person     TEXT NOT NULL,
  author     TEXT NOT NULL,
  stanza_id  TEXT NOT NULL,
  content    TEXT NOT NULL
) STRICT;
CREATE INDEX message_open ON message (id) WHERE state IN (0, 2);
CREATE TABLE document (
  kind  TEXT NOT NULL,
  owner TEXT NOT NULL,
  key   TEXT NOT NULL,
  value ANY  NOT NULL,
  PRIMARY KEY (kind, owner, key)
) STRICT, WITHOUT ROWID
)sql";

constexpr Migration steps[] = {
    {1, first},
};

}  // namespace

std::span<const Migration> schema() { return steps; }

}  // namespace dragoman::store
