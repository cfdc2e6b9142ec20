#!/usr/bin/python3
"""`dragoman import biboumi`: what comes over from biboumi's database, what cannot and why, and that a second time changes
nothing. The schema is that of biboumi 9.0 (Debian 12); where biboumi is installed, the database is one that it made."""

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import GATEWAY_DOMAIN, OK, Workplace, need, run_suite, wait_until

SCHEMA = """
CREATE TABLE muclogline_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,uuid_ TEXT,owner_ TEXT,ircchanname_ TEXT,
  ircservername_ TEXT,date_ INTEGER,body_ TEXT,nick_ TEXT);
CREATE TABLE globaloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,maxhistorylength_ INTEGER,
  recordhistory_ INTEGER,persistent_ INTEGER);
CREATE TABLE ircserveroptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,server_ TEXT,pass_ TEXT,tlsports_ TEXT,
  ports_ TEXT,username_ TEXT,realname_ TEXT,verifycert_ INTEGER,trustedfingerprint_ TEXT,encodingout_ TEXT,
  encodingin_ TEXT,maxhistorylength_ INTEGER,address_ TEXT,nick_ TEXT,saslpassword_ TEXT,throttlelimit_ INTEGER);
CREATE TABLE ircchanneloptions_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,owner_ TEXT,server_ TEXT,channel_ TEXT,
  encodingout_ TEXT,encodingin_ TEXT,maxhistorylength_ INTEGER,persistent_ INTEGER,recordhistory_ INTEGER);
CREATE TABLE roster (local TEXT,remote TEXT);
CREATE TABLE after_connection_commands_ (id_ INTEGER PRIMARY KEY AUTOINCREMENT,fk_ INTEGER,afterconnectioncommand_ TEXT);
CREATE INDEX archive_index ON muclogline_(owner_,ircchanname_,ircservername_);
"""
ALICE = "alice@example.org"
NETWORKS = 'networks = ["irc.oftc.net", "irc.lan:6667"]\nencoding = "windows-1252"'


