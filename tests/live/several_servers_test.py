#!/usr/bin/python3
"""ngIRCd and InspIRCd behind one gateway: the same person in rooms of both, and what becomes of one while the other is
away."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, NETWORK, play, run_suite

from clients import IrcPerson
from irc_servers import Inspircd

# Two names of one host: an address names a server by its host.
NGIRCD, INSPIRCD = "127.0.0.1", "localhost"


def room(server):
    return f"{CHANNEL}%{server}@{GATEWAY_DOMAIN}"


async def somebody_at(stage, server, nickname):
    person = IrcPerson(nickname)
    stage.people.append(person)
    await person.log_in("127.0.0.1", server.port)
    person.join(CHANNEL)
    await person.sees("joined", where=CHANNEL, who=nickname)
    return person


async def enters(alice, server, nickname):
    since = len(alice.seen)
    alice.join(room(server), nickname)
    await alice.sees("subject", where=room(server), since=since)


async def rooms_of_two_servers(stage):
    inspircd = stage.stack.add(Inspircd(stage.stack.folder_for("inspircd")))
    stage.start_gateway(irc_servers=[f"{NGIRCD}:{stage.irc_server.port}", f"{INSPIRCD}:{inspircd.port}"], network=NETWORK)
    carol, dave = await somebody_at(stage, stage.irc_server, "carol"), await somebody_at(stage, inspircd, "dave")
    alice = await stage.xmpp("alice")
    await enters(alice, NGIRCD, "alice")
    await enters(alice, INSPIRCD, "ally")
    await carol.sees("joined", where=CHANNEL, who="alice")
    await dave.sees("joined", where=CHANNEL, who="ally")

    # Each room has its own server, nickname and people.
    alice.say(room(NGIRCD), "Is this ngIRCd?")
    await carol.sees("line", where=CHANNEL, who="alice", text="Is this ngIRCd?")
    dave.say(CHANNEL, "This is InspIRCd.")
    await alice.sees("line", where=room(INSPIRCD), who="dave", text="This is InspIRCd.")
    alice.tell(f"dave%{INSPIRCD}@{GATEWAY_DOMAIN}", "Between us.")
    await dave.sees("private", who="ally", text="Between us.")
    assert not [seen for seen in carol.seen if "InspIRCd." in str(seen) or "Between us" in str(seen)]

    # One server is away: its room waits, the other one does not notice.
    inspircd.stop()
    await alice.sees("line", where=room(INSPIRCD), text="was lost")
    alice.say(room(INSPIRCD), "Are you back?")
    alice.say(room(NGIRCD), "The other one is away.")
    await carol.sees("line", where=CHANNEL, who="alice", text="The other one is away.")
    inspircd.start()
    dave = await somebody_at(stage, inspircd, "dan")
    await alice.sees("line", where=room(INSPIRCD), text="is back after")
    await alice.sees("line", where=room(INSPIRCD), who="ally", text="Are you back?")


if __name__ == "__main__":
    run_suite("live/several_servers", {
        act.__name__: play(act, programs=("inspircd",)) for act in (rooms_of_two_servers,)})
