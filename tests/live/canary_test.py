#!/usr/bin/python3
"""What is secret is found nowhere: a canary in every secret and in what people say, and a search for it in the log at its
most talkative, in the files, the arguments and the environment of the program, and in what it answers."""

import asyncio
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from stage import CHANNEL, GATEWAY_DOMAIN, PASSWORD, ROOM, XMPP_DOMAIN, Stack, run_suite

from clients import IrcPerson, XmppPerson
from server import wait_until

SECRETS = {name: f"canary-{name}-5ecret" for name in ("component", "account", "server", "bot", "sasl", "key")}
SAID = {name: f"canary-{name}-words" for name in ("room", "irc", "person", "returned", "subject", "away")}

# Mistakes in the very lines that hold a secret.
MISTAKES = [
    ('secret = "{component}"', "secret = {component}"),
    ('secret = "{component}"', 'secret = "{component}'),
    ('secret = "{component}"', 'secret = ["{component}"]'),
    ('secret = "{component}"', 'sercet = "{component}"'),
    ('secret = "{component}"', 'secret = "{component}" "{component}"'),
    ('password = "{bot}"', 'password = {{ is = "{bot}" }}'),
    ('password = "{bot}"', 'pasword = "{bot}"'),
    ('password = "{sasl}"', "password = {sasl}"),
    ('password = "{sasl}"', 'passwort = "{sasl}"'),
]


def holders(needle, haystack):
    return [name for name, secret in needle.items() if secret.encode() in haystack]


class Carol(IrcPerson):
    """Somebody who knows the password of the server."""

    def send(self, *lines):
        if lines[0].startswith("NICK "):
            super().send(f"PASS {SECRETS['server']}")
        super().send(*lines)


def start(stack, binary, log_level):
    users = {"alice": PASSWORD}
    prosody = stack.prosody(users=users, components={GATEWAY_DOMAIN: SECRETS["component"]})
    ngircd = stack.ngircd(options=["[Global]", f"Password = {SECRETS['server']}"])
    gateway = stack.dragoman(
        binary, prosody, irc_port=ngircd.port, secret=SECRETS["component"], log_level=log_level,
        policy="limits = { person_patience = \"2s\" }",
        network=f'  password = "{SECRETS["bot"]}"\n'
                f'  sasl = {{ mechanisms = ["PLAIN"], username = "bridge", password = "{SECRETS["sasl"]}" }}\n')
    return prosody, ngircd, gateway


async def everybody_talks(prosody, ngircd):
    alice, carol = XmppPerson(f"alice@{XMPP_DOMAIN}/test", PASSWORD), Carol("carol")
    await carol.log_in("127.0.0.1", ngircd.port)
    carol.join(CHANNEL)
    await carol.sees("joined", where=CHANNEL, who="carol")
    await alice.log_in("127.0.0.1", prosody.port)
    since = alice.now()
    alice.send_xml(f"<iq type='set' id='reg' to='{GATEWAY_DOMAIN}'><query xmlns='jabber:iq:register'><nick>alice</nick>"
                   f"<password>{SECRETS['account']}</password><pass>{SECRETS['server']}</pass></query></iq>")
    answer = await alice.gets("the answer to the registration", lambda stanza: stanza.get("id") == "reg", since)
    if answer.get("type") != "result":    # a plain client gives one password only, a form both
        await registers_with_a_form(alice)
    carol.send(f"MODE {CHANNEL} +k {SECRETS['key']}")
    alice.send_xml(f"<presence to='{ROOM}/alice'><x xmlns='http://jabber.org/protocol/muc'>"
                   f"<password>{SECRETS['key']}</password></x></presence>")
    await alice.sees("subject", where=ROOM)
    alice.say(ROOM, SAID["room"])
    await carol.sees("line", where=CHANNEL, text=SAID["room"])
    carol.say(CHANNEL, SAID["irc"])
    await alice.sees("line", where=ROOM, text=SAID["irc"])
    carol.tell("alice", SAID["person"])
    await alice.sees("private", text=SAID["person"])
    carol.send(f"TOPIC {CHANNEL} :{SAID['subject']}")
    await alice.sees("subject", where=ROOM, text=SAID["subject"])
    alice.send_xml(f"<presence><show>away</show><status>{SAID['away']}</status></presence>")
    alice.tell(f"nobody@{GATEWAY_DOMAIN}", SAID["returned"])    # who is not there
    await alice.sees("error")
    heard = b"\n".join(ET.tostring(stanza) for stanza in alice.stanzas)
    await alice.log_out()
    await carol.log_out()
    return heard


