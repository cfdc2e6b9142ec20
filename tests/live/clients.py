"""People who remember every stanza and line, for tests that look closer than `Person.sees`."""

import asyncio

import people
from people import NotSeen
from slixmpp.xmlstream import ET
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

CLIENT = "{jabber:client}"
STANZAS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
RECEIPTS = "urn:xmpp:receipts"


class XmppPerson(people.XmppPerson):
    """Keeps the stanzas too, as elements, in the order of their coming."""

    def __init__(self, address, password, on_seen=None):
        super().__init__(address, password, on_seen)
        self.stanzas = []
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
        self.client.send_raw(text)

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
        ident = f"{self.name}-{len(self.stanzas)}-{kind}"
        self.send_xml(f"<iq type='{kind}' id='{ident}' to='{to}'>{payload}</iq>")
        return await self.gets(f"an answer to the {kind} {ident} to {to}",
                               lambda stanza: stanza.tag == f"{CLIENT}iq" and stanza.get("id") == ident
                               and stanza.get("type") in ("result", "error"))

    async def gets_error(self, ident, condition):
        """The error message with this id; its condition must be right."""
        error = await self.gets(f"an error for the message {ident}",
                                lambda stanza: stanza.get("type") == "error" and stanza.get("id") == ident)
        found = condition_of(error)
        assert found == condition, f"the error of {ident} is {found}, not {condition}"
        return error


class IrcPerson(people.IrcPerson):
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
