#!/usr/bin/python3
"""A client that a person uses, Profanity of Debian, in a terminal: what is typed, and what stands on the screen then."""

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import (CHANNEL, GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, ROOM, USERS, XMPP_DOMAIN, Stage,    # it knows the way
                   play, run_suite)

from terminal import Terminal

OWN = "/win 1"    # the first window, where services answer


class ProfanityStage(Stage):
    """Profanity runs no command anywhere if its own server has none."""

    def __init__(self, stack, binary, xmpp_server="prosody"):
        self.stack, self.binary = stack, binary
        self.xmpp_server = stack.prosody(users={name: PASSWORD for name in USERS}, modules=("adhoc",),
                                         components={GATEWAY_DOMAIN: GATEWAY_SECRET})
        self.irc_server = stack.ngircd()
        self.gateway = None
        self.people = []


@contextlib.asynccontextmanager
async def logged_in(stage):
    stage.start_gateway()
    with Terminal(["profanity"], stage.stack.folder_for("profanity")) as terminal:
        await terminal.shows("Type '/help' to show complete help")
        terminal.types(f"/connect alice@{XMPP_DOMAIN} server 127.0.0.1 port {stage.xmpp_server.port} tls disable")
        await terminal.shows("^Enter password|password:")
        terminal.types(PASSWORD)
        await terminal.shows("logged in successfully")
        yield terminal
        terminal.types("/quit")


async def joining_and_talking(stage):
    carol = await stage.irc("carol")
    carol.set_topic(CHANNEL, "All about tea")
    async with logged_in(stage) as terminal:
        terminal.types(f"/join {ROOM} nick alice")
        await terminal.shows("You have joined the room as alice, role: participant, affiliation: none")
        await terminal.shows("All about tea")
        await terminal.shows(r"Moderators\s*\n.* carol")
        carol.say(CHANNEL, "Hello, alice.")
        await terminal.shows(r"carol: Hello, alice\.")
        terminal.types("Hello, carol. ☕")
        await carol.sees("line", where=CHANNEL, who="alice", text="Hello, carol. ☕")
        await terminal.shows(r"alice: Hello, carol\. ☕")
        terminal.types("/me stirs")
        await carol.sees("line", where=CHANNEL, who="alice", text="\x01ACTION stirs\x01")
        carol.say(CHANNEL, "\x01ACTION pours\x01")
        await terminal.shows(r"\*carol pours")
        terminal.types("/kick carol enough")
        await terminal.shows("Error kicking carol: ")
        terminal.types("/nick alicia")
        await terminal.shows(r"Participants\s*\n.* alicia")
        await carol.gets("NICK", lambda line: line.startswith(":alice!") and line.endswith("alicia"))
        terminal.types("/close")
        await carol.sees("left", who="alicia")


async def writing_to_one_person(stage):
    carol = await stage.irc("carol")
    async with logged_in(stage) as terminal:
        terminal.types(f"/msg carol@{GATEWAY_DOMAIN} Between us.")
        await carol.sees("private", who="alice", text="Between us.")
        carol.tell("alice", "I tell nobody.")
        await terminal.shows(rf"carol@{GATEWAY_DOMAIN}: I tell nobody\.")
        terminal.types(f"/msg nobody@{GATEWAY_DOMAIN} Hello?")
        await terminal.shows("No such nick")
        terminal.types(f"/sub request carol@{GATEWAY_DOMAIN}")
        terminal.types(OWN)
        await terminal.shows(f"Received authorization request from carol@{GATEWAY_DOMAIN}")
        terminal.types(f"/sub allow carol@{GATEWAY_DOMAIN}")
        await terminal.shows(f"carol@{GATEWAY_DOMAIN} is online")


