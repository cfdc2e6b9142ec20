"""Lines of IRC (modern.ircdocs.horse #message-format), and patterns for them.

Tags are compared only where the pattern has them; a last parameter * stands for all that are left. Whether the last
parameter has a colon makes no difference.
"""

from dataclasses import dataclass, field

from values import match_value


@dataclass
class Line:
    tags: dict = field(default_factory=dict)
    source: str = ""
    verb: str = ""
    parameters: list = field(default_factory=list)


def parse_line(text):
    line = Line()
    if text.startswith("@"):
        tags, _, text = text[1:].partition(" ")
        line.tags = dict(tag.partition("=")[::2] for tag in tags.split(";"))
        text = text.lstrip(" ")
    if text.startswith(":"):
        line.source, _, text = text[1:].partition(" ")
        text = text.lstrip(" ")
    head, colon, trailing = text.partition(" :")
    words = head.split()
    line.verb = words[0].upper() if words else ""
    line.parameters = words[1:] + ([trailing] if colon else [])
    return line


def match_line(pattern, text, variables):
    """The variables with what was newly named, or None."""
    wanted, line = parse_line(pattern), parse_line(text)
    if wanted.verb != line.verb:
        return None
    for name, value in wanted.tags.items():
        if name not in line.tags:
            return None
        variables = match_value(value, line.tags[name], variables)
        if variables is None:
            return None
    parameters = wanted.parameters
    if parameters and parameters[-1] == "*" and len(line.parameters) != len(parameters):
        parameters = parameters[:-1]
        if len(line.parameters) < len(parameters):
            return None
    elif len(parameters) != len(line.parameters):
        return None
    for value, there in zip(parameters, line.parameters):
        variables = match_value(value, there, variables)
        if variables is None:
            return None
    return variables
