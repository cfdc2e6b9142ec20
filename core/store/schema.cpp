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

// conversation, archive: the index of the archive (ArchiveIndex), for rows that everybody in a room could see; the
// document "indexed" says how far it is. What an older file holds is indexed here, once.
constexpr const char* second = R"sql(
CREATE TABLE conversation (
  id      INTEGER PRIMARY KEY,
  owner   TEXT NOT NULL,
  room    TEXT NOT NULL,
  network TEXT NOT NULL,
  UNIQUE (owner, room, network)
) STRICT;
CREATE TABLE archive (
  conversation INTEGER NOT NULL,
  row          INTEGER NOT NULL,
  PRIMARY KEY (conversation, row)
) STRICT, WITHOUT ROWID;
INSERT INTO conversation (owner, room, network)
  SELECT DISTINCT owner, room, network FROM message WHERE room <> '' AND person = '';
INSERT INTO archive (conversation, row)
  SELECT c.id, m.id FROM message AS m
  CROSS JOIN conversation AS c ON c.owner = m.owner AND c.room = m.room AND c.network = m.network
  WHERE m.room <> '' AND m.person = '' ORDER BY 1, 2;
INSERT OR REPLACE INTO document (kind, owner, key, value)
  SELECT 'store', '', 'indexed', CAST(ifnull(max(id), 0) AS TEXT) FROM message
)sql";

// Messages between two people are looked up by what they are called (Reader::find_message); those of rooms have the
// archive's index.
constexpr const char* third = R"sql(
CREATE INDEX message_private ON message (owner, person) WHERE person <> ''
)sql";

constexpr Migration steps[] = {
    {1, first},
    {2, second},
    {3, third},
};

}  // namespace

std::span<const Migration> schema() { return steps; }

}  // namespace dragoman::store
