"""What is in the gateway's database after it was killed: the rows, and whether the file is sound."""

import json
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ledger import TO_IRC, TO_XMPP, read_text

# core/store/message.hpp
QUEUED, DELIVERED, RETURNING, RETURNED, HELD = range(5)
OPEN = (QUEUED, RETURNING)
STATES = ("queued", "delivered", "returning", "returned", "held")


@dataclass(frozen=True)
class Row:
    id: int
    state: int


class Snapshot:
    """Message -> Row, of one instant."""

    def __init__(self, rows, strange, totals, integrity):
        self.rows = rows
        self.strange = strange      # sentences about rows that no message explains
        self.totals = totals        # the gateway's own count, state -> number, and `accepted`
        self.integrity = integrity  # "ok", or what SQLite found

    def open(self):
        return {message for message, row in self.rows.items() if row.state in OPEN}


class SnapshotReader:
    """Reads copies, so that the gateway itself has to recover what the kill left behind."""

    def __init__(self, path):
        self.path = Path(path)
        self.known = {}    # row id -> Message: texts do not change

    def read(self):
        with tempfile.TemporaryDirectory(prefix="dragoman-crash-") as folder:
            copy = Path(folder, "copy.db")
            for suffix in ("", "-wal"):
                source = Path(f"{self.path}{suffix}")
                if source.exists():
                    shutil.copyfile(source, f"{copy}{suffix}")
            connection = sqlite3.connect(copy)
            try:
                return self.read_from(connection)
            finally:
                connection.close()

    def read_from(self, connection):
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
        newest = max(self.known, default=0)
        texts = dict(connection.execute(
            "SELECT m.id, o.content FROM message m JOIN message o ON o.id = iif(m.same_as = 0, m.id, m.same_as)"
            " WHERE m.id > ?", (newest,)))
        rows, strange = {}, []
        for row_id, state, direction, owner in connection.execute(
                "SELECT id, state, direction, owner FROM message ORDER BY id"):
            if row_id not in self.known:
                self.known[row_id] = message_of(direction, owner, texts.get(row_id))
            message = self.known[row_id]
            if message is None:
                strange.append(f"row {row_id} of {owner} holds a text that nobody said: {texts.get(row_id)}")
            elif message in rows:
                strange.append(f"{message} has two rows, {rows[message].id} and {row_id}")
            else:
                rows[message] = Row(row_id, state)
        totals = connection.execute(
            "SELECT value FROM document WHERE kind = 'store' AND owner = '' AND key = 'totals'").fetchone()
        return Snapshot(rows, strange, json.loads(totals[0]) if totals else {}, integrity)


def message_of(direction, owner, content):
    """`content` is JSON: a string when the message is plain text."""
    if content is None:
        return None
    value = json.loads(content)
    text = value if isinstance(value, str) else value.get("text", "")
    message, _ = read_text(text, owner.partition("@")[0])
    return message if message and message.direction == (TO_IRC, TO_XMPP)[direction] else None


def count_open(path):
    """Asks the running gateway's database; reading disturbs nobody."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        return connection.execute("SELECT count(*) FROM message WHERE state IN (?, ?)", OPEN).fetchone()[0]
    finally:
        connection.close()
