"""Values in patterns and in what is sent.

    *            anything, also nothing; \\* is the star itself
    ${400 * x}   in what is sent: 400 times x
    ${name}      the first time: something, which from then on has this name; later: the same again
"""

import re

NAME = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")
REPEATED = re.compile(r"\$\{(\d+) \* ([^}]*)\}")
TOKEN = re.compile(r"\\\*|\*|\$\{([a-z][a-z0-9_]*)\}")


def match_value(pattern, value, variables):
    """The variables with what was newly named, or None."""
    expression, position, fresh = "", 0, set()
    for token in TOKEN.finditer(pattern):
        expression += re.escape(pattern[position:token.start()])
        position = token.end()
        name = token[1]
        if token[0] == "\\*":
            expression += r"\*"
        elif name is None:
            expression += ".*"
        elif name in variables:
            expression += re.escape(variables[name])
        elif name in fresh:
            expression += f"(?P={name})"
        else:
            fresh.add(name)
            expression += f"(?P<{name}>.+?)"
    expression += re.escape(pattern[position:])
    found = re.fullmatch(expression, value, re.DOTALL)
    return {**variables, **found.groupdict()} if found else None


def fill_in(text, variables, quote=lambda value: value):
    """Text to be sent, with its variables replaced."""
    def value(match):
        if match[1] not in variables:
            raise KeyError(f"nothing has been called ${{{match[1]}}} so far")
        return quote(variables[match[1]])

    return REPEATED.sub(lambda match: int(match[1]) * match[2], NAME.sub(value, text))


def unescape(text):
    """\\x01 -> the byte; one that is not ASCII is kept apart from characters, as Python's surrogateescape does."""
    def byte(match):
        value = int(match[1], 16)
        return chr(value) if value < 0x80 else chr(0xDC00 + value)

    return ESCAPE.sub(byte, text)
