"""Many plays in one theatre: the servers are started once, and each play gets a gateway of its own with an empty store,
and accounts on the XMPP server that nobody has used before. Every act is played on both stacks:

    run_season("prosody_ngircd", "prosody", "ngircd")

What a stack cannot do is skipped by `needs("monitor")` above the act, with the reason.
"""

import asyncio
import shutil
import socket
import sqlite3
import sys
import tempfile
from pathlib import Path

from stage import PASSWORD, Stage    # first: it knows where the modules below are

from irc_servers import Atheme, Inspircd, LiveNgircd, fingerprint
from server import wait_until
from servers import Ejabberd, missing
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, XMPP_DOMAIN, Prosody, Stack
from suite import Cannot, Skip, run_suite
from wiretap import Wiretap

NAMES = ("alice", "bob")
# Who must be gone before the next play begins, beside those whose nickname is that of their account.
EVERYBODY = (*NAMES, "alice_", "alicia", "ally", "carol", "dave", "erin", "p00", "p49")

SKIPPED = {
    "prosody_ngircd": {
        "monitor": "ngIRCd has no MONITOR; the gateway asks it once a minute who is there",
        "services": "Debian has no services that link to ngIRCd",
        "echo": "ngIRCd has no echo-message",
        "plain quits": "ngIRCd puts what a client says into quotes, and a ping timeout takes it a minute",
    },
    "ejabberd_inspircd": {},
}

XMPP_SERVERS = {"prosody": Prosody, "ejabberd": Ejabberd}
IRC_SERVERS = {"ngircd": LiveNgircd, "inspircd": Inspircd}
PROGRAMS = {"prosody": ("prosody",), "ejabberd": ("ejabberdctl", "erl"), "ngircd": ("ngircd",),
            "inspircd": ("inspircd", "atheme-services")}


class Usher:
    """Watches until the IRC server has seen everybody leave, so that the next play finds nicknames and channels free.
    Stays connected between plays (InspIRCd takes up to a second to welcome somebody), and so without asyncio."""

    patience = 10    # seconds

    def __init__(self):
        self.lines = None
        self.socket = None

    def connect(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=self.patience)
        self.lines = self.socket.makefile("r", encoding="utf-8", errors="replace")
        self.send("NICK usher", "USER usher 0 * :usher")
        self.hears("001")

    def send(self, *lines):
        self.socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def hears(self, numeric):
        for line in self.lines:
            if line.startswith("PING "):
                self.send(f"PONG {line[5:].strip()}")
            elif f" {numeric} " in line:
                return line.strip()
        raise ConnectionError("the IRC server sent the usher out")

    def present(self, port, names):
        try:
            self.send(f"ISON {' '.join(names)}")
            return self.hears("303").rpartition(":")[2].strip()
        except (AttributeError, OSError):    # not yet connected, or the server was started again
            self.close()
            self.connect(port)
            return self.present(port, names)

    def sees_everybody_out(self, port, names):
        if not wait_until(lambda: not self.present(port, names), self.patience):
            raise AssertionError(f"after the play these are still on IRC: {self.present(port, names)}")

    def close(self):
        if self.socket:
            self.lines.close()
            self.socket.close()
            self.socket = None


class Theatre:
    """The servers of one stack. They start with the first play."""

    def __init__(self, name, xmpp_server, irc_server, plays):
        self.name, self.plays = name, plays
        self.xmpp_kind, self.irc_kind = xmpp_server, irc_server
        self.usher = Usher()
        self.folder = self.stack = self.xmpp_server = self.irc_server = self.services = None

    def open(self):
        if self.stack:
            for server in self.stack.servers:    # a play that failed may have left one stopped
                if not server.is_running():
                    server.start()
            return
        if command := missing(PROGRAMS[self.xmpp_kind] + PROGRAMS[self.irc_kind]):
            raise Skip(f"{self.name} needs: {command}")
        self.folder = Path(tempfile.mkdtemp(prefix=f"dragoman-live-{self.name}-"))
        self.stack = Stack(self.folder)
        self.xmpp_server = self.stack.add(XMPP_SERVERS[self.xmpp_kind](
            self.stack.folder_for(self.xmpp_kind), components={GATEWAY_DOMAIN: GATEWAY_SECRET},
            users={f"{name}-{number}": PASSWORD for name in NAMES for number in range(self.plays)}))
        self.irc_server = self.stack.add(IRC_SERVERS[self.irc_kind](self.stack.folder_for(self.irc_kind)))
        if self.irc_kind == "inspircd":
            self.services = self.stack.add(Atheme(self.stack.folder_for("atheme"), self.irc_server))

    def close(self):
        self.usher.close()
        if self.stack:
            for complaint in self.stack.stop():
                print(complaint, file=sys.stderr)
            shutil.rmtree(self.folder, ignore_errors=True)


