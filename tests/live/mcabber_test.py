#!/usr/bin/python3
"""A client that a person uses, mcabber of Debian, in a terminal. It asks a room nothing, and shows the history that comes
with entering; it has neither commands nor a list of services, so it registers by words to the gateway."""

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, PASSWORD, ROOM, XMPP_DOMAIN, play, run_suite    # it knows the way

from terminal import Terminal

SETTINGS = """\
set jid = alice@{domain}
set password = {password}
set server = 127.0.0.1
set port = {port}
set tls = 0
set ssl_ignore_checks = 1
set logging = 0
"""


@contextlib.asynccontextmanager
async def logged_in(stage):
    stage.start_gateway()
    folder = stage.stack.folder_for("mcabber")
    settings = folder / "mcabberrc"
    settings.touch(mode=0o600)
    settings.write_text(SETTINGS.format(domain=XMPP_DOMAIN, password=PASSWORD, port=stage.xmpp_server.port))
    with Terminal(["mcabber", "-f", settings], folder) as terminal:
        await terminal.shows("Your status has been set")
        yield terminal
        terminal.types("/quit")


async def looks_at(terminal, name):
    """Chooses an entry of the list and opens it."""
    terminal.types(f"/roster search {name}")
    await terminal.shows(rf"(Room|Buddy): {name}")
    terminal.presses("Enter")


async def joins(terminal):
    terminal.types(f"/room join {ROOM} alice")
    await terminal.shows(r'You have joined #tea@\S+ as "alice"')
    await looks_at(terminal, "#tea")


async def joining_and_talking(stage):
    carol = await stage.irc("carol")
    carol.set_topic(CHANNEL, "All about tea")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.shows("carol has set the topic to: All about tea")
        carol.say(CHANNEL, "Hello, alice.")
        await terminal.shows(r"<carol> Hello, alice\.")
        terminal.types("Hello, carol. ☕")
        await carol.sees("line", where=CHANNEL, who="alice", text="Hello, carol. ☕")
        await terminal.shows(r"<alice> Hello, carol\. ☕")
        terminal.types("/say /me stirs")
        await carol.sees("line", where=CHANNEL, who="alice", text="\x01ACTION stirs\x01")
        terminal.types("/room privmsg carol psst")
        await carol.sees("private", who="alice", text="psst")
        terminal.types("/room nick alicia")
        await carol.gets("NICK", lambda line: line.startswith(":alice!") and line.endswith("alicia"))
        terminal.types("/room leave")
        await carol.sees("left", who="alicia")


async def what_was_said_before(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp("alice")
    async with logged_in(stage) as terminal:
        await stage.enters(alice, carol)
        carol.say(CHANNEL, "The kettle is on.")
        await alice.sees("line", where=ROOM, who="carol", text="The kettle is on.")
        await joins(terminal)
        await terminal.shows(r"<carol> The kettle is on\.")


async def writing_to_one_person(stage):
    carol = await stage.irc("carol")
    async with logged_in(stage) as terminal:
        terminal.types(f"/say_to carol@{GATEWAY_DOMAIN} Between us.")
        await carol.sees("private", who="alice", text="Between us.")
        carol.tell("alice", "I tell nobody.")
        await looks_at(terminal, "carol")
        await terminal.shows(r"<== I tell nobody\.")
        terminal.types(f"/say_to nobody@{GATEWAY_DOMAIN} Hello?")
        await looks_at(terminal, "nobody")
        await terminal.shows("No such nick")


async def asking_by_hand(stage):
    await stage.irc("carol")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        for question, answer in (("version", "Received IQ:version result"), ("time", "Received IQ:time result"),
                                 ("ping", "Received IQ:ping result|Ping result|ping"), ("vcard", "Received IQ:vCard result")):
            terminal.types(f"/request {question} {GATEWAY_DOMAIN}")
            await terminal.shows(answer)


async def registering_in_a_chat(stage):
    async with logged_in(stage) as terminal:
        terminal.types(f"/say_to {GATEWAY_DOMAIN} register alice")
        await looks_at(terminal, "irc.")
        await terminal.shows("You are registered as alice")
        await terminal.shows("wants to subscribe to your presence")
        terminal.types("/event * accept")
        carol = await stage.irc("carol")
        while not (await carol.asks("ISON alice", "303")).rpartition(":")[2].strip():
            pass    # IRC answers when it likes, and is asked until she is there
        carol.tell("alice", "Welcome.")
        await terminal.shows(r"\} carol@")
        await looks_at(terminal, "carol")
        await terminal.shows("<== Welcome.")


if __name__ == "__main__":
    run_suite("live/mcabber", {act.__name__: play(act, programs=("mcabber", "tmux")) for act in (
        joining_and_talking, what_was_said_before, writing_to_one_person, asking_by_hand, registering_in_a_chat)})
