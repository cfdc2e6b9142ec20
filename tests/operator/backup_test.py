#!/usr/bin/python3
"""Backups while the gateway works, what comes back from them, and databases of older and newer programs."""

import asyncio
import contextlib
import re
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import (CONFIG, GATEWAY_DOMAIN, OK, PROJECT, UNAVAILABLE, Skip, Workplace, need, run_suite, small_disk,
                       wait_until)

SECRET = "s3cret"
PASSWORD = "hunter2-canary"
NEWEST = 3    # core/store/schema.cpp
ROOM = f"#tea@{GATEWAY_DOMAIN}"


def read(path, question):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(question).fetchall()


def format_of(path):
    return read(path, "PRAGMA user_version")[0][0]


def everything(path):
    """All rows of all tables."""
    tables = [name for (name,) in read(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    return {table: read(path, f"SELECT * FROM {table} ORDER BY 1, 2, 3" if table != "archive" else
                        "SELECT * FROM archive ORDER BY 1, 2") for table in tables}


def messages(path):
    return dict((row[0], row[1:]) for row in read(
        path, "SELECT id, direction, same_as, accepted, owner, room, person, author, stanza_id, content FROM message"))


@contextlib.contextmanager
def with_database(binary):
    """A gateway was here; nobody answered it."""
    with Workplace(binary) as place:
        place.write_configuration()
        gateway = place.gateway()
        assert gateway.stop() == 0
        yield place


def backup(place, target, *options, code=OK):
    done = place.run("backup", "--config", place.configuration, target, *options)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    return done


def restore(place, source, code=OK):
    done = place.run("restore", "--config", place.configuration, source)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    return done


def under_load(binary):
    """Backups while two people talk as fast as they can: each is a whole prefix of what was said in the end, and the
    one that is put back is what the gateway goes on with."""
    need("prosody", "ngircd")
    try:
        import slixmpp    # noqa: F401
    except ImportError:
        raise Skip("slixmpp is needed: apt-get install --no-install-recommends python3-slixmpp") from None
    with Workplace(binary) as place:
        place.secrets.add(PASSWORD)
        prosody = place.stack.prosody(users={"alice": PASSWORD}, components={GATEWAY_DOMAIN: SECRET})
        ngircd = place.stack.ngircd()
        place.write_configuration(prosody.component_port, ngircd.port, irc="tls = false\nflood = false")
        gateway = place.gateway()
        assert wait_until(gateway.is_connected, 20), gateway.last_words()
        copies = [place.folder / f"copy-{number}.db" for number in range(4)]
        asyncio.run(talk_and_back_up(place, prosody, ngircd, copies))
        gateway.stop()

        final = messages(place.database)
        sizes = []
        for copy in copies:
            assert read(copy, "PRAGMA integrity_check") == [("ok",)]
            assert copy.stat().st_mode & 0o777 == 0o600 and not Path(f"{copy}-wal").exists()
            rows = messages(copy)
            assert rows == {number: row for number, row in final.items() if number <= max(rows)}, \
                f"{copy.name} is no prefix of what was said"
            sizes.append(len(rows))
        assert sizes == sorted(sizes) and 0 < sizes[0] < sizes[-1] < len(final), f"not under load: {sizes}"

        goal = everything(copies[1])
        note = [row for row in goal["document"] if row[:3] == ("store", "", "backup")]
        assert len(note) == 1 and str(place.key) in note[0][3], f"the copy does not tell its key: {note}"
        goal["document"].remove(note[0])
        before = everything(place.database)
        said = restore(place, copies[1]).stdout
        assert everything(place.database) == goal
        (kept,) = place.data.glob("irc.db.replaced-*")
        assert str(kept) in said and everything(kept) == before
        for path in (copies[0], place.database):
            assert PASSWORD.encode() not in path.read_bytes()

        gateway.start()
        assert wait_until(gateway.is_connected, 20), gateway.last_words()
        gateway.stop()
        assert messages(place.database).items() >= messages(copies[1]).items()


async def talk_and_back_up(place, prosody, ngircd, copies):
    from clients import IrcPerson, XmppPerson
    alice, carol = XmppPerson("alice@example.localhost/test", PASSWORD), IrcPerson("carol")
    try:
        await alice.log_in("127.0.0.1", prosody.port)
        await carol.log_in("127.0.0.1", ngircd.port)
        carol.join("#tea")
        await carol.sees("joined", where="#tea", who="carol")
        alice.join(ROOM, "alice")
        await alice.sees("subject", where=ROOM)
        said = 0
        for copy in copies:
            # The program works on the copy while both go on; it is waited for when some words have come back.
            process = await asyncio.create_subprocess_exec(
                place.binary, "backup", "--config", place.configuration, copy,
                stdout=asyncio.subprocess.DEVNULL)
            ended = asyncio.create_task(process.wait())
            while True:
                for _ in range(20):
                    said += 1
                    alice.say(ROOM, f"word {said}")
                    carol.say("#tea", f"answer {said}")
                await carol.sees("line", text=f"word {said}", where="#tea", who="alice")
                await alice.sees("line", text=f"answer {said}", where=ROOM)
                if ended.done():
                    break
            assert process.returncode == OK
        alice.say(ROOM, "the end")
        await alice.sees("line", text="the end", where=ROOM)    # reflected: it was on disk long before
    finally:
        await asyncio.gather(alice.log_out(), carol.log_out(), return_exceptions=True)


def the_key_is_only_in_it_when_it_is_wanted(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        done = backup(place, copy)
        assert str(place.key) in done.stdout and "not in it" in done.stdout
        assert place.key.read_bytes() not in copy.read_bytes() and not Path(f"{copy}.key").exists()
        backup(place, copy, "--force", "--with-key")
        assert Path(f"{copy}.key").read_bytes() == place.key.read_bytes()
        assert Path(f"{copy}.key").stat().st_mode & 0o777 == 0o600


def nothing_is_overwritten_unasked(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        copy.write_text("precious")
        assert "--force" in backup(place, copy, code=CONFIG).stderr
        assert "folder" in backup(place, place.data, code=CONFIG).stderr
        assert copy.read_text() == "precious"
        backup(place, copy, "--force")
        assert read(copy, "PRAGMA integrity_check") == [("ok",)]


def a_place_that_is_full_keeps_the_last_backup(binary):
    with with_database(binary) as place:
        target = place.folder / "small"
        target.mkdir()
        disk = small_disk("16k")
        look = f'echo "last night" >{target}/copy.db; "$@"; code=$?; ls {target}; cat {target}/copy.db; exit $code'
        done = place.run("backup", "--config", place.configuration, "--force", target / "copy.db",
                         wrapper=[*disk, target, "sh", "-c", look, "sh"])
        assert done.returncode == UNAVAILABLE and "free disk space" in done.stderr, done
        assert done.stdout == "copy.db\nlast night\n", f"left behind: {done.stdout}"


def there_is_nothing_to_copy_yet(binary):
    with Workplace(binary) as place:
        place.write_configuration()
        assert "nothing to copy" in backup(place, place.folder / "copy.db", code=UNAVAILABLE).stderr
        assert place.files() == []


def another_machine_goes_on_with_it(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        backup(place, copy, "--with-key")
        goal = everything(place.database)
        shutil.rmtree(place.data)
        place.data.mkdir(mode=0o700)
        said = restore(place, copy).stdout
        assert str(place.key) in said and "made 20" in said, said
        assert everything(place.database) == goal
        gateway = place.gateway()
        assert gateway.stop() == 0


def a_running_gateway_keeps_its_database(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        backup(place, copy)
        gateway = place.gateway()
        done = restore(place, copy, code=UNAVAILABLE)
        assert "in use by process" in done.stderr and "while no gateway runs" in done.stderr, done.stderr
        assert not list(place.data.glob("*.replaced-*")) and not list(place.data.glob("*.restoring"))
        assert gateway.stop() == 0


def what_cannot_be_put_back_changes_nothing(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        backup(place, copy)
        goal = everything(place.database)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            database.execute("PRAGMA user_version = 99")
        assert "newer dragoman" in restore(place, copy, code=CONFIG).stderr
        copy.write_bytes(b"n" * 5000)
        assert "not a SQLite database" in restore(place, copy, code=UNAVAILABLE).stderr
        assert "no such file" in restore(place, place.folder / "nothing.db", code=UNAVAILABLE).stderr
        assert everything(place.database) == goal
        assert not list(place.data.glob("*.replaced-*")) and not list(place.data.glob("*.restoring"))


def killed_at_any_instant_it_leaves_a_whole_database(binary):
    """The old one or the new one, and the restore can be run again. It brings a key too, which may not fit yet."""
    points = re.findall(r'CRASH_POINT\("(restore_\w+)"\)', (PROJECT / "core/store/restore.cpp").read_text())
    assert len(points) >= 7, points
    for point in points:
        with with_database(binary) as place:
            copy = place.folder / "copy.db"
            backup(place, copy, "--with-key")
            goal, key = everything(place.database), place.key.read_bytes()
            # Another installation, with a key and rows of its own, of which some are in its log only.
            shutil.rmtree(place.data)
            place.data.mkdir(mode=0o700)
            assert place.gateway().stop() == 0
            with contextlib.closing(sqlite3.connect(place.database)) as database:
                database.execute("INSERT INTO document VALUES ('test', '', 'mark', 'of before')")
                database.commit()
                shutil.copytree(place.data, place.folder / "as-a-crash-leaves-it")
            shutil.rmtree(place.data)
            (place.folder / "as-a-crash-leaves-it").rename(place.data)
            (place.data / "irc.db-shm").unlink()
            old_key = place.key.read_bytes()

            killed = place.run("restore", "--config", place.configuration, copy,
                               wrapper=["env", f"DRAGOMAN_CRASH_AT={point}"])
            if killed.returncode == OK:
                raise Skip("the program has no crash points: give a build of the presets dev or asan")
            assert killed.returncode == -signal.SIGKILL, killed
            there, key_there = everything(place.database), place.key.read_bytes()
            assert read(place.database, "PRAGMA integrity_check") == [("ok",)]
            assert ("test", "", "mark", "of before") in there["document"], f"{point}: the old one is not what it was"
            assert key_there in (key, old_key), f"{point}: half a key"
            started = place.gateway_fails() if key_there == key else place.gateway_works()
            assert "a restore was interrupted" in started, f"{point}: nothing is said\n{started}"

            again = restore(place, copy).stdout
            assert everything(place.database) == goal and place.key.read_bytes() == key, again
            kept = [everything(path)["document"] for path in place.data.glob("irc.db.replaced-*") if path.suffix != ".key"]
            assert any(("test", "", "mark", "of before") in rows for rows in kept), f"{point}: the old one is gone"
            assert old_key in [path.read_bytes() for path in place.data.glob("irc.db.key.replaced-*")]
            assert "interrupted" not in place.gateway_works()


def two_within_a_second_keep_both(binary):
    with with_database(binary) as place:
        copy = place.folder / "copy.db"
        backup(place, copy)
        with contextlib.closing(sqlite3.connect(place.database)) as database:
            database.execute("INSERT INTO document VALUES ('test', '', 'mark', 'of before')")
            database.commit()
        # Within a second, if the machine is quick enough, and always fewer seconds than restores.
        for _ in range(4):
            restore(place, copy)
        kept = [path for path in place.data.glob("irc.db.replaced-*") if not path.name.endswith(("-wal", "-shm"))]
        assert len(kept) == 4, kept
        assert sum(("test", "", "mark", "of before") in everything(path)["document"] for path in kept) == 1


def a_database_of_the_first_version_is_copied_and_converted(binary):
    with Workplace(binary) as place:
        place.write_configuration()
        with contextlib.closing(sqlite3.connect(place.database)) as database:
            database.executescript((PROJECT / "tests/operator/format_1.sql").read_text())
        old = everything(place.database)
        place.check().has("ok", "database", "format 1", f"makes a copy and converts it to {NEWEST}", "4 messages")
        assert format_of(place.database) == 1
        gateway = place.gateway()
        assert gateway.stop() == 0
        copy = Path(f"{place.database}.before-2")
        assert copy.stat().st_mode & 0o777 == 0o600
        assert format_of(copy) == 1 and everything(copy) == old
        assert format_of(place.database) == NEWEST
        assert everything(place.database)["message"] == old["message"]
        assert len(everything(place.database)["archive"]) == 3, "the rows of rooms are in the archive"

        # Back to the older program: it gets its copy, by hand or by `restore`.
        restore(place, copy)
        assert everything(place.database) == old


def a_database_of_a_newer_version_is_refused_untouched(binary):
    with with_database(binary) as place:
        with contextlib.closing(sqlite3.connect(place.database)) as database:
            database.execute(f"PRAGMA user_version = {NEWEST + 1}")
        before = place.database.read_bytes()
        done = place.run("--config", place.configuration)
        assert done.returncode == CONFIG, done
        for words in ("newer dragoman", "install the newer program again", f"{place.database}.before-{NEWEST + 1}"):
            assert words in done.stderr, f"not said: {words}"
        assert place.database.read_bytes() == before
        assert "newer dragoman" in backup(place, place.folder / "copy.db", code=CONFIG).stderr


if __name__ == "__main__":
    run_suite("operator/backup", [
        under_load, the_key_is_only_in_it_when_it_is_wanted, nothing_is_overwritten_unasked,
        a_place_that_is_full_keeps_the_last_backup, there_is_nothing_to_copy_yet, another_machine_goes_on_with_it,
        killed_at_any_instant_it_leaves_a_whole_database, two_within_a_second_keep_both,
        a_running_gateway_keeps_its_database, what_cannot_be_put_back_changes_nothing,
        a_database_of_the_first_version_is_copied_and_converted, a_database_of_a_newer_version_is_refused_untouched])