class SharedStage(Stage):
    """A stage whose servers outlive the play."""

    def __init__(self, theatre, binary, number):
        self.theatre, self.number = theatre, number
        self.stack = Stack(tempfile.mkdtemp(prefix="dragoman-live-"))    # of the gateway, and what a play adds
        self.binary = binary
        self.xmpp_server, self.irc_server = theatre.xmpp_server, theatre.irc_server
        self.tap = Wiretap(self.xmpp_server)
        self.gateway = None
        self.gateways = []    # one after the other, each with other settings
        self.server_starts = self.xmpp_server.starts
        self.people = []
        self.expects_subscriptions = False    # whether somebody registers

    def account(self, name):
        """The bare address of alice or bob in this play."""
        return f"{name}-{self.number}@{XMPP_DOMAIN}"

    async def xmpp(self, name, resource="test"):
        from clients import XmppPerson
        person = XmppPerson(f"{self.account(name)}/{resource}", PASSWORD)
        person.name = name
        self.people.append(person)
        await person.log_in("127.0.0.1", self.xmpp_server.port)
        return person

    def start_gateway(self, **settings):
        policy = "  [network.limits]\n  rooms_per_minute = 100000\n  registrations_per_hour = 100000\n"
        super().start_gateway(**{"policy": policy, **settings}, xmpp_server=self.tap)
        self.gateways.append(self.gateway)

    def restart_gateway(self, **settings):
        """With other settings; the store stays. For a play that begins with them."""
        self.stack.servers.remove(self.gateway)
        self.gateway.stop()
        self.start_gateway(**settings)

    def with_tls(self):
        """Settings of the gateway for the server's TLS port: passwords go nowhere else."""
        return {"irc_port": self.irc_server.tls_port, "irc_fingerprint": fingerprint(self.irc_server.certificate)}

    def second_irc_server(self):
        """Linked to the first, when it is in sight of it; the play may kill it."""
        kind = IRC_SERVERS[self.theatre.irc_kind]
        more = {"number": "002"} if kind is Inspircd else {}
        return self.stack.add(kind(self.stack.folder_for("second"), name="second.example.test",
                                   uplink=self.irc_server, **more))

    async def end(self):
        unasked = [] if self.expects_subscriptions else [
            f"{person.name} was asked for a subscription by {stanza.get('from')}" for person in self.people
            for stanza in getattr(person, "stanzas", ()) if stanza.get("type") == "subscribe"]
        await self.go_home()
        assert not unasked, " ".join(unasked)
        reasons = (sum(gateway.starts for gateway in self.gateways) + self.tap.cuts
                   + self.xmpp_server.starts - self.server_starts)
        complaints = [*self.tap.complaints(reasons, GATEWAY_DOMAIN), *self.told_secrets(), *self.stack.stop()]
        self.tap.stop()
        assert not complaints, " ".join(complaints)
        accounts = [self.account(name).partition("@")[0] for name in NAMES]
        self.theatre.usher.sees_everybody_out(self.irc_server.port, [*EVERYBODY, *accounts])


    def documents_of(self, name):
        """What the gateway keeps of a person beside messages: (kind, key)."""
        connection = sqlite3.connect(f"file:{self.gateway.database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute("SELECT kind, key FROM document WHERE owner LIKE ?",
                                      (f"%{self.account(name)}%",)).fetchall()
        finally:
            connection.close()

    def told_secrets(self):
        """What stands in a log and should not: the component's secret, and passwords that people sent."""
        secrets = {GATEWAY_SECRET, *(secret for person in self.people for secret in getattr(person, "secrets", ()))}
        for gateway in self.gateways:
            log = gateway.log.read_text(errors="replace")
            yield from (f"the log of the gateway shows {secret!r}" for secret in secrets if secret in log)


def needs(*features):
    """What the stack must have for this act."""
    def mark(act):
        act.needs = features
        return act
    return mark


def play_in(theatre, act, number):
    def test(binary):
        for feature in getattr(act, "needs", ()):
            if feature in SKIPPED[theatre.name]:
                raise Cannot(SKIPPED[theatre.name][feature])
        try:
            import slixmpp    # noqa: F401
        except ImportError:
            raise Skip("slixmpp is needed: apt-get install --no-install-recommends python3-slixmpp") from None
        theatre.open()
        stage = SharedStage(theatre, binary, number)
        try:
            asyncio.run(perform(stage, act))
        except BaseException:
            if stage.gateway:
                print(stage.gateway.last_words(40), file=sys.stderr)
            stage.stack.stop()
            stage.tap.stop()
            raise
        shutil.rmtree(stage.stack.folder, ignore_errors=True)

    return test


async def perform(stage, act):
    try:
        stage.start_gateway()
        await act(stage)
    except BaseException:
        await stage.go_home()
        raise
    await stage.end()


def run_season(name, xmpp_server, irc_server, acts):
    """`acts`: folder -> list of coroutine functions of a stage. A test is named live/NAME/FOLDER/ACT."""
    listed = [(folder, act) for folder, several in acts.items() for act in several]
    theatre = Theatre(name, xmpp_server, irc_server, len(listed))
    try:
        run_suite("live", {f"{name}/{folder}/{act.__name__}": play_in(theatre, act, number)
                           for number, (folder, act) in enumerate(listed)})
    finally:
        theatre.close()
