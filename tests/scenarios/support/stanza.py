"""XML elements, and a reader of the XML stream that the gateway writes.

The reader takes only what both Prosody and ejabberd take: a stanza that one of them would close the stream for is a
BrokenRule, and the scenario fails.
"""

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

COMPONENT = "jabber:component:accept"
STREAMS = "http://etherx.jabber.org/streams"
MUC_USER = "http://jabber.org/protocol/muc#user"
OCCUPANT_ID = "urn:xmpp:occupant-id:0"
STANZA_ERRORS = "urn:ietf:params:xml:ns:xmpp-stanzas"
XML = "http://www.w3.org/XML/1998/namespace"
LONGEST_STANZA = 256 * 1024


class BrokenRule(Exception):
    """The gateway wrote what a server or an IRC network would punish."""


class Element:
    def __init__(self, name, ns, attributes):
        self.name = name
        self.ns = ns
        self.attributes = attributes
        self.content = []    # elements and texts

    @property
    def children(self):
        return [part for part in self.content if isinstance(part, Element)]

    @property
    def text(self):
        return "".join(part for part in self.content if isinstance(part, str))

    def get(self, name):
        return self.attributes.get(name, "")

    def child(self, name, ns):
        return next((child for child in self.children if (child.name, child.ns) == (name, ns)), None)

    def __str__(self):
        return self.to_text(COMPONENT)

    def to_text(self, inherited):
        attributes = dict(self.attributes)
        if self.ns != inherited:
            attributes = {"xmlns": self.ns, **attributes}
        head = self.name + "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        inside = "".join(escape(part) if isinstance(part, str) else part.to_text(self.ns) for part in self.content)
        return f"<{head}>{inside}</{self.name}>" if inside else f"<{head}/>"


class TreeBuilder:
    """Turns the calls of an expat parser into elements; `depth` counts what is open."""

    def __init__(self, on_element, at_depth):
        self.open = []
        self.on_element = on_element
        self.at_depth = at_depth    # elements with so many ancestors are handed over
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        if hasattr(self.parser, "SetReparseDeferralEnabled"):
            self.parser.SetReparseDeferralEnabled(False)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, name, attributes):
        ns, _, local = name.rpartition(" ")
        readable = {}
        for key, value in attributes.items():
            namespace, _, plain = key.rpartition(" ")
            readable[f"xml:{plain}" if namespace == XML else plain] = value
        element = Element(local, ns, readable)
        if len(self.open) > self.at_depth:
            self.open[-1].content.append(element)
        self.open.append(element)

    def end(self, _):
        element = self.open.pop()
        if len(self.open) == self.at_depth:
            self.on_element(element)

    def characters(self, text):
        if len(self.open) > self.at_depth:
            self.open[-1].content.append(text)


def parse_elements(text):
    """The elements of a piece of XML in the namespace of components."""
    elements = []
    builder = TreeBuilder(elements.append, at_depth=1)
    builder.parser.Parse(f"<stanzas xmlns='{COMPONENT}' xmlns:stream='{STREAMS}'>{text}</stanzas>".encode(), True)
    return elements


class StreamReader(TreeBuilder):
    """Bytes of the gateway -> header, stanzas, end."""

    def __init__(self, on_header, on_stanza, on_end):
        super().__init__(self.count, at_depth=1)
        self.on_header = on_header
        self.on_stanza = on_stanza
        self.on_end = on_end
        self.last_end = 0
        self.parser.CommentHandler = lambda _: self.refuse("a comment")
        self.parser.ProcessingInstructionHandler = lambda *_: self.refuse("a processing instruction")
        self.parser.StartDoctypeDeclHandler = lambda *_: self.refuse("a document type")

    def refuse(self, what):
        raise BrokenRule(f"the gateway wrote {what} into its XML stream")

    def feed(self, data):
        try:
            self.parser.Parse(data, False)
        except expat.ExpatError as error:
            raise BrokenRule(f"the gateway's XML is broken: {error}; it had just written {data[-300:]!r}") from error

    def start(self, name, attributes):
        super().start(name, attributes)
        if len(self.open) == 1:
            self.on_header(self.open[0])

    def end(self, name):
        super().end(name)
        if not self.open:
            self.on_end()

    def count(self, element):
        size = self.parser.CurrentByteIndex - self.last_end
        self.last_end = self.parser.CurrentByteIndex
        if size > LONGEST_STANZA:
            self.refuse(f"a stanza of {size} bytes")
        self.on_stanza(element)


def check_addresses(stanza, domain):
    """What Prosody and ejabberd close a component's stream for."""
    if stanza.name not in ("message", "presence", "iq") or stanza.ns != COMPONENT:
        raise BrokenRule(f"the gateway wrote what is no stanza: {stanza}")
    sender = stanza.get("from")
    bare, slash, resource = sender.partition("/")
    if bare.rpartition("@")[2] != domain:
        raise BrokenRule(f"the gateway wrote a stanza whose sender is not of {domain}: {stanza}")
    if slash and not resource.strip():
        raise BrokenRule(f"the gateway wrote a sender with an empty resource: {stanza}")
    if not stanza.get("to"):
        raise BrokenRule(f"the gateway wrote a stanza without an addressee: {stanza}")
    if stanza.name == "iq" and not stanza.get("id"):
        raise BrokenRule(f"the gateway wrote an iq without an id: {stanza}")


class OccupantIds:
    """XEP-0421: each occupant has one id, which they keep when they change their nickname, and nobody else has it."""

    def __init__(self):
        self.by_room = {}    # bare address -> {nickname: id}

    def check(self, stanza):
        room, slash, nickname = stanza.get("from").partition("/")
        presence = stanza.name == "presence" and stanza.child("x", MUC_USER) is not None
        speech = stanza.name == "message" and stanza.get("type") == "groupchat" and slash
        ids = [child.get("id") for child in stanza.children if (child.name, child.ns) == ("occupant-id", OCCUPANT_ID)]
        if not slash or not (presence or speech) or stanza.get("type") == "error":
            if ids:
                raise BrokenRule(f"the gateway gave an occupant id to what is no occupant: {stanza}")
            return
        known = self.by_room.setdefault(room, {})
        gone = stanza.get("type") == "unavailable"
        if len(ids) > 1 or (presence and not gone and len(ids) != 1):
            raise BrokenRule(f"the gateway wrote a stanza of an occupant with {len(ids)} occupant ids: {stanza}")
        if not ids:
            return
        if known.get(nickname, ids[0]) != ids[0]:
            raise BrokenRule(f"the gateway changed the occupant id of {nickname}: {stanza}")
        if presence and not gone:
            others = [other for other, id in known.items() if id == ids[0] and other != nickname]
            if others:
                raise BrokenRule(f"the gateway gave {nickname} the occupant id of {others[0]}: {stanza}")
            known[nickname] = ids[0]
        if gone:
            known.pop(nickname, None)