async def registers_with_a_form(alice):
    since = alice.now()
    fields = {"FORM_TYPE": "jabber:iq:register", "nick": "alice", "password": SECRETS["account"],
              "pass": SECRETS["server"]}
    values = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in fields.items())
    alice.send_xml(f"<iq type='set' id='form' to='{GATEWAY_DOMAIN}'><query xmlns='jabber:iq:register'>"
                   f"<x xmlns='jabber:x:data' type='submit'>{values}</x></query></iq>")
    answer = await alice.gets("the answer to the form", lambda stanza: stanza.get("id") == "form", since)
    assert answer.get("type") == "result", ET.tostring(answer)


def is_nowhere(binary, log_level):
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        prosody, ngircd, gateway = start(stack, binary, log_level)
        heard = asyncio.run(everybody_talks(prosody, ngircd))
        assert not holders(SECRETS, heard), f"told to people: {holders(SECRETS, heard)}"
        for name in ("cmdline", "environ"):
            there = Path(f"/proc/{gateway.pid}/{name}").read_bytes()
            assert not holders(SECRETS, there), f"in /proc/PID/{name}: {holders(SECRETS, there)}"
        operator_is_told_without_secrets(binary, gateway)
        mistakes_are_told_without_secrets(binary, gateway)
        # At work, and when everything has moved into the database file.
        for when in ("at work", "stopped"):
            for file in gateway.folder.rglob("*"):
                if not file.is_file() or file == gateway.configuration:
                    continue
                found = holders(SECRETS, file.read_bytes())
                assert not found, f"{when}, {file.name} holds {found}"
            gateway.stop()
        log = gateway.log.read_bytes()
        assert b"irc ready" in log, "nobody was connected: this looked for nothing"
        assert not holders(SAID, log), f"in the log: {holders(SAID, log)}"


def operator_is_told_without_secrets(binary, gateway):
    """The copy of the database is looked at with the other files."""
    person = f"alice@{XMPP_DOMAIN}"
    for words in (["status"], ["spool"], ["user", "list"], ["user", "show", person], ["room", "list"],
                  ["check"], ["backup", gateway.folder / "copy.db"]):
        told = subprocess.run([binary, *words, "--config", gateway.configuration], capture_output=True)
        shown = told.stdout + told.stderr
        assert told.returncode == 0 or words == ["check"], f"{words}: {shown.decode()}"
        found = holders(SECRETS, shown) + holders(SAID, shown)
        assert not found, f"{words} shows {found}"


def mistakes_are_told_without_secrets(binary, gateway):
    good = gateway.configuration.read_text()
    for right, wrong in MISTAKES:
        right, wrong = right.format(**SECRETS), wrong.format(**SECRETS)
        assert right in good
        gateway.configuration.write_text(good.replace(right, wrong))
        refusals = gateway.log.read_text().count("not reloaded")
        gateway.process.send_signal(1)    # SIGHUP
        assert wait_until(lambda: gateway.log.read_text().count("not reloaded") == refusals + 1, 10), f"loaded: {wrong}"
        told = subprocess.run([binary, "--config", gateway.configuration, "--check-config"], capture_output=True)
        assert told.returncode == 78, wrong
        found = holders(SECRETS, told.stdout + told.stderr)
        assert not found, f"--check-config shows {found}: {told.stderr.decode()}"
    gateway.configuration.write_text(good)


if __name__ == "__main__":
    run_suite("live/canary", {f"is_nowhere_at_level_{level}": lambda binary, level=level: is_nowhere(binary, level)
                              for level in ("info", "trace")})
