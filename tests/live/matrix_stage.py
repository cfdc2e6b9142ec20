"""The stage of a play with Matrix: its gateway, its people, and what a play begins with (matrix_season.py). The acts do
not know which homeserver there is (matrix_world.py), but for those that need what only one of them can do.
"""

import asyncio
import sqlite3
import subprocess
import tempfile

from stage import PASSWORD    # first: it knows where the modules below are

import yaml

from matrix_world import PASSWORD as MATRIX_PASSWORD
from server import free_ports
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, XMPP_DOMAIN, Stack
from wiretap import Wiretap

__all__ = ["DOMAIN", "MATRIX_PASSWORD", "REGISTER", "ROOMS", "MatrixStage", "at_gateway", "only_scripted"]

DOMAIN = f"matrix.{XMPP_DOMAIN}"
ROOMS = f"rooms.{XMPP_DOMAIN}"    # of the XMPP server
NAMES = ("alice", "dora")    # who has accounts on the XMPP server
REGISTER = "jabber:iq:register"
RECONNECT = 'reconnect = { min = "200ms", max = "1s" }'
POLICY = """\
  [network.limits]
  rooms_per_minute = 100000
  registrations_per_hour = 100000
"""


def at_gateway(ident):
    """The address of a user, room or alias, for the letters that tests use: `^` before what was a capital."""
    text = "".join(f"^{each.lower()}" if each.isupper() else each for each in ident.removeprefix("@"))
    return f"{text.replace(':', '%', 1)}@{DOMAIN}"


