"""An XMPP stream as it comes in: bytes in, whole stanzas out; and stanzas back to text."""

from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr
from xml.etree.ElementTree import Element, TreeBuilder

COMPONENT = "jabber:component:accept"


class XmlStream:
    """Calls `opened(attributes)` at the stream's head and `stanza(element)` for each of its children."""

    def __init__(self, opened, stanza):
        self.opened, self.stanza = opened, stanza
        self.depth = 0
        self.builder = None
        self.waiting = b""
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, data):
        # Expat with its deferral of incomplete tokens keeps a stanza back until more comes; a whole one it never does.
        self.waiting += data
        whole = self.waiting.rfind(b">") + 1
        self.parser.Parse(self.waiting[:whole], False)
        self.waiting = self.waiting[whole:]

    def _start(self, name, attributes):
        self.depth += 1
        if self.depth == 1:
            self.opened(attributes)
            return
        if self.depth == 2:
            self.builder = TreeBuilder()
        self.builder.start(_clark(name), {_clark(key): value for key, value in attributes.items()})

    def _end(self, name):
        self.depth -= 1
        if self.depth == 0:
            return
        self.builder.end(_clark(name))
        if self.depth == 1:
            self.stanza(self.builder.close())

    def _text(self, text):
        if self.depth > 1:
            self.builder.data(text)


def _clark(name):
    return "{" + name if "}" in name else name


def namespace_of(element):
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def name_of(element):
    return element.tag.rpartition("}")[2]


def child(element, name, namespace=COMPONENT):
    return element.find(f"{{{namespace}}}{name}")


def to_text(element, inherited=COMPONENT):
    """The element as text, inside of something whose default namespace is `inherited`."""
    namespace, name = namespace_of(element), name_of(element)
    attributes = "".join(f" {key}={quoteattr(value)}" for key, value in element.attrib.items() if key[0] != "{")
    if namespace != inherited:
        attributes = f" xmlns={quoteattr(namespace)}{attributes}"
    inside = escape(element.text or "") + "".join(
        to_text(each, namespace) + escape(each.tail or "") for each in element)
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


__all__ = ["COMPONENT", "Element", "XmlStream", "child", "name_of", "namespace_of", "to_text"]
