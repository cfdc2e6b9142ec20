#!/usr/bin/python3
"""Connections that are gone and nobody said so: packets vanish on the way, or the machine of the gateway has crashed.
The IRC server keeps a ghost that has the nickname, until it notices too."""

import asyncio
import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, NETWORK, ROOM, Stage, play, run_suite
from stanzas import CLIENT, describe, is_from, text_of

from irc_servers import Inspircd

NOTICED_WITHIN = 90      # seconds: 60 of silence (backends/irc/session.cpp), and some more


class Way:
    """The way to the IRC server. What has vanished stays open on both sides, and nothing gets through any more."""

    def __init__(self, port):
        self.upstream = port
        self.links = []    # [cancelled pumps are those of vanished links] (gateway's writer, server's writer, pumps)

    async def open(self):
        self.server = await asyncio.start_server(self.connected, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def connected(self, reader, writer):
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
            pumps = [asyncio.create_task(self.pump(reader, far_writer)),
                     asyncio.create_task(self.pump(far_reader, writer))]
            self.links.append((writer, far_writer, pumps))
            await asyncio.gather(*pumps, return_exceptions=True)
            if not any(pump.cancelled() for pump in pumps):
                writer.close()
                far_writer.close()

    @staticmethod
    async def pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    def vanish(self):
        """From now on, for the connections that there are; new ones get through."""
        vanished, self.links = self.links, []
        for _, _, pumps in vanished:
            for pump in pumps:
                pump.cancel()
        return vanished

    @staticmethod
    def server_notices(vanished):
        """It has waited long enough for an answer to its PING."""
        for near, far, _ in vanished:
            far.transport.abort()
            near.transport.abort()

    async def close(self):
        self.server_notices(self.vanish())
        self.server.close()


class LongWay(Stage):
    """ngIRCd, or InspIRCd, at the end of a way that can be lost."""

    async def leads_to(self, irc_server, **settings):
        self.way = Way(irc_server.port)
        await self.way.open()
        self.start_gateway(irc_port=self.way.port, **settings)

    async def go_home(self):
        await super().go_home()
        await self.way.close()


class LongWayToInspircd(LongWay):
    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        self.irc_server = stack.add(Inspircd(stack.folder_for("inspircd")))


def outcomes(person, ident):
    """What came back of a message: itself, or an error."""
    return [stanza.get("type") for stanza in person.stanzas
            if is_from(stanza, ROOM) and stanza.get("id") == ident and stanza.get("type") in ("groupchat", "error")]


async def renamed(alice, since):
    """She has her nickname again, and clients are told."""
    await alice.gets("her nickname", lambda stanza: is_from(stanza, ROOM) and describe(stanza).startswith(
        "alice is here:") and "110" in describe(stanza), since)


async def packets_vanish(stage):
    """Nobody closes anything: the gateway notices the silence, comes back beside its ghost, and gets the nickname when
    the ghost is gone. What was said into the silence has one outcome."""
    await stage.leads_to(stage.irc_server)
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.say(ROOM, "Before.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Before.")

    vanished = stage.way.vanish()
    since, on_irc = alice.now(), len(carol.seen)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='lost'><body>Is anybody there?</body></message>")
    alice.patience = carol.patience = NOTICED_WITHIN
    await alice.gets("a word from the room", lambda stanza: is_from(stanza, ROOM)
                     and describe(stanza).startswith("the room says:") and "lost" in describe(stanza), since)
    await carol.sees("joined", where=CHANNEL, who="alice_", since=on_irc)
    alice.patience = carol.patience = 20
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='back'><body>Here I am.</body></message>")
    await carol.sees("line", where=CHANNEL, who="alice_", text="Here I am.", since=on_irc)

    of_alice = alice.now()
    stage.way.server_notices(vanished)
    await renamed(alice, of_alice)
    alice.say(ROOM, "It is me.")
    await carol.sees("line", where=CHANNEL, who="alice", text="It is me.", since=on_irc)
    await alice.catches_up()
    told = outcomes(alice, "lost")
    assert len(told) == 1, f"{len(told)} outcomes of what was said into the silence: {told}"
    heard = [line for line in carol.relayed("PRIVMSG") if "Is anybody there?" in line]
    assert len(heard) == (1 if told == ["groupchat"] else 0), f"told {told}, but on IRC: {heard}"
    assert len(outcomes(alice, "back")) == 1


async def the_ghost_of_a_crashed_gateway(stage):
    """Killed, and the server does not see it: the new one is let in beside the ghost, and gets the nickname back when
    that is gone."""
    await stage.leads_to(stage.irc_server)
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    on_irc, since = len(carol.seen), alice.now()
    vanished = stage.way.vanish()
    stage.gateway.kill()
    stage.gateway.start()
    await carol.sees("joined", where=CHANNEL, who="alice_", since=on_irc)
    assert not [seen for seen in carol.seen[on_irc:] if seen.kind == "left"], "the ghost was to stay"
    carol.say(CHANNEL, "Which of you?")
    await alice.gets("a line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "Which of you?", since)
    of_alice = alice.now()
    stage.way.server_notices(vanished)
    await renamed(alice, of_alice)
    alice.say(ROOM, "Me.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Me.", since=on_irc)


if __name__ == "__main__":
    run_suite("live/vanished", {
        "ngircd/packets_vanish": play(packets_vanish, stage=LongWay),
        "inspircd/packets_vanish": play(packets_vanish, stage=LongWayToInspircd, programs=("inspircd",)),
        "ngircd/the_ghost_of_a_crashed_gateway": play(the_ghost_of_a_crashed_gateway, stage=LongWay),
        "inspircd/the_ghost_of_a_crashed_gateway": play(the_ghost_of_a_crashed_gateway, stage=LongWayToInspircd,
                                                        programs=("inspircd",))})
