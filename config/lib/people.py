"""People who talk in the demo and in the live tests: XMPP clients (slixmpp) and IRC clients (a raw socket).

Both keep everything that they saw as a list of `Seen`, so that nothing is missed between two waits:

    seen = await alice.sees("line", text="good morning", who="carol")
"""

import asyncio
import inspect
import logging
from dataclasses import dataclass

logging.getLogger("slixmpp").setLevel(logging.ERROR)    # it warns about its own speed when it is imported

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from slixmpp.xmlstream import ET

MUC = "http://jabber.org/protocol/muc"
MUC_USER = "http://jabber.org/protocol/muc#user"


class NotSeen(Exception):
    """Somebody did not see in time what they should have seen."""


@dataclass(frozen=True)
class Seen:
    """One thing that a person saw.

    kind   line (in a room), private, subject, joined, left, renamed, error, notice
    where  the room or channel, or "" for what is private
    who    the nickname; for `private` over XMPP the bare address
    text   body, subject, reason or error condition
    """

    kind: str
    where: str = ""
    who: str = ""
    text: str = ""

    def __str__(self):
        return {
            "line": f"{self.where} <{self.who}> {self.text}",
            "private": f"(private) <{self.who}> {self.text}",
            "notice": f"(notice) {self.who}: {self.text}",
            "subject": f"{self.where} subject: {self.text or '(none)'}" + (f", set by {self.who}" if self.who else ""),
            "joined": f"{self.where} {self.who} is here",
            "left": f"{self.where} {self.who} left",
            "error": f"ERROR {self.where}{'/' if self.where and self.who else ''}{self.who}: {self.text}",
        }[self.kind]


class Person:
    """What both kinds share. `on_seen(person, seen)` is told of everything as it arrives."""

    patience = 10    # seconds

    def __init__(self, name, on_seen=None):
        self.name = name
        self.seen = []
        self.on_seen = on_seen or (lambda person, seen: None)
        self._news = asyncio.Event()

    def saw(self, kind, where="", who="", text=""):
        seen = Seen(kind, where, who, text)
        self.seen.append(seen)
        self.on_seen(self, seen)
        self._news.set()

    async def sees(self, kind, *, where=None, who=None, text=None, since=0):
        """The first thing seen of this kind that has these properties; raises NotSeen after `patience` seconds.

        `text` needs only to be contained. `since` is an index into `seen`: what came before does not count.
        """
        def fits(seen):
            return (seen.kind == kind and (where is None or seen.where == where) and (who is None or seen.who == who)
                    and (text is None or text in seen.text))

        async def search():
            while True:
                self._news.clear()
                for seen in self.seen[since:]:
                    if fits(seen):
                        return seen
                await self._news.wait()

        try:
            return await asyncio.wait_for(search(), self.patience)
        except asyncio.TimeoutError:
            wanted = Seen(kind, where or "", who or "", text or "")
            raise NotSeen(f"{self.name} did not see within {self.patience} s: {wanted}") from None


