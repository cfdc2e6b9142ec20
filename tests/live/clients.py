"""People who remember every stanza and line, for tests that look closer than `Person.sees`."""

import asyncio
import re
import socket
import struct

import people
from people import NotSeen
from irc_servers import OPERATOR, OPERATOR_PASSWORD
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from stack import GATEWAY_DOMAIN
from stanzas import describe, is_from

CLIENT = "{jabber:client}"
STANZAS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
RECEIPTS = "urn:xmpp:receipts"
PASSWORD = re.compile(r"<password>([^<>&]+)</password>|var='password'[^>]*><value>([^<>&]+)</value>")


class XmppPerson(people.XmppPerson):
    """Keeps the stanzas too, as elements, in the order of their coming."""

    def __init__(self, address, password, on_seen=None):
        super().__init__(address, password, on_seen)
        self.address = address
        self.gateway = GATEWAY_DOMAIN
        self.stanzas = []
        self.secrets = set()    # that were sent: they may be told to nobody
        self._asked = 0
        self.client.register_handler(Callback("every iq", MatchXPath(f"{CLIENT}iq"), self._remember))

    def _remember(self, stanza):
        self.stanzas.append(stanza.xml)
        self._news.set()

    def _on_message(self, message):
        self._remember(message)
        super()._on_message(message)

    def _on_presence(self, presence):
        self._remember(presence)
        super()._on_presence(presence)

    def send_xml(self, text):
        self.secrets.update(each for found in PASSWORD.findall(text) for each in found if len(each) > 4)
        self.client.send_raw(text)

    def now(self):
        """For `since`: only what comes from now on."""
        return len(self.stanzas)

    async def gets(self, what, fits, since=0):
        """The first stanza after the first `since` ones that `fits`; `what` says in words what was expected."""
        async def search():
            while True:
                self._news.clear()
                for stanza in self.stanzas[since:]:
                    if fits(stanza):
                        return stanza
                await self._news.wait()

        try:
            return await asyncio.wait_for(search(), self.patience)
        except asyncio.TimeoutError:
            last = "\n".join(ET.tostring(stanza, encoding="unicode") for stanza in self.stanzas[since:][-6:])
            raise NotSeen(f"{self.name} did not get within {self.patience} s: {what}; "
                          f"the last stanzas were\n{last}") from None

    async def asks(self, to, payload, kind="get"):
        """Sends an IQ and returns its answer, whatever it is."""
        self._asked += 1
        ident = f"{self.name}-asks-{self._asked}"
        self.send_xml(f"<iq type='{kind}' id='{ident}' to='{to}'>{payload}</iq>")
        return await self.gets(f"an answer to the {kind} {ident} to {to}",
                               lambda stanza: stanza.tag == f"{CLIENT}iq" and stanza.get("id") == ident
                               and stanza.get("type") in ("result", "error"))

    async def asks_until_answered(self, address):
        """Until the gateway is there: the server refuses what is for a component that is not."""
        deadline = asyncio.get_running_loop().time() + self.patience
        while (await self.asks(address, "<ping xmlns='urn:xmpp:ping'/>")).get("type") == "error":
            if asyncio.get_running_loop().time() > deadline:
                raise NotSeen(f"{self.name} got only errors from {address} for {self.patience} s")
            await asyncio.sleep(0.02)

    async def catches_up(self):
        """Until everything has come that the gateway had written when it read this."""
        await self.asks(self.gateway, "<ping xmlns='urn:xmpp:ping'/>")

    def told_by(self, room, since=0):
        """All presences and messages of a room, as `stanzas.describe` writes them."""
        return [describe(stanza) for stanza in self.stanzas[since:]
                if is_from(stanza, room) and stanza.tag != f"{CLIENT}iq"]

    async def is_told(self, room, line, since=0):
        """The first stanza of a room that is described by this line."""
        return await self.gets(line, lambda stanza: is_from(stanza, room) and stanza.tag != f"{CLIENT}iq"
                               and describe(stanza) == line, since)

    async def gets_error(self, ident, condition):
        """The error message with this id; its condition must be right."""
        error = await self.gets(f"an error for the message {ident}",
                                lambda stanza: stanza.get("type") == "error" and stanza.get("id") == ident)
        found = condition_of(error)
        assert found == condition, f"the error of {ident} is {found}, not {condition}"
        return error


class IrcPerson(people.IrcPerson):
    def now(self):
        return len(self.lines)

    async def catches_up(self):
        """Until everything has come that the server had for us when it read this."""
        since = self.now()
        token = f"token-{since}"
        self.send(f"PING {token}")
        await self.gets(f"PONG {token}", lambda line: " PONG " in line and token in line, since)

    async def asks(self, command, *numerics):
        """Sends a line and returns the first answer with one of these numerics."""
        since = self.now()
        self.send(command)
        return await self.gets(f"{' or '.join(numerics)} to {command}",
                               lambda line: line.split(" ")[1] in numerics, since)

    async def sets_mode(self, channel, mode):
        """MODE, and waits until the server has relayed it."""
        since = self.now()
        self.send(f"MODE {channel} {mode}")
        await self.gets(f"MODE {channel} {mode}", lambda line: f" MODE {channel} " in line, since)

    async def becomes_operator(self):
        await self.asks(f"OPER {OPERATOR} {OPERATOR_PASSWORD}", "381")

    def send_bytes(self, line):
        """A line that is not UTF-8, with its CR LF."""
        self._writer.write(line)

    def breaks_off(self):
        """The connection is reset, as when a machine dies."""
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    def relayed(self, command, since=0):
        """The lines of a command that the server relayed to us."""
        return [line for line in self.lines[since:] if line.split(" ")[1:2] == [command]]

    async def gets(self, what, fits, since=0):
        """The first line that `fits`, as it stands on the wire."""
        async def search():
            while True:
                self._news.clear()
                for line in self.lines[since:]:
                    if fits(line):
                        return line
                await self._news.wait()

        try:
            return await asyncio.wait_for(search(), self.patience)
        except asyncio.TimeoutError:
            last = "\n".join(self.lines[since:][-6:])
            raise NotSeen(f"{self.name} did not get within {self.patience} s: {what}; "
                          f"the last lines were\n{last}") from None

    def _on_line(self, line):
        super()._on_line(line)
        self._news.set()

    def lines_of(self, nickname):
        """What the server relayed of somebody: lines without their prefix."""
        return [line.partition(" ")[2] for line in self.lines if line.startswith(f":{nickname}!")]

    async def names(self, channel):
        """Who is in the channel, as the server says it."""
        since = len(self.lines)
        self.send(f"NAMES {channel}")
        await self.gets("the end of NAMES", lambda line: " 366 " in line, since)
        return {name.lstrip("~&@%+") for line in self.lines[since:] if " 353 " in line
                for name in line.rpartition(":")[2].split()}


def condition_of(stanza):
    error = stanza.find(f"{CLIENT}error")
    return next((each.tag.removeprefix(STANZAS) for each in error if each.tag.startswith(STANZAS)
                 and not each.tag.endswith("}text")), "none") if error is not None else None