async def looking_around(stage):
    carol = await stage.irc("carol")
    async with logged_in(stage) as terminal:
        terminal.types(f"/disco info {GATEWAY_DOMAIN}")
        await terminal.shows("Private irc gateway")
        await terminal.shows("jabber:iq:register")
        terminal.types(f"/join {ROOM} nick alice")
        await carol.sees("joined", where=CHANNEL, who="alice")
        await terminal.shows("You have joined the room as alice")
        terminal.types(OWN)
        terminal.types(f"/rooms service {GATEWAY_DOMAIN}")
        await terminal.shows(rf"{ROOM} \({CHANNEL}\)")
        terminal.types("/clear")
        terminal.types(f"/cmd exec rooms {GATEWAY_DOMAIN}")
        await terminal.shows(r"\[field\d+\]")
        terminal.types("/form submit")
        terminal.types(f"/msg {GATEWAY_DOMAIN}")
        await terminal.shows(ROOM)


async def registering_by_a_command(stage):
    """Profanity has no dialog for jabber:iq:register, and commands instead."""
    async with logged_in(stage) as terminal:
        terminal.types(f"/cmd list {GATEWAY_DOMAIN}")
        await terminal.shows("register")
        terminal.types(f"/cmd exec register {GATEWAY_DOMAIN}")
        field = (await terminal.shows(r"\[(field\d+)\] Nickname")).group(1)
        terminal.types(f"/{field} alice")
        await terminal.shows("Nickname.*: alice")
        terminal.types("/form submit")
        await terminal.shows(f"Received authorization request from {GATEWAY_DOMAIN}")
        terminal.types(f"/msg {GATEWAY_DOMAIN}")    # the window of the gateway has the end of the command too
        await terminal.shows("You are registered as alice")
        terminal.types(f"/sub allow {GATEWAY_DOMAIN}")
        terminal.types(OWN)
        await terminal.shows(rf"\+\+ {GATEWAY_DOMAIN} is online")
        carol = await stage.irc("carol")
        while not (await carol.asks("ISON alice", "303")).rpartition(":")[2].strip():
            pass    # IRC answers when it likes, and is asked until she is there
        carol.tell("alice", "Welcome.")
        await terminal.shows(f"carol@{GATEWAY_DOMAIN}")
        terminal.types(f"/cmd exec unregister {GATEWAY_DOMAIN}")
        field = (await terminal.shows(r"\[(field\d+)\] Remove the account")).group(1)
        terminal.types(f"/{field} on")
        await terminal.shows(r"Remove the account.*: TRUE")
        terminal.types("/form submit")
        terminal.types(f"/msg {GATEWAY_DOMAIN}")
        await terminal.shows("You are not registered any more")


async def registering_in_a_chat(stage):
    """As somebody does it whose client has neither: words to the gateway, and its questions."""
    async with logged_in(stage) as terminal:
        terminal.types(f"/msg {GATEWAY_DOMAIN} help")
        await terminal.shows("register")
        terminal.types("register alice")
        for _ in range(8):
            found = await terminal.shows(r'You are registered as alice|"-" leaves it out')
            if "registered" in found.group(0):
                break
            terminal.types("/clear")
            await terminal.shows_no_more('"-" leaves it out')
            terminal.types("-")
        await terminal.shows("You are registered as alice")


async def a_room_that_does_not_let_one_in(stage):
    """The person reads why."""
    carol = await stage.irc("carol")
    await carol.sets_mode(CHANNEL, "+k sesame")
    async with logged_in(stage) as terminal:
        terminal.types(f"/join {ROOM} nick alice")
        await terminal.shows("not-authorized|annot join channel")
        terminal.types(f"/join {ROOM} nick alice password sesame")
        await terminal.shows("You have joined the room as alice")


if __name__ == "__main__":
    run_suite("live/profanity", {act.__name__: play(act, stage=ProfanityStage, programs=("profanity", "tmux")) for act in (
        joining_and_talking, writing_to_one_person, looking_around, registering_by_a_command, registering_in_a_chat,
        a_room_that_does_not_let_one_in)})