def fill(path):
    """What two people have at biboumi."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO globaloptions_ (owner_, maxhistorylength_, recordhistory_, persistent_)"
                         " VALUES (?, 50, 1, 1)", (ALICE,))
        database.execute(
            "INSERT INTO ircserveroptions_ (owner_, server_, pass_, tlsports_, ports_, username_, realname_, verifycert_,"
            " trustedfingerprint_, encodingout_, encodingin_, maxhistorylength_, address_, nick_, saslpassword_,"
            " throttlelimit_) VALUES (?, 'irc.oftc.net', 'server-canary', '7000', '6667', 'wonder', 'Alice L.', 1, ?, '',"
            " 'ISO-8859-1', 35, '', 'ally', 'sasl-canary', 5)", (ALICE, "ab" * 20))
        database.execute("INSERT INTO after_connection_commands_ (fk_, afterconnectioncommand_) VALUES (1, 'MODE ally +R')")
        database.execute("INSERT INTO ircserveroptions_ (owner_, server_, tlsports_, ports_, verifycert_)"
                         " VALUES (?, 'irc.elsewhere.example', '6697;6670', '6667', 1)", (ALICE,))
        database.execute("INSERT INTO ircchanneloptions_ (owner_, server_, channel_, persistent_, recordhistory_)"
                         " VALUES (?, 'irc.oftc.net', '#tea', 1, -1)", (ALICE,))
        database.execute("INSERT INTO ircchanneloptions_ (owner_, server_, channel_, persistent_, recordhistory_)"
                         " VALUES (?, 'irc.lan', '#secret', 0, 0)", (ALICE,))
        for local in (GATEWAY_DOMAIN, f"bob%irc.oftc.net@{GATEWAY_DOMAIN}", "carol%irc.oftc.net@other.example"):
            database.execute("INSERT INTO roster VALUES (?, ?)", (local, ALICE))
        said = [("u1", "#tea", "irc.oftc.net", 1600000000, "hello", "bob"),
                ("u2", "#tea", "irc.oftc.net", 1600000060, "/me pours tea", "alice"),
                ("u3", "#milk", "irc.elsewhere.example", 1600000120, "lost", "bob")]
        for uuid, channel, server, date, body, nick in said:
            database.execute("INSERT INTO muclogline_ (uuid_, owner_, ircchanname_, ircservername_, date_, body_, nick_)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?)", (uuid, ALICE, channel, server, date, body, nick))


@contextlib.contextmanager
def workplace(binary, irc=NETWORKS):
    with Workplace(binary) as place:
        place.secrets |= {"server-canary", "sasl-canary"}
        place.write_configuration(irc=irc)
        text = place.configuration.read_text()
        if "networks" in irc:    # instead of a server
            place.configuration.write_text("\n".join(line for line in text.split("\n") if "  server = " not in line))
        place.biboumi = place.folder / "biboumi.sqlite"
        yield place


def bring(place, *options, code=OK):
    done = place.run("import", "--config", place.configuration, *options, "biboumi", place.biboumi)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    return done.stdout


def documents(place, kind):
    with contextlib.closing(sqlite3.connect(f"file:{place.database}?mode=ro", uri=True)) as database:
        return {(owner, key): value for owner, key, value in
                database.execute("SELECT owner, key, value FROM document WHERE kind = ?", (kind,))}


def rows(place):
    with contextlib.closing(sqlite3.connect(f"file:{place.database}?mode=ro", uri=True)) as database:
        return database.execute("SELECT id, owner, room, author, sent, state, content FROM message ORDER BY id").fetchall()


def check_import(place):
    owner = f"{GATEWAY_DOMAIN} {ALICE}"
    told = bring(place, "--dry-run")
    assert "would come over: 1 account, settings of 1 person, of 1 server and of 2 channels, 2 contacts, 2 messages" in told
    assert not place.database.exists(), "to look makes no database"
    told = bring(place)
    assert "came over: 1 account, settings of 1 person, of 1 server and of 2 channels, 2 contacts, 2 messages" in told
    for why in ("irc.elsewhere.example is not served by this gateway; it serves irc.oftc.net, irc.lan.",
                "fingerprints of biboumi are SHA-1, which nobody trusts any more",
                f"subscribed to an address of another domain than {GATEWAY_DOMAIN}"):
        assert f"not taken over: {why} (" in told, told
    assert documents(place, "settings") == {
        (owner, "history_on_join"): "50", (owner, "history_on_join irc.oftc.net"): "35", (owner, "persistent"): "true",
        (owner, "persistent #tea%irc.oftc.net"): "true", (owner, "record_history #secret%irc.lan"): "false"}
    assert set(documents(place, "contact")) == {(owner, ""), (owner, "bob%irc.oftc.net")}
    for kind, key in (("account", ""), ("part", "irc.oftc.net")):
        (found, value), = documents(place, kind).items()
        assert found == (owner, key) and isinstance(value, bytes), f"{kind}: not encrypted"
        assert b"canary" not in value
    first, second = rows(place)
    assert first[1:6] == (ALICE, "#tea%irc.oftc.net", "bob", 1600000000000, 1)
    assert json.loads(first[6]) == "hello", first
    assert json.loads(second[6]) == {"text": "pours tea", "kind": 1}, "an action: core/chat/content.hpp"
    before = rows(place), documents(place, "settings")
    told = bring(place)
    assert "came over: 0 accounts" in told and "0 messages" in told and "there already: 2 messages" in told, told
    assert (rows(place), documents(place, "settings")) == before, "a second time changes something"
    assert place.gateway().stop() == 0, "the gateway goes on with it"


def what_people_have_at_biboumi_comes_over_once(binary):
    """Accounts, settings, contacts and the archive of a database with the schema of biboumi 9.0."""
    with workplace(binary) as place:
        with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
            database.executescript(SCHEMA)
        fill(place.biboumi)
        check_import(place)


def a_database_that_biboumi_made(binary):
    """The same from a file that the program biboumi has made."""
    need("biboumi")
    with workplace(binary) as place:
        settings = place.folder / "biboumi.cfg"
        settings.write_text(f"hostname={GATEWAY_DOMAIN}\npassword=x\nxmpp_server_ip=127.0.0.1\nport=1\n"
                            f"db_name={place.biboumi}\nlog_level=3\n")
        biboumi = subprocess.Popen(["biboumi", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            made = set(re.findall(r"CREATE TABLE (\w+)", SCHEMA))
            assert wait_until(lambda: tables_of(place.biboumi) >= made, 40), "biboumi made no tables"
        finally:
            biboumi.terminate()
            biboumi.wait(10)
        fill(place.biboumi)
        check_import(place)


def tables_of(path):
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return {name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return set()


def of_a_single_server_only_what_is_its_own(binary):
    """fixed_irc_server: its server is the one of the gateway, and what others have stays away."""
    with workplace(binary, 'tls = false') as place:
        with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
            database.executescript(SCHEMA)
            for server in ("127.0.0.1", "irc.elsewhere.example"):
                database.execute("INSERT INTO ircchanneloptions_ (owner_, server_, channel_, persistent_, recordhistory_)"
                                 " VALUES (?, ?, '#tea', 1, -1)", (ALICE, server))
            database.execute("INSERT INTO muclogline_ (uuid_, owner_, ircchanname_, ircservername_, date_, body_, nick_)"
                             " VALUES ('u1', ?, '#tea', '127.0.0.1', 1600000000, 'hello', 'bob')", (ALICE,))
        told = bring(place)
        assert "not taken over: irc.elsewhere.example is not the server of this gateway (1 time" in told, told
        assert set(documents(place, "settings")) == {(f"{GATEWAY_DOMAIN} {ALICE}", "persistent #tea")}
        assert [row[2] for row in rows(place)] == ["#tea"]


def lines_come_before_what_was_said_meanwhile(binary):
    """Store::add_in_front: ids below those that there are, in the order in which it was said."""
    with workplace(binary, 'tls = false') as place:
        def keep(uuid, date, body):
            with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
                database.execute("INSERT INTO muclogline_ (uuid_, owner_, ircchanname_, ircservername_, date_, body_,"
                                 " nick_) VALUES (?, ?, '#tea', '127.0.0.1', ?, ?, 'bob')", (uuid, ALICE, date, body))
        with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
            database.executescript(SCHEMA)
        keep("u3", 1600000300, "third")
        bring(place)
        keep("u2", 1600000200, "second")
        keep("u1", 1600000100, "first")
        keep("u1b", 1600000100, "first, a moment later")
        assert "there already: 1 message" in bring(place)
        said = [json.loads(row[6]) for row in rows(place)]
        assert said == ["first", "first, a moment later", "second", "third"], said
        assert all(row[0] < 0 for row in rows(place)), rows(place)


def what_cannot_be_imported_is_refused(binary):
    """Another file, another network, a gateway that runs."""
    with workplace(binary) as place:
        place.biboumi.write_text("no database")
        assert place.run("import", "--config", place.configuration, "biboumi", place.biboumi).returncode != OK
        place.biboumi.unlink()
        with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
            database.execute("CREATE TABLE other (x)")
        done = place.run("import", "--config", place.configuration, "biboumi", place.biboumi)
        assert done.returncode != OK and "this is no database of biboumi" in done.stderr
        with contextlib.closing(sqlite3.connect(place.biboumi)) as database, database:
            database.executescript(SCHEMA)
        done = place.run("import", "--config", place.configuration, "--network", "x.example", "biboumi",
                         place.biboumi)
        assert done.returncode != OK and "x.example is no network of this configuration" in done.stderr
        gateway = place.gateway()
        done = place.run("import", "--config", place.configuration, "biboumi", place.biboumi)
        assert done.returncode != OK and "Nothing is imported while a gateway runs" in done.stderr
        assert gateway.stop() == 0


MATTERBRIDGE = """
[irc.lan]
Server="127.0.0.1:6667"
Nick="relay"
NickServPassword="pw-of-matterbridge"
IgnoreNicks="bot[0-9]+"
[xmpp.work]
Muc="conference.example.org"
Password="pw-of-matterbridge"
RemoteNickFormat="{NICK} ({LABEL}): "
[telegram.home]
Token="pw-of-matterbridge"
[[gateway]]
name="Dev Team"
enable=true
[[gateway.inout]]
account="irc.lan"
channel="#dev"
[[gateway.out]]
account="xmpp.work"
channel="dev"
[[gateway.inout]]
account="telegram.home"
channel="-100"
"""


def bridges_of_matterbridge_are_tables_that_fit(binary):
    with Workplace(binary) as place:
        place.write_configuration()
        file = place.folder / "matterbridge.toml"
        file.write_text(MATTERBRIDGE)
        place.secrets.add("pw-of-matterbridge")
        done = place.run("import", "matterbridge", file, "--config", place.configuration)
        assert done.returncode == OK and f'room = "#dev@{GATEWAY_DOMAIN}"' in done.stdout, done
        assert "telegram.home: this gateway has no network of that kind" in done.stdout
        with place.configuration.open("a") as configuration:
            configuration.write(done.stdout)
        assert place.run("--config", place.configuration, "--check-config").returncode == OK
        # Without a configuration the domain is made up, which is said.
        done = place.run("import", "matterbridge", file)
        assert done.returncode == OK and "# To be put right: no [[network]] is known for irc.lan" in done.stdout
        file.write_text("[irc.lan\n")
        done = place.run("import", "matterbridge", file)
        assert done.returncode != OK and "matterbridge.toml: line 1 is no TOML" in done.stderr


if __name__ == "__main__":
    run_suite("operator/import", [what_people_have_at_biboumi_comes_over_once, a_database_that_biboumi_made,
                                  of_a_single_server_only_what_is_its_own,
                                  lines_come_before_what_was_said_meanwhile, what_cannot_be_imported_is_refused,
                                  bridges_of_matterbridge_are_tables_that_fit])