class MatrixStage:
    def __init__(self, theatre, world, binary, number):
        self.theatre, self.world, self.binary, self.number = theatre, world, binary, number
        self.xmpp_server = theatre.xmpp_server
        self.stack = Stack(tempfile.mkdtemp(prefix="dragoman-matrix-"))    # of the gateway
        self.tap = Wiretap(self.xmpp_server)
        self.gateway = None
        self.people = []

    # The gateway.

    def start_gateway(self, network="", extra="", policy=POLICY, mode="account"):
        """`network` are more keys of [network.matrix]."""
        self.gateway = self.stack.dragoman(
            self.binary, self.tap, backend="matrix", jid=DOMAIN, secret=GATEWAY_SECRET, log_level="debug",
            policy=policy, network=f'  homeserver = "{self.world.url}"\n  mode = "{mode}"\n{network}', extra=extra)

    async def restart_gateway_with(self, **settings):
        """Another configuration; the store is empty again. For a play that begins with it."""
        self.stack.servers.remove(self.gateway)
        await asyncio.to_thread(self.gateway.stop)
        await asyncio.to_thread(lambda: self.start_gateway(**settings))

    async def restart_gateway_with_media(self):
        """Links to files lead to it, and files may come from this machine."""
        self.media_port, = free_ports(1)
        await self.restart_gateway_with(extra=f"""\
[http]
listen = "127.0.0.1:{self.media_port}"
public_url = "http://127.0.0.1:{self.media_port}"

[media]
private_ranges = ["127.0.0.0/8"]
""")

    async def becomes_a_service(self, network="", extra=""):
        """The gateway is an application service from now on, of which the homeserver has been told. For a play that
        begins with it. `extra`: more tables of its configuration."""
        service = self.theatre.service
        await self.restart_gateway_with(mode="appservice", network=f"""\
  server_name = "hs.test"
  registration = "{service.file}"
  local_accounts = true
{network}""", extra=f"""\
[http]
listen = "127.0.0.1:{service.port}"
public_url = "http://127.0.0.1:{service.port}"

{extra}""")
        registration = await self.verb("matrix", "registration")
        assert registration.returncode == 0, registration.stderr
        self.registration = yaml.safe_load(registration.stdout)
        await self.world.takes_service(registration.stdout, service)
        await self.says_in_its_log("knows and reaches us")

    async def becomes_a_bridge(self, *aliases, bridge=""):
        """#tea of an IRC server and the rooms with these aliases are one from now on; on Matrix the bridge speaks as
        `relay`. For a play that begins with it; carol, who is in #tea. `bridge`: more keys of it."""
        carol, irc = await self.somebody_on_irc()
        await self.world.register(f"relay-{self.number}")
        self.media_port, = free_ports(1)
        await self.restart_gateway_with(network=f"""\
  {RECONNECT}
  relay = {{ user = "{self.matrix_id("relay")}", password = "{MATRIX_PASSWORD}" }}
""", extra=f"""\
[http]
listen = "127.0.0.1:{self.media_port}"
public_url = "http://127.0.0.1:{self.media_port}"

{self.bridged(irc, aliases, bridge)}""")
        await carol.sees("joined", where="#tea", who="dev")
        return carol

    async def becomes_a_bridging_service(self, *aliases, bridge=""):
        """The same as application service: on Matrix everybody speaks for themselves, and the bridge as
        `@_xmpp_=40dev`."""
        carol, irc = await self.somebody_on_irc()
        await self.becomes_a_service(f"  {RECONNECT}\n", self.bridged(irc, aliases, bridge))
        await carol.sees("joined", where="#tea", who="dev")
        return carol

    async def somebody_on_irc(self):
        """carol, in #tea of an IRC server; she, and the server."""
        from clients import IrcPerson
        irc = self.stack.ngircd()
        carol = IrcPerson("carol")
        carol.patience = 30
        self.people.append(carol)
        await carol.log_in("127.0.0.1", irc.port)
        carol.join("#tea")
        await carol.sees("joined", where="#tea", who="carol")
        return carol, irc

    @staticmethod
    def bridged(irc, aliases, bridge):
        """Tables of a configuration: the IRC network, and a bridge of its #tea with rooms of Matrix."""
        rooms = [f"#tea@{GATEWAY_DOMAIN}", *(at_gateway(f"{alias}:hs.test") for alias in aliases)]
        legs = "".join(f'  [[bridge.leg]]\n  room = "{room}"\n' for room in rooms)
        return f"""\
[[network]]
jid = "{GATEWAY_DOMAIN}"
secret = "{GATEWAY_SECRET}"
backend = "irc"
  [network.irc]
  server = "127.0.0.1:{irc.port}"
  tls = false
  flood = false
  {RECONNECT}

[[bridge]]
name = "dev"
{bridge}
{legs}"""

    async def says_in_its_log(self, text, patience=60):
        async with asyncio.timeout(patience):
            while text not in self.gateway.log.read_text(errors="replace"):
                await asyncio.sleep(0.05)

    async def verb(self, *words):
        """`dragoman WORD ...` with the configuration of the gateway."""
        return await asyncio.to_thread(subprocess.run, [*self.gateway.command[:1], *words, "--config",
                                                        self.gateway.configuration], capture_output=True, text=True)

    def ghost(self, name):
        """The user id that somebody of XMPP has."""
        return f"@_xmpp_{self.account(name).replace('@', '=40')}:hs.test"

    # In threads: the scripted homeserver lives in this one.

    async def gateway_stops(self):
        await asyncio.to_thread(self.gateway.stop)

    async def gateway_is_killed(self):
        """When all that was said is known to have arrived: the rest may be said again by the next one."""
        await self.open_rows_are(0)
        await asyncio.to_thread(self.gateway.kill)

    async def gateway_starts(self):
        await asyncio.to_thread(self.gateway.start)

    async def gateway_restarts(self):
        await self.gateway_stops()
        await self.gateway_starts()

    async def open_rows_are(self, number):
        try:
            async with asyncio.timeout(10):
                while self.open_rows() != number:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{self.open_rows()} messages are open, not {number}") from None

    def open_rows(self):
        """How many messages are not known to have arrived, or come back."""
        connection = sqlite3.connect(f"file:{self.gateway.database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute("SELECT count(*) FROM message WHERE state IN (0, 2)").fetchone()[0]
        finally:
            connection.close()

    def documents(self):
        """What the gateway keeps beside messages: (kind, owner, key)."""
        connection = sqlite3.connect(f"file:{self.gateway.database}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute("SELECT kind, owner, key FROM document").fetchall()
        finally:
            connection.close()

    def documents_of(self, name):
        return [each for each in self.documents() if self.account(name) in str(each[1])]

    # People.

    def account(self, name):
        """The bare address of alice or dora in this play."""
        return f"{name}-{self.number}@{XMPP_DOMAIN}"

    def matrix_id(self, name):
        return self.world.id_of(name)

    async def xmpp(self, name, resource="test"):
        from clients import XmppPerson
        person = XmppPerson(f"{self.account(name)}/{resource}", PASSWORD)
        person.name, person.gateway, person.patience = name, DOMAIN, 15
        self.people.append(person)
        await person.log_in("127.0.0.1", self.xmpp_server.port)
        return person

    def nick(self, name):
        """What somebody is called on Matrix, as long as they have not said otherwise."""
        return f"{name}-{self.number}"

    def own(self, name):
        """The Matrix client of somebody who is here already."""
        return next(each for each in self.world.people if each.id == self.matrix_id(name))

    async def matrix(self, name):
        return await self.world.user(name)

    async def registered(self, name="alice", resource="test"):
        """Somebody with XMPP who has their own account on Matrix, and has told the gateway; both sides of them."""
        own = await self.world.user(name)
        person = await self.xmpp(name, resource)
        await self.registers(person, own.id)
        return person, own

    async def registers(self, person, user, password=MATRIX_PASSWORD):
        """jabber:iq:register; the gateway's subscription is accepted, as people do."""
        since = person.now()
        answer = await person.asks(DOMAIN, f"<query xmlns='{REGISTER}'><username>{user}</username>"
                                   f"<password>{password}</password></query>", kind="set")
        from stanzas import describe, error_of, error_text
        assert answer.get("type") == "result", f"{error_of(answer)}: {error_text(answer)}; {describe(answer)}"
        await person.gets("the gateway's subscription request", lambda stanza: stanza.get("type") == "subscribe"
                          and stanza.get("from") == DOMAIN, since)
        person.send_xml(f"<presence to='{DOMAIN}' type='subscribed'/>")
        return answer

    async def enters(self, person, room, nick=None, history=0):
        """Joins by the room's id, alias or address; its address, when the subject has come."""
        address = room if room.endswith(f"@{DOMAIN}") else at_gateway(room)
        since = person.now()
        person.send_xml(f"<presence to='{address}/{nick or self.nick(person.name)}'><x xmlns='http://jabber.org/protocol/muc'>"
                        f"<history maxstanzas='{history}'/></x></presence>")
        await person.gets(f"the subject of {address}", lambda stanza: stanza.find("{jabber:client}subject") is not None
                          and stanza.get("from", "").partition("/")[0] == address, since)
        return address

    async def in_a_room(self, *names, **body):
        """A public room of bob's; alice is in it over XMPP, the others on Matrix. alice, the room's address, its id,
        and the people on Matrix, bob first."""
        bob = await self.matrix("bob")
        others = [await self.matrix(name) for name in names]
        alias = f"tea-{self.number}"
        room = await bob.creates_room(preset="public_chat", alias=alias, name="Tea", **body)
        for each in others:
            await each.joins(room)
        alice, own = await self.registered()
        address = await self.enters(alice, f"#{alias}:hs.test")
        await bob.sees_member(room, own.id, "join")
        return alice, address, room, [bob, *others]

    def secrets_that_were_told(self):
        """What stands in the log and should not."""
        secrets = {GATEWAY_SECRET, MATRIX_PASSWORD, *(each for person in self.people for each in getattr(person, "secrets", ()))}
        secrets |= self.world.tokens()
        log = self.gateway.log.read_text(errors="replace")
        return [f"the log of the gateway shows {secret!r}" for secret in secrets if secret in log]

    async def go_home(self):
        await asyncio.gather(*(person.log_out() for person in self.people), return_exceptions=True)

    async def end(self):
        await self.go_home()
        complaints = [*self.tap.complaints(1 << 20, (DOMAIN, GATEWAY_DOMAIN)), *self.secrets_that_were_told(), *self.stack.stop()]
        self.tap.stop()
        await self.world.close()
        assert not complaints, " ".join(complaints)


def only_scripted(why):
    """An act that Synapse cannot be made to play."""
    def mark(act):
        act.scripted_only = why
        return act
    return mark
