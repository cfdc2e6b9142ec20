"""The XMPP server that the gateway is a component of, with the people on it and their clients.

It keeps the ledger of what the clients get. What a component sends to its own domain goes back to it, in its place in
the stream, as with any server.
"""

import asyncio
import hashlib
import secrets

from late_writer import LateWriter
from ledger import TO_IRC, TO_XMPP, Message, lines, read_text
from xml_stream import COMPONENT, XmlStream, child, name_of, to_text

MUC = "http://jabber.org/protocol/muc"
MUC_USER = "http://jabber.org/protocol/muc#user"
RECEIPTS = "urn:xmpp:receipts"
SLOWEST_HANDSHAKE = 0.15    # seconds
STANZA_ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas"


class Person:
    """Somebody on XMPP: their clients, and the channels that they are in."""

    def __init__(self, name, domain, clients):
        self.name = name
        self.jid = f"{name}@{domain}"
        self.clients = clients
        self.joined = set()      # (client, channel)


class XmppServer:
    def __init__(self, domain, component, secret, people, ledger, chance):
        self.domain, self.component, self.secret = domain, component, secret
        self.people = {person.name: person for person in people}
        self.ledger = ledger
        self.chance = chance
        self.link = None         # the component's connection, once it has shaken hands
        self.connections = set()
        self.changed = asyncio.Event()
        self.stanzas = 0
        self.goodbyes = False    # whether the gateway is being stopped in peace

    async def listen(self):
        self.server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    @property
    def is_linked(self):
        return self.link is not None

    def closed(self, connection):
        self.connections.discard(connection)
        if self.link is connection:
            self.link = None
        self.changed.set()

    # What people do.

    def join(self, person, client, channel):
        self.link.write(f"<presence from='{person.jid}/{client}' to='{channel}@{self.component}/{person.name}'>"
                        f"<x xmlns='{MUC}'><history maxstanzas='0'/></x></presence>")

    def say(self, message, count):
        """`message` is for IRC: to a channel or to a nickname; `count` lines."""
        person = self.people[message.owner]
        self.ledger.say(message, [str(line) for line in range(1, count + 1)])
        in_room = message.conversation.startswith("#")
        self.link.write(
            f"<message from='{person.jid}/{person.clients[0]}' to='{message.conversation}@{self.component}'"
            f" type='{'groupchat' if in_room else 'chat'}' id='{message.conversation}:{message.number}'>"
            f"<body>{chr(10).join(lines(message, count))}</body>"
            + ("" if in_room else f"<request xmlns='{RECEIPTS}'/>") + "</message>")

    # What the component sends.

    def receive(self, stanza):
        self.stanzas += 1
        to = stanza.get("to", "")
        if to.partition("/")[0] == self.component:
            self.link.write(to_text(stanza))
            return
        name, _, rest = to.partition("@")
        domain, _, client = rest.partition("/")
        person = self.people.get(name)
        if domain != self.domain or person is None:
            self.ledger.strange.append(f"a stanza to {to}, who does not exist")
        elif name_of(stanza) == "message":
            self.on_message(stanza, person, client)
        elif name_of(stanza) == "presence":
            self.on_presence(stanza, person, client)
        elif stanza.get("type") in ("get", "set"):
            self.link.write(f"<iq type='error' id='{stanza.get('id')}' from='{to}' to='{stanza.get('from')}'>"
                            f"<error type='cancel'><service-unavailable xmlns='{STANZA_ERRORS}'/></error></iq>")

    def on_presence(self, presence, person, client):
        channel = presence.get("from").partition("@")[0]
        x = child(presence, "x", MUC_USER)
        codes = {status.get("code") for status in x} if x is not None else set()
        out = presence.get("type") == "unavailable" and "110" in codes
        if presence.get("type") == "error" or (out and not ("332" in codes and self.goodbyes)):
            self.ledger.strange.append(f"{person.name}/{client} was sent out of {channel}: {to_text(presence)}")
        elif "110" in codes and not out:
            person.joined.add((client, channel))
            self.changed.set()

    def on_message(self, stanza, person, client):
        sender = stanza.get("from").partition("@")[0]
        if stanza.get("type") == "error":
            message = self.by_id(person, stanza.get("id", ""))
            condition = next((name_of(each) for each in child(stanza, "error")), "none")
            self.ledger.fail(message, condition)
            return
        received = child(stanza, "received", RECEIPTS)
        if received is not None:
            self.ledger.confirm(self.by_id(person, received.get("id")))
            return
        body = child(stanza, "body")
        if body is None:
            return
        message, _ = read_text(body.text or "", person.name)
        in_room = stanza.get("type") == "groupchat"
        if message is None:
            # The room itself may speak, of the connection that was lost.
            if not in_room or "/" in stanza.get("from"):
                self.ledger.strange.append(f"{person.name} got a text that nobody said: {body.text}")
        elif message.direction == TO_XMPP and message.conversation == sender:
            self.ledger.see(message, client if in_room else "", stanza.get("id", ""))
        elif message.owner == person.name and stanza.get("id") == f"{message.conversation}:{message.number}":
            self.ledger.confirm(message)
        else:
            self.ledger.strange.append(f"{person.name} got in {sender} what belongs to {message}")

    @staticmethod
    def by_id(person, ident):
        conversation, _, number = ident.rpartition(":")
        return Message(TO_IRC, person.name, conversation, int(number) if number.isdigit() else 0)


class Connection(asyncio.Protocol):
    """A component's stream (XEP-0114)."""

    def __init__(self, server):
        self.server = server
        self.ready = False

    def connection_made(self, transport):
        self.writer = LateWriter(transport, self.server.chance)
        self.server.connections.add(self)
        self.ident = secrets.token_hex(8)
        self.stream = XmlStream(self.on_opened, self.on_stanza)

    def data_received(self, data):
        self.stream.feed(data)

    def connection_lost(self, _):
        self.server.closed(self)

    def write(self, text):
        self.writer.write(text.encode())

    def on_opened(self, _):
        self.write(f"<?xml version='1.0'?><stream:stream xmlns='{COMPONENT}'"
                   f" xmlns:stream='http://etherx.jabber.org/streams' from='{self.server.component}'"
                   f" id='{self.ident}'>")

    def on_stanza(self, stanza):
        if self.ready:
            self.server.receive(stanza)
            return
        proof = hashlib.sha1((self.ident + self.server.secret).encode()).hexdigest()
        if name_of(stanza) != "handshake" or stanza.text != proof:
            self.writer.close()
            return
        # So that IRC is ready sometimes before and sometimes after XMPP.
        asyncio.get_running_loop().call_later(self.server.chance.uniform(0, SLOWEST_HANDSHAKE), self.let_in)

    def let_in(self):
        if self not in self.server.connections:
            return
        self.write("<handshake/>")
        self.ready = True
        self.server.link = self
        self.server.changed.set()
