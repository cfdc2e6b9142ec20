#!/usr/bin/python3
"""Pidgin without its windows: Finch of Debian, on the same library, in a terminal."""

import asyncio
import contextlib
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, PASSWORD, ROOM, XMPP_DOMAIN, play, run_suite    # it knows the way

from terminal import NotShown, Terminal

HOST = "127.0.0.1"
ACCOUNT = """\
<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'>
  <account>
    <protocol>prpl-jabber</protocol>
    <name>alice@{domain}/finch</name>
    <password>{password}</password>
    <settings>
      <setting name='connect_server' type='string'>{host}</setting>
      <setting name='port' type='int'>{port}</setting>
      <setting name='connection_security' type='string'>opportunistic_tls</setting>
    </settings>
    <settings ui='gnt-purple'><setting name='auto-login' type='bool'>1</setting></settings>
  </account>
</account>
"""


@contextlib.asynccontextmanager
async def logged_in(stage):
    if stage.gateway is None:
        stage.start_gateway()
    folder = stage.stack.folder_for("finch")
    trusted = folder / ".purple/certificates/x509/tls_peers"
    trusted.mkdir(parents=True)
    shutil.copy(stage.xmpp_server.folder / f"{XMPP_DOMAIN}.crt", trusted / HOST)
    (folder / ".purple/accounts.xml").write_text(ACCOUNT.format(
        domain=XMPP_DOMAIN, password=PASSWORD, host=HOST, port=stage.xmpp_server.port))
    def log_ins():
        return stage.xmpp_server.server_log.read_text(errors="replace").count(f"Authenticated as alice@{XMPP_DOMAIN}")

    before = log_ins()
    with Terminal(["finch"], folder) as terminal:
        await terminal.shows("Available")    # it says so also when it is not; its server knows better
        deadline = asyncio.get_running_loop().time() + terminal.patience
        while log_ins() == before:
            assert asyncio.get_running_loop().time() < deadline, f"Finch does not log in:\n{terminal.screen()}"
            await asyncio.sleep(0.05)
        yield terminal


async def joins(terminal):
    """By the menu of the list of buddies. Between its log-in and the end of its first questions Finch joins nothing, and
    says nothing about it: then once more."""
    deadline = asyncio.get_running_loop().time() + terminal.patience
    while True:
        await terminal.presses_until("Join Chat", "C-o")
        terminal.presses("j")
        await terminal.shows("Please enter the name of the chat")
        terminal.types_keys(f"{ROOM}/alice")
        await terminal.shows("/alice_")
        terminal.presses("Tab", "Enter")
        try:
            return await terminal.shows(r"List of \d+ users?", patience=3)
        except NotShown:
            if asyncio.get_running_loop().time() > deadline:
                raise


async def joining_and_talking(stage):
    carol = await stage.irc("carol")
    carol.set_topic(CHANNEL, "All about tea")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.shows("carol has set the topic to: All about tea")
        carol.say(CHANNEL, "Hello, alice.")
        await terminal.shows(r"carol: Hello, alice\.")
        terminal.types("Hello, carol. ☕")
        await carol.sees("line", where=CHANNEL, who="alice", text="Hello, carol. ☕")
        await terminal.shows(r"alice: Hello, carol\.")
        terminal.types("/me stirs")
        await carol.sees("line", where=CHANNEL, who="alice", text="\x01ACTION stirs\x01")
        await terminal.shows(r"\*\*\* ?alice stirs")
        terminal.types("/msg carol Between us.")
        await carol.sees("private", who="alice", text="Between us.")
        terminal.types("/nick alicia")
        await carol.gets("NICK", lambda line: line.startswith(":alice!") and line.endswith("alicia"))
        await terminal.shows("You are now known as alicia")
        terminal.types("/part")
        await carol.sees("left", who="alicia")


async def what_was_said_before(stage):
    carol = await stage.irc("carol")
    stage.start_gateway()
    alice = await stage.xmpp_in_room("alice", carol)
    carol.say(CHANNEL, "The kettle is on.")
    await alice.sees("line", where=ROOM, who="carol", text="The kettle is on.")
    async with logged_in(stage) as terminal:
        await joins(terminal)
        await terminal.shows(r"carol: The kettle is on\.")


if __name__ == "__main__":
    run_suite("live/finch", {act.__name__: play(act, programs=("finch", "tmux")) for act in (
        joining_and_talking, what_was_said_before)})
