#!/usr/bin/python3
"""A client that a person uses, Poezio of Debian, in a terminal. It reads the archive of a room before it enters, and none
of the history that comes with entering: what stands there of the past is from the archive."""

import asyncio
import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, PASSWORD, ROOM, XMPP_DOMAIN, play, run_suite    # it knows the way

from terminal import Terminal

NOBODY = 65534    # Poezio does not let root run it

SETTINGS = """\
[Poezio]
jid = alice@{domain}/poezio
password = {password}
custom_host = 127.0.0.1
custom_port = {port}
ca_cert_path = {certificate}
default_nick = alice
information_buffer_popup_on =
"""


@contextlib.asynccontextmanager
async def logged_in(stage):
    if stage.gateway is None:
        stage.start_gateway()
    folder = stage.stack.folder_for("poezio")
    certificate = folder / "server.crt"
    shutil.copy(stage.xmpp_server.folder / f"{XMPP_DOMAIN}.crt", certificate)
    settings = folder / "config/poezio/poezio.cfg"
    settings.parent.mkdir(parents=True)
    settings.write_text(SETTINGS.format(domain=XMPP_DOMAIN, password=PASSWORD, port=stage.xmpp_server.port,
                                        certificate=certificate))
    command = ["poezio"]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        folder.parent.chmod(0o711)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    with Terminal(command, folder, {"XDG_CACHE_HOME": str(folder / "cache")}) as terminal:
        await terminal.shows(rf"Your JID is alice@{XMPP_DOMAIN}")
        yield terminal


async def from_the_roster(terminal, command):
    """In its first tab a slash opens the line for commands."""
    terminal.presses("/")
    await terminal.shows(r"│/ *│?$")
    await terminal.enters(command)


async def joins(terminal):
    await from_the_roster(terminal, f"join {ROOM}/alice")
    await terminal.shows(r"You \(alice\) joined the room")


async def joining_and_talking(stage):
    carol = await stage.irc("carol")
    carol.set_topic(CHANNEL, "All about tea")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.shows("carol set the subject to: All about tea")
        carol.say(CHANNEL, "Hello, alice.")
        await terminal.shows(r"carol> Hello, alice\.")
        await terminal.enters("Hello, carol. ☕")
        await carol.sees("line", where=CHANNEL, who="alice", text="Hello, carol. ☕")
        await terminal.shows(r"alice> Hello, carol\. ☕")
        await terminal.enters("/me stirs")
        await carol.sees("line", where=CHANNEL, who="alice", text="\x01ACTION stirs\x01")
        await terminal.shows(r"\* alice stirs")
        await terminal.enters("/nick alicia")
        await carol.gets("NICK", lambda line: line.startswith(":alice!") and line.endswith("alicia"))
        await terminal.shows("You are now known as alicia|alice.* is now known as alicia")
        await terminal.enters("/part")
        await carol.sees("left", who="alicia")


async def what_was_said_before(stage):
    """While another client was there. It asks the archive for what was said until the second that has just ended, and
    enters when that has answered."""
    carol = await stage.irc("carol")
    stage.start_gateway()
    alice = await stage.xmpp_in_room("alice", carol)
    carol.say(CHANNEL, "The kettle is on.")
    await alice.sees("line", where=ROOM, who="carol", text="The kettle is on.")
    said = int(time.time())
    async with logged_in(stage) as terminal:
        while int(time.time()) <= said:
            await asyncio.sleep(0.05)
        await joins(terminal)
        await terminal.shows(r"carol> The kettle is on\.")


async def writing_to_one_person(stage):
    carol = await stage.irc("carol")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.enters(f'/message carol@{GATEWAY_DOMAIN} "Between us."')
        await carol.sees("private", who="alice", text="Between us.")
        await terminal.shows(r"✔ alice> Between us\.")    # the receipt
        carol.tell("alice", "I tell nobody.")
        await terminal.shows(r"carol> I tell nobody\.")
        await terminal.enters(f'/message nobody@{GATEWAY_DOMAIN} "Hello?"')
        await terminal.shows("No such nick")


async def looking_around(stage):
    await stage.irc("carol")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.enters(f"/list {GATEWAY_DOMAIN}")
        await terminal.shows(rf"{CHANNEL} +{CHANNEL}")
        await terminal.shows_no_more("Loading")


async def registering_by_a_command(stage):
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.enters(f"/ad-hoc {GATEWAY_DOMAIN}")
        await terminal.shows(r"register +Register, or change the account")
        terminal.presses("Enter")    # the first of the list
        await terminal.shows("Nickname")
        terminal.presses(*"alice")
        await terminal.shows("Nickname +alice")
        terminal.presses("C-y")
        await terminal.shows("Ad-hoc commands of JID")
        terminal.presses("M-r")    # the roster, beside which everything stands that Poezio has been told
        await terminal.shows("Adhoc command completed: You")


async def registering_in_a_chat(stage):
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.enters(f'/message {GATEWAY_DOMAIN} "register alice"')
        await terminal.shows("You are registered as alice")


if __name__ == "__main__":
    run_suite("live/poezio", {act.__name__: play(act, programs=("poezio", "tmux", "setpriv")) for act in (
        joining_and_talking, what_was_said_before, writing_to_one_person, looking_around, registering_by_a_command,
        registering_in_a_chat)})
