"""Does a stanza look like the pattern in the scenario?

* An attribute of the pattern must be there with this value; attr="" means that it is absent. Attributes that the pattern
  does not name are free, with one exception: a stanza without `type` in the pattern has none.
* The children must be those of the pattern, in any order, no more and no fewer; `...` among them allows others.
* Text must be equal; `...` as the whole of it allows any text. Text over several lines is stripped at both ends.
* Namespaces are inherited as in XML, and the children of a stanza's <error/> are stanza error conditions.
* What a network calls an error (<irc xmlns='urn:dragoman:irc' code='404'/>) counts only where the pattern names it.
* Values may contain * and ${name}, see values.py.
* Every stanza of an occupant carries an occupant id (XEP-0421), which stanza.py checks by itself: a pattern need not name it.
"""

from stanza import COMPONENT, OCCUPANT_ID, STANZA_ERRORS, parse_elements
from values import match_value

STANZAS = ("message", "presence", "iq")


class Pattern:
    def __init__(self, element):
        self.name = element.name
        self.ns = element.ns
        self.attributes = element.attributes
        self.is_stanza = element.ns == COMPONENT and element.name in STANZAS
        self.open = False
        self.text = ""
        self.children = []
        texts = []
        for part in element.content:
            if not isinstance(part, str):
                self.children.append(Pattern(part))
            elif "..." in part.split():
                self.open = True
            elif part.strip() or not element.children:
                texts.append(part)
        if texts and not self.open:
            self.text = "".join(texts)
            if "\n" in self.text:
                self.text = self.text.strip()
        if self.name == "error" and self.ns == COMPONENT:
            for child in self.children:
                child.ns = STANZA_ERRORS if child.ns == COMPONENT else child.ns

    def __str__(self):
        return f"<{self.name}{''.join(f' {name}={value!r}' for name, value in self.attributes.items())}>"


def parse_patterns(text):
    return [Pattern(element) for element in parse_elements(text)]


class Mismatch(Exception):
    """The text says what is different."""


def match(pattern, element, variables):
    """The variables with what was newly named; raises Mismatch."""
    if (pattern.name, pattern.ns) != (element.name, element.ns):
        raise Mismatch(f"<{pattern.name} xmlns='{pattern.ns}'> expected, <{element.name} xmlns='{element.ns}'> came")
    wanted = dict(pattern.attributes)
    if pattern.is_stanza:
        wanted.setdefault("type", "")
    for name, value in wanted.items():
        variables = match_text(value, element.get(name), variables, f"{name} of <{element.name}/>")
    if not pattern.open:
        text = element.text
        if pattern.children and not text.strip():
            text = ""
        variables = match_text(pattern.text, text, variables, f"the text of <{element.name}/>")
    there = element.children
    if pattern.is_stanza and not any(child.ns == OCCUPANT_ID for child in pattern.children):
        there = [child for child in there if child.ns != OCCUPANT_ID]
    if (pattern.name, pattern.ns) == ("error", COMPONENT) and not any(is_code(child) for child in pattern.children):
        there = [child for child in there if not is_code(child)]
    return match_children(pattern, pattern.children, there, variables, element.name)


def is_code(element):
    return element.ns.startswith("urn:dragoman:")


def match_text(pattern, value, variables, where):
    matched = match_value(pattern, value, variables)
    if matched is None:
        raise Mismatch(f"{where}: {pattern!r} expected, {value!r} came")
    return matched


def match_children(pattern, wanted, there, variables, parent):
    if not wanted:
        if there and not pattern.open:
            raise Mismatch(f"<{parent}/> has one child more: {there[0]}")
        return variables
    first, rest = wanted[0], wanted[1:]
    nearest = None
    for index, candidate in enumerate(there):
        try:
            bound = match(first, candidate, variables)
            return match_children(pattern, rest, there[:index] + there[index + 1:], bound, parent)
        except Mismatch as mismatch:
            if candidate.name == first.name and candidate.ns == first.ns:
                nearest = nearest or mismatch
    raise nearest or Mismatch(f"<{parent}/> has no child <{first.name} xmlns='{first.ns}'>")
