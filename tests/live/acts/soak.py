"""Coming and going for a long time: what the gateway holds afterwards is what it held before."""

import asyncio
import contextlib
import os
from pathlib import Path

from acts.joining import join
from stage import CHANNEL, ROOM
from stanzas import describe, is_from

WARM, CYCLES = 100, 500
# What is kept on purpose grows: the index of the archive (500 messages, 16 bytes each) and SQLite's page cache, which
# these rows do not fill. 1 MiB is 2.6 KiB a cycle; a presence or a room that is forgotten would be more.
ROOM_TO_GROW_KIB = 1024


def descriptors(process):
    return len(os.listdir(f"/proc/{process}/fd"))


def sockets(process):
    count = 0
    for link in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):    # closed meanwhile
            count += os.readlink(link).startswith("socket:")
    return count


async def when_only(count, process, patience=10):
    """The number of descriptors, once no more than `count` of them are sockets. The far end sees a connection end before
    we have closed it, and nobody tells when we have."""
    deadline = asyncio.get_running_loop().time() + patience
    while sockets(process) > count:
        assert asyncio.get_running_loop().time() < deadline, f"{sockets(process)} sockets, {count} before"
        await asyncio.sleep(0.02)
    return descriptors(process)


def resident_kib(process):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("there is no VmRSS")


async def five_hundred_times_in_and_out(stage):
    """Each time alice enters and leaves, which is a connection to IRC each, while erin comes and goes; they talk."""
    alice, carol, erin = await stage.xmpp("alice"), await stage.irc("carol"), await stage.irc("erin", channel=None)
    process = stage.gateway.pid
    # One room stays, so that every cycle is a JOIN and a PART, not a connection: InspIRCd welcomes once a second.
    home = ROOM.replace("tea", "home")
    alice.send_xml(join("alice", home))
    await alice.gets("the room at home", lambda stanza: is_from(stanza, home) and stanza.get("type") == "groupchat")
    warm = None
    for cycle in range(1, CYCLES + 1):
        since = alice.now()
        alice.send_xml(join("alice"))
        await alice.gets("the end of entering", lambda stanza: is_from(stanza, ROOM)
                         and describe(stanza).startswith("the subject"), since)
        erin.send(f"JOIN {CHANNEL}", f"PRIVMSG {CHANNEL} :cycle {cycle}", f"PART {CHANNEL}")
        await alice.gets("erin gone", lambda stanza: stanza.get("from") == f"{ROOM}/erin"
                         and stanza.get("type") == "unavailable", since)
        heard = [line for line in alice.told_by(ROOM, since) if line == f"erin says: cycle {cycle}"]
        assert len(heard) == 1, alice.told_by(ROOM, since)
        since = alice.now()
        alice.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'/>")
        await alice.is_told(ROOM, "alice is gone: none/none [110]", since)
        del alice.stanzas[:], alice.seen[:], carol.lines[:], carol.seen[:], erin.lines[:], erin.seen[:]
        if cycle == WARM:
            warm = descriptors(process), resident_kib(process)
    await alice.catches_up()
    end = descriptors(process), resident_kib(process)
    assert end[0] <= warm[0], f"{warm[0]} descriptors after {WARM} cycles, {end[0]} after {CYCLES}"
    assert end[1] - warm[1] <= ROOM_TO_GROW_KIB, (
        f"{warm[1]} KiB after {WARM} cycles, {end[1]} KiB after {CYCLES}: "
        f"{(end[1] - warm[1]) * 1024 // (CYCLES - WARM)} bytes a cycle")
    print(f"soak: {warm} after {WARM}, {end} after {CYCLES}")


async def connections_come_and_go(stage):
    """The same with a connection to IRC each time: descriptors above all."""
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    process = stage.gateway.pid
    before, warm = sockets(process), 0
    for cycle in range(1, 21):
        since = alice.now()
        alice.send_xml(join("alice"))
        await alice.gets("the end of entering", lambda stanza: describe(stanza).startswith("the subject"), since)
        assert sockets(process) > before    # the connection to IRC is seen here at all
        alice.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'/>")
        await alice.is_told(ROOM, "alice is gone: none/none [110]", since)
        await carol.gets("her QUIT", lambda line: line.startswith(":alice!") and line.split(" ")[1] in ("QUIT", "PART"))
        del carol.lines[:]
        if cycle == 5:
            warm = await when_only(before, process)
    end = await when_only(before, process)
    assert end <= warm, f"{warm} descriptors after 5 connections, {end} after 20"


ACTS = [five_hundred_times_in_and_out, connections_come_and_go]