class XmppPerson(Person):
    """An XMPP client; `client` is the slixmpp object, for what this class does not do."""

    def __init__(self, address, password, on_seen=None):
        super().__init__(slixmpp.JID(address).user, on_seen)
        self.client = slixmpp.ClientXMPP(address, password)
        self.client.auto_authorize = None    # a gateway's subscription requests stay unanswered
        self.client.auto_subscribe = False
        for plugin in ("xep_0030", "xep_0199"):
            self.client.register_plugin(plugin)
        self.client["feature_mechanisms"].unencrypted_plain = True
        for name, handler in (("message", self._on_message), ("presence", self._on_presence)):
            self.client.register_handler(Callback(f"every {name}", MatchXPath(f"{{jabber:client}}{name}"), handler))
        self._nicknames = {}

    async def log_in(self, host, port):
        """Connects without TLS: for a server on loopback only."""
        online, failed = asyncio.Event(), asyncio.Event()
        self.client.add_event_handler("session_start", lambda _: online.set())
        self.client.add_event_handler("failed_all_auth", lambda _: failed.set())
        if "address" in inspect.signature(self.client.connect).parameters:
            # COMPAT slixmpp before 1.9 (Debian 12)
            self.client.connect((host, port), disable_starttls=True, force_starttls=False, use_ssl=False)
        else:
            self.client.enable_direct_tls = self.client.enable_starttls = False
            self.client.enable_plaintext = True
            self.client.connect(host, port)
        waits = [asyncio.ensure_future(event.wait()) for event in (online, failed)]
        await asyncio.wait(waits, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not online.is_set():
            raise NotSeen(f"{self.name} could not log in at {host}:{port}")
        self.client.send_presence()

    async def log_out(self):
        if self.client.is_connected():
            gone = self.client.disconnect(wait=1)
            if gone is not None:
                await asyncio.wait([asyncio.ensure_future(gone)], timeout=3)

    def join(self, room, nickname):
        """Enters a room without asking for history."""
        self._nicknames[room] = nickname
        presence = self.client.make_presence(pto=f"{room}/{nickname}")
        muc = ET.SubElement(presence.xml, f"{{{MUC}}}x")
        ET.SubElement(muc, f"{{{MUC}}}history", {"maxstanzas": "0"})
        presence.send()

    def leave(self, room):
        self.client.make_presence(pto=f"{room}/{self._nicknames.pop(room)}", ptype="unavailable").send()

    def say(self, room, text):
        self.client.send_message(room, text, mtype="groupchat")

    def tell(self, address, text):
        self.client.send_message(address, text, mtype="chat")

    async def discovers(self, address):
        """The identities of a service as a list of (category, type, name), XEP-0030."""
        info = await self.client["xep_0030"].get_info(jid=address, timeout=self.patience)
        return [(category, kind, name) for category, kind, _, name in info["disco_info"]["identities"]]

    def _on_message(self, message):
        sender, kind = message["from"], message["type"]
        body, subject = message.xml.find("{jabber:client}body"), message.xml.find("{jabber:client}subject")
        if kind == "error":
            condition = f"{message['error']['condition']} {message['error']['text']}".strip()
            self.saw("error", sender.bare, sender.resource, condition)
        elif kind == "groupchat" and subject is not None and body is None:
            self.saw("subject", sender.bare, sender.resource, subject.text or "")
        elif body is None:
            return    # chat states, receipts, privileges
        elif kind == "groupchat":
            self.saw("line", sender.bare, sender.resource, body.text or "")
        elif sender.user:
            self.saw("private", "", sender.bare, body.text or "")
        else:
            self.saw("notice", "", sender.bare, body.text or "")

    def _on_presence(self, presence):
        sender, kind = presence["from"], presence.xml.get("type", "available")
        if kind == "error":
            condition = f"{presence['error']['condition']} {presence['error']['text']}".strip()
            self.saw("error", sender.bare, sender.resource, condition)
        elif presence.xml.find(f"{{{MUC_USER}}}x") is not None:
            if kind == "available":
                self.saw("joined", sender.bare, sender.resource)
            elif kind == "unavailable":
                self.saw("left", sender.bare, sender.resource)


class IrcPerson(Person):
    """An IRC client on a raw socket, so that the far end of the gateway is seen as it is on the wire."""

    def __init__(self, nickname, on_seen=None):
        super().__init__(nickname, on_seen)
        self._reader = self._writer = self._task = None
        self.lines = []    # every line from the server, as received

    async def log_in(self, host, port, password=None):
        """`password`: of the server, or of a bouncer (PASS)."""
        self._reader, self._writer = await asyncio.open_connection(host, port)
        self._welcomed = asyncio.Event()
        self._task = asyncio.ensure_future(self._read())
        self.send(*([f"PASS {password}"] if password else []), f"NICK {self.name}", f"USER {self.name} 0 * :{self.name}")
        try:
            await asyncio.wait_for(self._welcomed.wait(), self.patience)
        except asyncio.TimeoutError:
            raise NotSeen(f"{self.name} was not welcomed by the IRC server at {host}:{port}") from None

    async def log_out(self):
        if self._writer is None:
            return
        try:
            self.send("QUIT :bye")
            await asyncio.wait([self._task], timeout=3)
        finally:
            self._task.cancel()
            self._writer.close()

    def send(self, *lines):
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    def join(self, channel):
        self.send(f"JOIN {channel}")

    def say(self, channel, text):
        self.send(f"PRIVMSG {channel} :{text}")

    tell = say

    def set_topic(self, channel, text):
        self.send(f"TOPIC {channel} :{text}")

    async def _read(self):
        while line := await self._reader.readline():
            text = line.rstrip(b"\r\n").decode(errors="replace")
            self.lines.append(text)
            self._on_line(text)

    def _on_line(self, line):
        prefix = ""
        if line.startswith(":"):
            prefix, _, line = line[1:].partition(" ")
        head, colon, trailing = line.partition(" :")
        command, *parameters = head.split()
        if colon:
            parameters.append(trailing)
        nickname = prefix.partition("!")[0]
        match command, parameters:
            case "PING", _:
                self.send(f"PONG :{parameters[0]}")
            case "001", _:
                self._welcomed.set()
            case "PRIVMSG", [target, text]:
                if target.startswith("#"):
                    self.saw("line", target, nickname, text)
                else:
                    self.saw("private", "", nickname, text)
            case "NOTICE", [_, text]:
                self.saw("notice", "", nickname, text)
            case "TOPIC", [channel, text]:
                self.saw("subject", channel, nickname, text)
            case "JOIN", [channel, *_]:
                self.saw("joined", channel, nickname)
            case ("PART", [channel, *_]) | ("KICK", [channel, *_]):
                self.saw("left", channel, parameters[1] if command == "KICK" else nickname)
            case "QUIT", _:
                self.saw("left", "", nickname)
            case "ERROR", [text]:
                self.saw("error", "", "", text)
            case _ if command.isdigit() and command[0] in "45" and command != "422":
                self.saw("error", "", "", f"{command} {' '.join(parameters[1:])}")
