"""The server's side of component streams (XEP-0114), and the inboxes of the people behind it.

What the gateway addresses to its own domains is routed back to it, as servers do.
"""

import asyncio
import hashlib
import re
from xml.sax.saxutils import quoteattr

from inbox import Inbox
from ports import Port
from stanza import COMPONENT, STREAMS, BrokenRule, OccupantIds, StreamReader, check_addresses

STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams"
PROBER = "prober@test/scenario"
TO = re.compile(r"""\sto=(["'])(.*?)\1""")


def domain_of(jid):
    return jid.partition("/")[0].rpartition("@")[2]


class Component:
    """One domain of the gateway."""

    def __init__(self, domain, secret):
        self.domain = domain
        self.secret = secret
        self.connection = None
        self.disconnected = asyncio.Event()
        self.disconnected.set()

    def close_stream(self, condition=None):
        if self.connection is None:
            return
        if condition:
            self.connection.write(stream_error(condition).encode())
        self.connection.close()

    def drop(self):
        if self.connection is not None:
            self.connection.writer.transport.abort()


class XmppServer:
    def __init__(self, secrets, transcript, troubles):
        self.components = {domain: Component(domain, secret) for domain, secret in secrets.items()}
        self.transcript = transcript
        self.troubles = troubles
        self.port = Port(self.serve)
        self.refusal = None          # condition of the stream error that new streams get
        self.greeting = ""           # what the next stream begins with, before its header
        self.routes_back = True
        self.held = []               # what was not routed back yet
        self.occupant_ids = {}       # addressee -> OccupantIds: what each client has seen
        self.streams = Inbox()       # one item for each stream that was opened well
        self.refused = Inbox()       # and one for each that was refused
        self.stream_errors = Inbox()    # conditions that the gateway closed a stream with
        self.people = {}             # JID -> Inbox
        self.ignored = {}            # JID -> tests of what is not to be kept
        self.answers = Inbox()       # to our own probing pings
        self.probes = 0
        self.presence_probes = Inbox()  # whose presence the gateway asked for: bare JIDs

    def inbox(self, jid):
        return self.people.setdefault(jid, Inbox())

    def component(self, domain):
        """The first one, when no domain is named."""
        return self.components[domain] if domain else next(iter(self.components.values()))

    def component_for(self, text):
        """Whom a stanza goes to; what is for nobody that we know, goes to the first one."""
        to = TO.search(text.partition(">")[0])
        return self.components.get(domain_of(to[2]) if to else "", self.component(None))

    def connected(self):
        return [each for each in self.components.values() if each.connection is not None]

    async def serve(self, reader, writer):
        connection = Connection(self, reader, writer)
        try:
            await connection.run()
        except BrokenRule as broken:
            self.troubles.report(str(broken))
        except ConnectionError:
            pass
        finally:
            connection.leave()
            writer.close()
            self.transcript.note("server", "--", "the component's connection is closed")

    def receive(self, stanza, domain):
        if stanza.name == "error" and stanza.ns == STREAMS:
            self.stream_errors.put(stanza)
            return
        check_addresses(stanza, domain)
        self.occupant_ids.setdefault(stanza.get("to"), OccupantIds()).check(stanza)
        to = stanza.get("to")
        if domain_of(to) in self.components:
            if self.routes_back:
                self.send(stanza.to_text(COMPONENT))
            else:
                self.held.append(stanza)
        elif to == PROBER:
            self.answers.put(stanza)
        elif stanza.name == "presence" and stanza.get("type") == "probe":
            # A server answers for its people, and hands them nothing (RFC 6121 4.3.2). Here it is silent, as if it may
            # not tell; scenarios send the presence that it would.
            self.transcript.note("server", "<-", stanza)
            self.presence_probes.put(to)
        elif not any(ignores(stanza) for ignores in self.ignored.get(to, [])):
            self.transcript.note(to, "<-", stanza)
            self.inbox(to).put(stanza)

    def route_back(self, on):
        self.routes_back = on
        if on:
            held, self.held = self.held, []
            for stanza in held:
                self.send(stanza.to_text(COMPONENT))

    def send(self, text):
        connection = self.component_for(text).connection
        if connection is not None:
            connection.write(text.encode())

    def probe(self, component):
        """Asks for a sign of life; the answer comes behind everything that was written before it."""
        self.probes += 1
        self.send(f"<iq type='get' id='probe-{self.probes}' from='{PROBER}' to='{component.domain}'>"
                  "<ping xmlns='urn:xmpp:ping'/></iq>")
        return f"probe-{self.probes}"


def stream_error(condition):
    return f"<stream:error><{condition} xmlns='{STREAM_ERRORS}'/></stream:error>"


class Connection:
    def __init__(self, server, reader, writer):
        self.server = server
        self.reader = reader
        self.writer = writer
        self.id = None
        self.component = None    # whose stream it is
        self.ready = False
        self.parser = StreamReader(self.on_header, self.on_stanza, self.on_end)

    async def run(self):
        while data := await self.reader.read(65536):
            self.parser.feed(data)

    def write(self, data):
        if not self.writer.is_closing():
            self.writer.write(data)

    def close(self):
        self.write(b"</stream:stream>")
        self.writer.close()

    def on_header(self, header):
        if (header.name, header.ns) != ("stream", STREAMS):
            raise BrokenRule(f"the gateway opened no stream but {header}")
        server = self.server
        self.id = f"stream-{id(self):x}"
        greeting, server.greeting = server.greeting, ""
        self.write((f"<?xml version='1.0'?>{greeting}<stream:stream xmlns='{COMPONENT}' xmlns:stream='{STREAMS}' id='{self.id}' "
                    f"from={quoteattr(header.get('to'))}>").encode())
        self.component = server.components.get(header.get("to"))
        condition = server.refusal
        if condition is None and self.component is None:
            condition = "host-unknown"
        if condition is None and self.component.connection is not None:
            condition = "conflict"
        if condition is not None and condition != "not-authorized":
            self.refuse(condition)

    def refuse(self, condition):
        self.write(stream_error(condition).encode())
        self.server.transcript.note("server", "->", f"refuses the stream: {condition}")
        self.server.refused.put(condition)
        self.close()

    def on_stanza(self, stanza):
        if self.ready:
            self.server.receive(stanza, self.component.domain)
            return
        if stanza.name == "error" and stanza.ns == STREAMS:
            self.server.stream_errors.put(stanza)
            return
        expected = hashlib.sha1(f"{self.id}{self.component.secret}".encode()).hexdigest()
        if (stanza.name, stanza.ns) != ("handshake", COMPONENT):
            raise BrokenRule(f"the gateway wrote before the handshake: {stanza}")
        if self.server.refusal == "not-authorized" or stanza.text != expected:
            self.refuse("not-authorized")
            return
        self.write(b"<handshake/>")
        self.ready = True
        self.component.connection = self
        self.component.disconnected.clear()
        self.server.transcript.note("server", "--", f"the gateway is connected as {self.component.domain}")
        self.server.streams.put(self)

    def leave(self):
        if self.component is not None and self.component.connection is self:
            self.component.connection = None
            self.component.disconnected.set()

    def on_end(self):
        self.close()
