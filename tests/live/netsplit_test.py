#!/usr/bin/python3
"""Servers lose one another and find one another again, with many people behind the lost one."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM, Stage, play, run_suite
from stanzas import CLIENT, codes, describe, text_of

from irc_servers import Inspircd, LiveNgircd

PEOPLE = 120
A_SECOND = 50            # presences in a room at most
OUTAGE = 333


class RoomyNgircd(LiveNgircd):
    """With room for all from the beginning: when ngIRCd 26.1 makes room for more connections, those with zlib, which is
    how servers are linked, end with "Compression error: code -2"."""

    def __init__(self, folder, name="irc.example.test", uplink=None):
        super().__init__(folder, name, uplink)
        configuration = folder / "ngircd.conf"
        text = configuration.read_text()
        assert "    MaxConnections = 0\n" in text
        configuration.write_text(text.replace("    MaxConnections = 0\n", "    MaxConnections = 1000\n"))


class NgircdPair(Stage):
    """Two servers; the people of the gateway are on the first."""

    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        self.irc_server = stack.add(RoomyNgircd(stack.folder_for("first")))
        self.second = stack.add(RoomyNgircd(stack.folder_for("second"), "second.example.test", self.irc_server))


class InspircdPair(Stage):
    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        self.irc_server = stack.add(Inspircd(stack.folder_for("first")))
        self.second = stack.add(Inspircd(stack.folder_for("second"), name="second.example.test", number="002",
                                         uplink=self.irc_server))


async def crowd(stage):
    """PEOPLE on the second server, in the channel; the two servers know each other."""
    from clients import IrcPerson
    people = [IrcPerson(f"p{number}") for number in range(PEOPLE)]
    for person in people:
        person.patience = 60
    for some in (people[at:at + 20] for at in range(0, PEOPLE, 20)):
        await asyncio.gather(*(person.log_in("127.0.0.1", stage.second.port) for person in some))
    first = people[0]
    deadline = asyncio.get_running_loop().time() + 30
    while True:
        since = first.now()
        await first.asks("LINKS", "365")
        if len([line for line in first.lines[since:] if " 364 " in line]) > 1:
            break
        assert asyncio.get_running_loop().time() < deadline, "the servers do not find one another"
        await asyncio.sleep(0.1)
    for person in people:
        person.join(CHANNEL)
        await person.sees("joined", where=CHANNEL, who=person.name)
    return people


class Watch:
    """The stanzas of the room, with the time at which each came."""

    def __init__(self, person):
        self.person, self.since, self.times = person, person.now(), []

    async def follow(self, done, patience):
        loop = asyncio.get_running_loop()
        deadline, seen = loop.time() + patience, self.since
        while True:
            fresh = self.person.stanzas[seen:]
            seen += len(fresh)
            self.times += [(loop.time(), stanza) for stanza in fresh
                           if stanza.tag == f"{CLIENT}presence" and stanza.get("from", "").startswith(f"{ROOM}/p")]
            if done():
                return
            assert loop.time() < deadline, (
                f"after {patience} s: {len(self.times)} presences, lines: {self.lines()}")
            await asyncio.sleep(0.01)

    def lines(self):
        return [text_of(stanza, f"{CLIENT}body") for stanza in self.person.stanzas[self.since:]
                if stanza.tag == f"{CLIENT}message" and stanza.get("from") == ROOM]

    def most_in_a_second(self):
        times = [time for time, _ in self.times]
        return max((sum(1 for other in times if time <= other < time + 1) for time in times), default=0)


async def many_are_gone_and_come_back(stage):
    stage.start_gateway()
    people = await crowd(stage)
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.patience = 30
    assert len([line for line in alice.told_by(ROOM) if line.startswith("p")]) >= PEOPLE
    gone = Watch(alice)
    stage.second.kill()
    # A message to somebody who is not there any more has one outcome, and it is an error.
    await carol.gets("the split", lambda line: " QUIT :" in line and ".example.test" in line)
    alice.send_xml(f"<message to='p1@{GATEWAY_DOMAIN}' type='chat' id='lost'><body>hello?</body></message>")
    await gone.follow(lambda: len(gone.times) >= PEOPLE and gone.lines(), 60)
    refused = await alice.gets("the refusal", lambda stanza: stanza.get("id") == "lost" and stanza.get("type") == "error",
                               gone.since)
    assert refused is not None
    assert len(gone.lines()) == 1, gone.lines()
    assert f"netsplit: {PEOPLE} people are gone" in gone.lines()[0], gone.lines()
    assert all(stanza.get("type") == "unavailable" and codes(stanza) == [OUTAGE] for _, stanza in gone.times), [
        describe(stanza) for _, stanza in gone.times[:5]]
    assert gone.most_in_a_second() <= A_SECOND + 5, f"{gone.most_in_a_second()} presences in a second"
    # They come back as soon as their server does.
    for person in people:
        person.breaks_off()
    back = Watch(alice)
    stage.second.start()
    people, _ = await asyncio.gather(
        crowd(stage), back.follow(lambda: len(back.times) >= PEOPLE and back.lines(), 120))
    assert back.lines() and all("netsplit over" in line for line in back.lines()), back.lines()
    assert back.most_in_a_second() <= A_SECOND + 5, f"{back.most_in_a_second()} presences in a second"
    since = alice.now()
    people[3].say(CHANNEL, "here again")
    await alice.gets("a line of who came back", lambda stanza: text_of(stanza, f"{CLIENT}body") == "here again", since)
    for person in people:
        person.breaks_off()


if __name__ == "__main__":
    run_suite("live/netsplit", {
        "ngircd/many_are_gone_and_come_back": play(many_are_gone_and_come_back, stage=NgircdPair),
        "inspircd/many_are_gone_and_come_back":
            play(many_are_gone_and_come_back, stage=InspircdPair, programs=("inspircd",))})
