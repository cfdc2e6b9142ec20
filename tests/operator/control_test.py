#!/usr/bin/python3
"""What the command line asks and tells the running gateway: who may, and messages that are held."""

import contextlib
import json
import os
import shutil
import sqlite3
import stat
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import GATEWAY_DOMAIN, OK, UNAVAILABLE, Skip, Workplace, need, run_suite

REFUSED, NO_PERMISSION = 1, 77    # core/exit_code.hpp
HELD, TO_NETWORK, TO_PERSON = 4, 0, 1    # core/store/message.hpp
CANARY = "canary-in-a-message"


@contextlib.contextmanager
def running(binary):
    """A gateway whose XMPP server is not there; its folder is open, so that only the socket keeps others away."""
    with Workplace(binary) as place:
        place.write_configuration()
        place.folder.chmod(0o755)
        place.data.chmod(0o755)
        place.socket = Path(f"{place.database}.control")
        yield place, place.gateway()


def ask(place, *words, code=OK, wrapper=()):
    done = place.run(*words, "--socket", place.socket, wrapper=wrapper)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    assert CANARY not in done.stdout + done.stderr, "a text was shown"
    return done.stdout + done.stderr


def status(place):
    lines = [json.loads(line) for line in ask(place, "status", "--json").splitlines()]
    assert lines[0]["messages_add_up"] is True, lines[0]
    return lines


def as_somebody_else():
    if os.geteuid() != 0:
        raise Skip("only root can speak as somebody else")
    need("setpriv")
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def strangers_are_refused_by_the_file_and_by_the_gateway(binary):
    stranger = as_somebody_else()
    with running(binary) as (place, gateway):
        # Somewhere that everybody may enter, as an installed program is.
        place.binary = Path(shutil.copy(place.binary, place.folder / "dragoman"))
        place.binary.chmod(0o755)
        assert stat.S_IMODE(place.socket.stat().st_mode) == 0o600
        assert "You may not use the socket" in ask(place, "status", code=NO_PERMISSION, wrapper=stranger)
        place.socket.chmod(0o666)    # somebody's mistake
        answer = ask(place, "status", code=NO_PERMISSION, wrapper=stranger)
        assert "Only root, the user of the gateway" in answer and "version" not in answer, answer
        ask(place, "status")
        assert gateway.stop() == 0
        assert "uid=65534" in gateway.log.read_text()
        assert not place.socket.exists(), "the socket is left behind"


def a_gateway_that_was_killed_leaves_a_socket_that_the_next_one_replaces(binary):
    with running(binary) as (place, gateway):
        gateway.kill()
        assert place.socket.exists()
        assert "No gateway runs" in ask(place, "status", code=UNAVAILABLE)
        gateway.start()
        assert status(place)[1]["network"] == GATEWAY_DOMAIN
        assert gateway.stop() == 0


def hold(place, *rows):
    """Messages that lie held: (direction, content)."""
    with contextlib.closing(sqlite3.connect(place.database, timeout=10)) as database, database:
        for number, (direction, content) in enumerate(rows, 1):
            author = "alice@example.localhost/x" if direction == TO_NETWORK else "carol"
            database.execute("INSERT INTO message VALUES (?, ?, ?, 0, 1790000000000, 0, NULL, '', ?, ?, '', ?, ?, ?, ?)",
                             (number, HELD, direction, GATEWAY_DOMAIN, "alice@example.localhost", "carol", author,
                              f"m{number}", content))
        # The totals are counted anew.
        database.execute("DELETE FROM document WHERE kind = 'store' AND key = 'totals'")


def held_messages_are_listed_tried_again_and_given_back(binary):
    text = json.dumps({"text": CANARY})
    with running(binary) as (place, gateway):
        assert gateway.stop() == 0
        hold(place, (TO_NETWORK, text), (TO_NETWORK, "unreadable"), (TO_NETWORK, text), (TO_PERSON, text))
        gateway.start()
        assert status(place)[0]["messages_held"] == 4
        listed = ask(place, "spool")
        assert listed.count("held") == 4 and listed.count("to the person") == 1, listed
        assert "carol@" + GATEWAY_DOMAIN in listed

        assert "1 message is tried again." in ask(place, "spool", "release", "1")
        assert "1 message is tried again." in ask(place, "spool", "release", "2")
        assert "1 message is given back." in ask(place, "spool", "return", "4")
        now = status(place)[0]
        # The unreadable one is held again; there is no XMPP server that could prove that a message went back.
        assert (now["messages_queued"], now["messages_held"], now["messages_returned"]) == (1, 2, 1), now
        assert "2 messages are given back." in ask(place, "spool", "return", "alice@example.localhost")
        now = status(place)[0]
        assert (now["messages_held"], now["messages_returning"]) == (0, 2), now
        assert "No messages of" in ask(place, "spool", "release", "alice@example.localhost", code=REFUSED)
        assert "There is no message 99" in ask(place, "spool", "return", "99", code=REFUSED)
        assert gateway.stop() == 0
        assert CANARY not in gateway.log.read_text()


def bans_and_quotas_outlive_a_kill(binary):
    with running(binary) as (place, gateway):
        ask(place, "ban", "add", "mallory@example.localhost", "--for", "2d", "--reason", "spam")
        ask(place, "user", "quota", "bob@example.localhost", "rooms", "3")
        gateway.kill()
        gateway.start()
        (bans,) = [json.loads(line)["bans"] for line in ask(place, "bans", "--json").splitlines()]
        assert [(ban["jid"], ban["reason"]) for ban in bans] == [("mallory@example.localhost", "spam")], bans
        assert bans[0]["until"].endswith("Z") and bans[0]["by"] == f"uid {os.geteuid()}", bans
        shown = json.loads(ask(place, "user", "show", "bob@example.localhost", "--json"))
        assert {"quota": "rooms", "value": 3, "default": 200} in shown["quotas"], shown
        assert gateway.stop() == 0


if __name__ == "__main__":
    run_suite("operator/control", [
        strangers_are_refused_by_the_file_and_by_the_gateway,
        a_gateway_that_was_killed_leaves_a_socket_that_the_next_one_replaces,
        held_messages_are_listed_tried_again_and_given_back,
        bans_and_quotas_outlive_a_kill,
    ])
