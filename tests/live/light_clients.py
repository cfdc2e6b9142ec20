"""XMPP clients for a crowd: a thousand of them in one process. They log in, write, and remember what comes."""

import asyncio
import base64

from people import NotSeen
from stage import PASSWORD, XMPP_DOMAIN
from slixmpp.xmlstream import ET
from stanzas import CLIENT

STREAM = (f"<stream:stream to='{XMPP_DOMAIN}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
          "version='1.0'>")
FEATURES = "{http://etherx.jabber.org/streams}features"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>test</resource></bind>"


class LightClient:
    patience = 60    # seconds: a crowd keeps servers busy

    def __init__(self, name):
        self.name = name
        self.bare = f"{name}@{XMPP_DOMAIN}"
        self.stanzas = []    # presences and messages of the person and answers to iqs, in the order of their coming
        self._asked = 0
        self._news = asyncio.Event()
        self._writer = self._reading = None

    async def log_in(self, port):
        """With a roster asked for, and presence. Without TLS: for a server on loopback."""
        reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._reading = asyncio.ensure_future(self._read(reader))
        self._open()
        await self.gets("features", lambda stanza: stanza.tag == FEATURES)
        proof = base64.b64encode(f"\0{self.name}\0{PASSWORD}".encode()).decode()
        self.send_xml(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{proof}</auth>")
        await self.gets("success", lambda stanza: stanza.tag == f"{{{SASL}}}success")
        since = self.now()
        self._open()
        await self.gets("features of the second stream", lambda stanza: stanza.tag == FEATURES, since)
        await self.asks("", BIND, "set")
        await self.asks("", "<query xmlns='jabber:iq:roster'/>")
        self.send_xml("<presence/>")

    def _open(self):
        self._parser, self._depth, self._root = ET.XMLPullParser(("start", "end")), 0, None
        self.send_xml(STREAM)

    async def log_out(self):
        if self._writer:
            self.send_xml("<presence type='unavailable'/></stream:stream>")
            await self._reading
            self._writer.close()

    async def _read(self, reader):
        try:
            while data := await reader.read(1 << 16):
                self._parser.feed(data)
                self._take()
        except (ConnectionError, ET.ParseError):    # the end of a server
            pass

    def _take(self):
        for event, element in self._parser.read_events():
            if event == "start":
                self._depth += 1
                self._root = element if self._depth == 1 else self._root
                continue
            self._depth -= 1
            if self._depth == 1:
                self._root.remove(element)
                self.stanzas.append(element)
                self._news.set()

    def send_xml(self, text):
        self._writer.write(text.encode())

    def now(self):
        return len(self.stanzas)

    async def gets(self, what, fits, since=0):
        """As `clients.XmppPerson.gets`, looking at each stanza once."""
        async def search():
            position = since
            while True:
                self._news.clear()
                for position in range(position, len(self.stanzas)):
                    if fits(self.stanzas[position]):
                        return self.stanzas[position]
                position = max(position, len(self.stanzas))
                await self._news.wait()

        try:
            return await asyncio.wait_for(search(), self.patience)
        except asyncio.TimeoutError:
            raise NotSeen(f"{self.name} did not get within {self.patience} s: {what}") from None

    async def asks(self, to, payload, kind="get"):
        """Sends an IQ and returns its answer, which must be a result; "": of one's own server."""
        self._asked += 1
        ident, since = f"{self.name}-asks-{self._asked}", self.now()
        addressee = f" to='{to}'" if to else ""
        self.send_xml(f"<iq type='{kind}' id='{ident}'{addressee}>{payload}</iq>")
        answer = await self.gets(f"an answer to the {kind} {ident}", lambda stanza: stanza.tag == f"{CLIENT}iq"
                                 and stanza.get("id") == ident, since)
        assert answer.get("type") == "result", ET.tostring(answer, encoding="unicode")
        return answer
