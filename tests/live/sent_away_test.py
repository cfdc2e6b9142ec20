#!/usr/bin/python3
"""What operators of an IRC network do to people (InspIRCd): they change a nickname, kill a connection, ban a person, and
let only so many in. Who is concerned is told why; nobody else is concerned; nobody knocks again and again."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import ROOM, Stage, play, run_suite

from irc_servers import Inspircd
from stanzas import CLIENT, codes, is_from

QUIET = 4    # seconds in which a gateway that knocks again and again would be heard: it begins with 200 ms


class Governed(Inspircd):
    """With SANICK, and a log of who comes."""

    modules = (*Inspircd.modules, "sanick")


class GovernedStage(Stage):
    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        self.irc_server = stack.add(Governed(stack.folder_for("irc")))


class CrowdedStage(Stage):
    """Three connections from one address and no more: carol and two others."""

    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        folder = stack.folder_for("irc")
        server = Governed(folder)
        configuration = folder / "inspircd.conf"
        text = configuration.read_text()
        assert 'localmax="2000" globalmax="2000"' in text
        configuration.write_text(text.replace('localmax="2000" globalmax="2000"', 'localmax="2" globalmax="2"'))
        self.irc_server = stack.add(server)


def leaves(room, nick):
    return lambda stanza: (stanza.tag == f"{CLIENT}presence" and stanza.get("from") == f"{room}/{nick}"
                           and stanza.get("type") == "unavailable")


def says(stanza, *words):
    return stanza.tag == f"{CLIENT}message" and all(word in "".join(stanza.itertext()) for word in words)


async def operator(stage):
    carol = await stage.irc("carol")
    await carol.becomes_operator()
    return carol


async def connections(carol, user):
    """How many of these are on the network now."""
    since = carol.now()
    carol.send(f"WHO {user}")
    await carol.gets("the end of WHO", lambda line: " 315 " in line, since)
    return sum(" 352 " in line for line in carol.lines[since:])


async def ident_of(carol, nickname):
    return (await carol.asks(f"WHOIS {nickname}", "311")).split(" ")[4]


async def a_forced_nickname_is_shown(stage):
    """XEP-0045 7.6: 303 with the new one, 110 and 210, because the service has changed it."""
    stage.start_gateway()
    carol = await operator(stage)
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    carol.send("SANICK alice Guest77")
    renamed = await alice.gets("the change of nickname", leaves(ROOM, "alice"), since)
    assert {303, 110} <= set(codes(renamed)), codes(renamed)
    shown = await alice.gets("the new nickname", lambda stanza: stanza.tag == f"{CLIENT}presence"
                             and stanza.get("from") == f"{ROOM}/Guest77" and stanza.get("type") is None, since)
    assert {110, 210} <= set(codes(shown)), codes(shown)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='after'><body>still here</body></message>")
    await carol.gets("what alice says now", lambda line: "still here" in line and line.startswith(":Guest77!"))


async def who_is_killed_is_told(stage):
    """By whom and why. They were not kicked (307), and the connection is not made again in the face of the operator."""
    stage.start_gateway()
    carol = await operator(stage)
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    heard = carol.now()
    carol.send("KILL alice :wrong door")
    await alice.gets("a word about the lost connection", lambda stanza: says(stanza, "carol", "wrong door"), since)
    await carol.gets("that alice is gone", lambda line: line.startswith(":alice!") and " QUIT " in line, heard)
    await stage.gateway_logs("irc link lost", "wrong door", "delay=120000ms")
    await alice.catches_up()
    gone = [stanza for stanza in alice.stanzas[since:] if leaves(ROOM, "alice")(stanza)]
    assert not any({307, 301} & set(codes(stanza)) for stanza in gone), [codes(stanza) for stanza in gone]


async def a_ban_hits_one_person(stage):
    """A K-line of the ident: alice is out, is told the reason, and does not knock any more; bob does not notice."""
    stage.start_gateway()
    carol = await operator(stage)
    alice = await stage.xmpp_in_room("alice", carol)
    bob = await stage.xmpp_in_room("bob", carol)
    idents = {name: await ident_of(carol, name) for name in ("alice", "bob")}
    assert idents["alice"] != idents["bob"], idents
    since, of_bob = alice.now(), bob.now()
    carol.send(f"KLINE *{idents['alice']}@* 1h :no spam here")
    left = await alice.gets("the end of being in the room", leaves(ROOM, "alice"), since)
    assert 307 not in codes(left), codes(left)
    await alice.gets("the reason", lambda stanza: "no spam here" in "".join(stanza.itertext()), since)
    await bob.gets("alice leaving", leaves(ROOM, "alice"), of_bob)
    known = (stage.irc_server.folder / "server.log").read_text(errors="replace").count(idents["alice"])
    await asyncio.sleep(QUIET)    # nothing is to happen: there is no event to wait for
    assert await connections(carol, "alice") == 0
    tried = (stage.irc_server.folder / "server.log").read_text(errors="replace").count(idents["alice"]) - known
    assert tried <= 1, f"alice knocked {tried} times in {QUIET} s"
    bob.send_xml(f"<message to='{ROOM}' type='groupchat' id='here'><body>all well</body></message>")
    await carol.gets("what bob says", lambda line: "all well" in line)


async def a_full_address_is_told_and_waited_for(stage):
    """The server takes two from one address. The third is told, and the others stay."""
    stage.start_gateway()
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    bob = await stage.xmpp("bob")
    bob.patience = 16    # a join is answered within 15 s
    since = bob.now()
    bob.join(ROOM, "bob")
    error = await bob.gets("a refusal", lambda stanza: stanza.tag == f"{CLIENT}presence"
                           and is_from(stanza, ROOM) and stanza.get("type") == "error", since)
    text = "".join(error.itertext())
    assert "connections" in text, text
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='here'><body>all well</body></message>")
    await carol.gets("what alice says", lambda line: "all well" in line)


if __name__ == "__main__":
    run_suite("live/sent_away", {
        **{act.__name__: play(act, stage=GovernedStage, programs=("inspircd",)) for act in (
            a_forced_nickname_is_shown, who_is_killed_is_told, a_ban_hits_one_person)},
        "a_full_address_is_told_and_waited_for":
            play(a_full_address_is_told_and_waited_for, stage=CrowdedStage, programs=("inspircd",))})
