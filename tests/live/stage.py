"""A live test is a play: servers on loopback, people who log in, and a time when everybody goes home.

    async def talks_in_a_room(stage):
        alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
        ...

    run_suite("live/refused", {"talks_in_a_room": play(talks_in_a_room)})

Most acts are played on both stacks, with servers that stay: see season.py.
"""

import asyncio
import contextlib
import shutil
import signal
import sqlite3
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / folder) for folder in ("config/lib", "tests/support", "tests/rules")]

from servers import Ejabberd, missing
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, XMPP_DOMAIN, Dragoman, Stack
from suite import Cannot, Skip, run_suite

__all__ = ["CHANNEL", "DELIVERED", "Dragoman", "GATEWAY_DOMAIN", "GATEWAY_SECRET", "NETWORK", "QUEUED", "PASSWORD",
           "ROOM", "Stage", "TO_NETWORK", "TO_PERSON", "USERS", "XMPP_DOMAIN", "play", "run_suite"]

PASSWORD = "open sesame"
USERS = ("alice", "bob")
CHANNEL = "#tea"
ROOM = f"{CHANNEL}@{GATEWAY_DOMAIN}"
# Fast enough for a test, slow enough to be seen waiting.
NETWORK = '  reconnect = { min = "200ms", max = "1s" }'

# core/store/message.hpp
QUEUED, DELIVERED = 0, 1
TO_NETWORK, TO_PERSON = 0, 1


class Stage:
    """The servers and the people of one play."""

    components = (GATEWAY_DOMAIN,)
    prosody_extra = ejabberd_modules = ""

    def __init__(self, stack, binary, xmpp_server="prosody"):
        self.stack = stack
        self.binary = binary
        users = {name: PASSWORD for name in USERS}
        components = {domain: GATEWAY_SECRET for domain in self.components}
        if xmpp_server == "ejabberd":
            self.xmpp_server = stack.add(Ejabberd(stack.folder_for("ejabberd"), users=users, components=components,
                                                  extra=self.ejabberd_modules))
        else:
            self.xmpp_server = stack.prosody(users=users, components=components, extra=self.prosody_extra)
        self.irc_server = stack.ngircd()
        self.gateway = None
        self.people = []

    def start_gateway(self, xmpp_server=None, **settings):
        self.gateway = self.stack.dragoman(self.binary, xmpp_server or self.xmpp_server, **{
            "irc_port": self.irc_server.port, "network": NETWORK, "log_level": "debug", **settings})

    async def xmpp(self, name):
        """An XMPP client of alice or bob, logged in."""
        from clients import XmppPerson
        person = XmppPerson(f"{name}@{XMPP_DOMAIN}/test", PASSWORD)
        self.people.append(person)
        await person.log_in("127.0.0.1", self.xmpp_server.port)
        return person

    async def irc(self, nickname, channel=CHANNEL):
        """An IRC client, logged in, and in the channel if there is one."""
        from clients import IrcPerson
        person = IrcPerson(nickname)
        self.people.append(person)
        await person.log_in("127.0.0.1", self.irc_server.port)
        if channel:
            person.join(channel)
            await person.sees("joined", where=channel, who=nickname)
        return person

    async def xmpp_in_room(self, name, *witnesses):
        """An XMPP client in the room, with that nickname; the witnesses are on IRC and have seen it come."""
        person = await self.xmpp(name)
        await self.enters(person, *witnesses)
        return person

    async def enters(self, person, *witnesses):
        await self.enters_as(person, person.name)
        for witness in witnesses:
            await witness.sees("joined", where=CHANNEL, who=person.name)

    async def enters_as(self, person, nickname):
        since = len(person.seen)
        person.join(ROOM, nickname)
        await person.sees("subject", where=ROOM, since=since)    # the last part of entering

    async def go_home(self):
        await asyncio.gather(*(person.log_out() for person in self.people), return_exceptions=True)

    # The gateway's own books.

    def rows(self, question="1"):
        """The message rows as dictionaries, in order."""
        connection = sqlite3.connect(f"file:{self.gateway.database}?mode=ro", uri=True, timeout=5)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM message WHERE {question} ORDER BY id")]
        finally:
            connection.close()

    async def in_state(self, state, count, patience=10):
        """Waits until there are at least `count` rows, all in this state; the database tells nobody by itself."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            rows = self.rows()
            others = [row for row in rows if row["state"] != state]
            if len(rows) >= count and not others:
                return rows
            assert asyncio.get_running_loop().time() < deadline, (
                f"of {len(rows)} rows ({count} expected) these are not in the state {state} after {patience} s: "
                + ", ".join(f"row {row['id']} is in {row['state']}" for row in others))
            await asyncio.sleep(0.05)

    async def in_state_of(self, state, text, patience=10):
        """Waits until there is a row in this state whose content holds the text."""
        deadline = asyncio.get_running_loop().time() + patience
        while not any(row["state"] == state and text in str(row["content"]) for row in self.rows()):
            assert asyncio.get_running_loop().time() < deadline, f"no row with {text!r} came into the state {state}"
            await asyncio.sleep(0.02)

    @contextlib.contextmanager
    def gateway_asleep(self):
        """Nothing happens between these lines as far as the gateway knows."""
        self.gateway.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.gateway.process.send_signal(signal.SIGCONT)

    async def gateway_logs(self, *words, patience=10):
        """Waits for a line of the gateway's log that holds all the words."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            text = self.gateway.log.read_text(errors="replace") if self.gateway.log.exists() else ""
            for line in text.splitlines():
                if all(word in line for word in words):
                    return line
            assert asyncio.get_running_loop().time() < deadline, (
                f"the gateway did not log {words} within {patience} s\n{self.gateway.last_words()}")
            await asyncio.sleep(0.05)


def play(act, xmpp_server="prosody", stage=Stage, programs=()):
    """A test function of `act`, a coroutine function of a Stage with servers of its own and without a gateway; `programs`
    are what it needs beside them."""
    needs = {"prosody": ("prosody",), "ejabberd": ("ejabberdctl", "erl")}[xmpp_server] + ("ngircd", *programs)

    def test(binary):
        if command := missing(needs):
            raise Skip(f"{' and '.join(needs)} are needed: {command}")
        try:
            import slixmpp    # noqa: F401
        except ImportError:
            raise Skip("slixmpp is needed: apt-get install --no-install-recommends python3-slixmpp") from None
        folder = Path(tempfile.mkdtemp(prefix="dragoman-live-"))
        stack = Stack(folder)
        try:
            asyncio.run(perform(stage(stack, binary, xmpp_server), act))
        except (Cannot, Skip):
            stack.stop()
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except BaseException:
            for server in stack.servers:
                print(server.last_words(15), file=sys.stderr)
            print(f"Kept: {folder}", file=sys.stderr)
            stack.stop()
            raise
        complaints = stack.stop()
        assert not complaints, " ".join(complaints)
        shutil.rmtree(folder, ignore_errors=True)

    return test


async def perform(stage, act):
    try:
        await act(stage)
    finally:
        await stage.go_home()
