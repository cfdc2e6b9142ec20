"""The keys of the configuration that the program reads, and those that dragoman.toml(5) describes."""

import re

# Calls of Settings and of the helpers of core/config*.cpp, on one line or two.
KEY = re.compile(r"""\b(?:text|texts|path|required|flag|number|duration|choice|table|tables|has|is_off)\(\s*"(\w+)"
                   | \bread_(?:jids|people)\(\s*\w+,\s*"(\w+)"
                   | \bread_(?:word|address|count)\(\s*\w+,\s*"(\w+)"
                   | \bread_encoding\(\s*\w+,\s*"(\w+)"
                   | \bread_release\(\s*\w+,\s*"(\w+)" """, re.VERBOSE)
# Tables of the file itself are titles in the manual, and one kind of release has no table of its own.
TITLES = {"xmpp", "store", "log", "http", "media", "network", "bridge", "link", "bridge_pattern", "autoupdate", "release"}


def keys_read(source):
    keys = {key for match in KEY.finditer(source) for key in match.groups() if key}
    for names in re.findall(r"for \(const char\* kind : \{([^}]*)\}\)", source):
        keys.update(re.findall(r'"(\w+)"', names))
    return keys


def contact_kinds(source):
    """The keys of [network.contact], which the program reads in a loop."""
    return set(re.findall(r'"(\w+)"', re.search(r"contact_kinds\{([^}]*)\}", source)[1]))


def sections(page):
    """Title of each table -> its part of the page."""
    parts = re.split(r"^\.S[sh] (.*)$", page, flags=re.MULTILINE)
    return {title: text for title, text in zip(parts[1::2], parts[2::2]) if title.startswith("[")}


def entries(section):
    """Keys -> what is said about them. Keys that share an entry are one tuple."""
    parts = re.split(r"^\.It Ic (.*)$", section, flags=re.MULTILINE)
    return {tuple(re.findall(r"\w+", keys)): text for keys, text in zip(parts[1::2], parts[2::2])}


def keys_described(section):
    """The titles of entries, and what an entry names besides: the keys of a small table."""
    keys = set()
    for names, text in entries(section).items():
        keys.update(names)
        if re.match(r"\s*A table:|[^.]*, a table of", text) or "\n.Ic mechanisms" in text:
            keys.update(re.findall(r"^\.Ic (\w+)", text, re.MULTILINE))
    return keys


def differences(read, described):
    return ([f"not in dragoman.toml(5): {key}" for key in sorted(read - described)] +
            [f"in dragoman.toml(5), but the program reads no such key: {key}" for key in sorted(described - read)])


def without_default(section):
    return [f"{', '.join(keys)} has no default in dragoman.toml(5)" for keys, text in entries(section).items()
            if not re.search(r"\b(Default:|Required)", text)]
