-- A database as the first version of this program left it: its schema and rows, word by word.
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
) STRICT, WITHOUT ROWID;
INSERT INTO message VALUES
  (1, 1, 0, 0, 1790000000000, 1790000000001, NULL, '', 'irc.example.localhost', 'alice@example.localhost', '#tea', '',
   'alice@example.localhost/phone', 'a1', '{"content":{"text":"the first word"}}'),
  (2, 1, 1, 0, 1790000001000, 1790000001001, NULL, 'x', 'irc.example.localhost', 'alice@example.localhost', '#tea', '',
   'bob', '', '{"content":{"text":"its answer"}}'),
  (3, 1, 1, 2, 1790000001000, 1790000001001, NULL, 'x', 'irc.example.localhost', 'carol@example.localhost', '#tea', '',
   'bob', '', ''),
  (4, 1, 0, 0, 1790000002000, 1790000002001, NULL, '', 'irc.example.localhost', 'alice@example.localhost', '', 'bob',
   'alice@example.localhost/phone', 'a2', '{"content":{"text":"between two"}}');
PRAGMA application_id = 0x6472676d;
PRAGMA user_version = 1;
