"""The configuration of the gateway in a scenario: these defaults, changed by `config:` lines of the scenario.

    config: KEY = VALUE            in [[network]]; of its own table too: irc.flood = false, limits.room_patience = "1s"
    config: [TABLE] KEY = VALUE    in another table: [log] level = "trace"

`bridge:` has a block of its own, [[bridge]] and what follows, at the end of the file. `other network: DOMAIN` adds a second [[network]] with the same defaults, on the same server of IRC.
"""

import re

DOMAIN = "irc.test"
SECRET = "s3cret"
OTHER_SECRET = "0ther-s3cret"

DEFAULTS = {
    "xmpp": {"server": '"127.0.0.1:${xmpp_port}"'},
    "store": {"path": '"dragoman.db"', "key_file": '"dragoman.key"'},
    "log": {"level": '"debug"'},
    "network": {
        "jid": f'"{DOMAIN}"',
        "secret": f'"{SECRET}"',
        "backend": '"irc"',
        "name": '"Test"',
        "welcome": "false",  # said once a person: of scenarios of its own
        "irc.server": '"127.0.0.1:${irc_port}"',
        "irc.tls": "false",
        "irc.flood": "false",
        "irc.reconnect": '{ min = "10ms", max = "100ms" }',
    },
}

OVERRIDE = re.compile(r"(?:\[(?P<table>\w+)\]\s*)?(?P<key>[\w.]+)\s*=\s*(?P<value>.+)")


def parse_override(text):
    """(table, key, value); None when it is no such thing. The value `none` takes the key away."""
    found = OVERRIDE.fullmatch(text.strip())
    return (found["table"] or "network", found["key"], found["value"]) if found else None


def secrets(other_network=""):
    """domain -> secret, the main one first"""
    return {DOMAIN: SECRET} | ({other_network: OTHER_SECRET} if other_network else {})


def configuration_text(overrides, other_network="", bridges=""):
    tables = {table: dict(values) for table, values in DEFAULTS.items()}
    for table, key, value in overrides:
        tables.setdefault(table, {})[key] = value
    if other_network:
        itself = {"jid": f'"{other_network}"', "secret": f'"{OTHER_SECRET}"', "name": '"Other"'}
        tables["other network"] = DEFAULTS["network"] | itself
    lines = []
    for table, values in tables.items():
        lines.append("[[network]]" if table in ("network", "other network") else f"[{table}]")
        lines += [f"{key} = {value}" for key, value in values.items() if value != "none"]
    return "\n".join(lines) + "\n" + bridges
