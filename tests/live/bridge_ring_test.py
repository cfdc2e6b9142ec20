#!/usr/bin/python3
"""Two gateways bridge the same two channels, and somebody else's bot does it too: what is said goes round nowhere, and a bot that hides whose words it
repeats is cut off within ten seconds."""

import asyncio
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_SECRET, NETWORK, XMPP_DOMAIN, Stage, play, run_suite    # first: it knows the way

from clients import IrcPerson
from irc_servers import Inspircd

CHANNEL = "#ring"
GATEWAYS = ("gw1", "gw2")
INPUTS = 10
PATIENCE = 10    # seconds until a storm has to be over


def domain(gateway, server):
    return f"{server}-{gateway}.{XMPP_DOMAIN}"


class DumbBridge:
    """Repeats in each channel what is said in the other, by whomever, except itself."""

    def __init__(self, form):
        self.form = form
        self.ends = [IrcPerson("dumb", self.saw), IrcPerson("dumb", self.saw)]
        self.repeated = 0

    def saw(self, person, seen):
        if seen.kind == "line" and seen.who != "dumb":
            other = self.ends[1 - self.ends.index(person)]
            self.repeated += 1
            other.say(CHANNEL, self.form.format(who=seen.who, text=seen.text))


class RingStage(Stage):
    def __init__(self, stack, binary, _xmpp_server):
        self.stack, self.binary, self.people, self.gateway = stack, binary, [], None
        self.mark = 1000    # the limit of the channels: no gateway tells it, and each reads it
        domains = [domain(gateway, server) for gateway in GATEWAYS for server in ("ngircd", "inspircd")]
        self.xmpp_server = stack.prosody(components={each: GATEWAY_SECRET for each in domains})
        self.irc_server = stack.ngircd()
        self.inspircd = stack.add(Inspircd(stack.folder_for("inspircd")))

    async def opens(self, form):
        """Two gateways, the other bot, and somebody in each channel who sees everything."""
        self.carol, self.dave = IrcPerson("carol"), IrcPerson("dave")
        self.dumb = DumbBridge(form)
        servers = (self.irc_server, self.inspircd)
        for person, server in zip((self.carol, self.dave, *self.dumb.ends), (*servers, *servers)):
            self.people.append(person)
            await person.log_in("127.0.0.1", server.port)
            person.join(CHANNEL)
            await person.sees("joined", where=CHANNEL, who=person.name)
        self.gateways = [self.starts(gateway) for gateway in GATEWAYS]
        for gateway in GATEWAYS:
            for person in (self.carol, self.dave):
                await person.sees("joined", where=CHANNEL, who=gateway)

    def starts(self, gateway):
        first, second = (domain(gateway, server) for server in ("ngircd", "inspircd"))
        legs = "".join(f'[[bridge.leg]]\nroom = "{CHANNEL}@{each}"\nnick = "{gateway}"\n' for each in (first, second))
        return self.stack.dragoman(self.binary, self.xmpp_server, jid=first, irc_port=self.irc_server.port, network=NETWORK, log_level="debug", extra=f"""\
[[network]]
jid = "{second}"
secret = "{GATEWAY_SECRET}"
backend = "irc"
[network.irc]
server = "127.0.0.1:{self.inspircd.port}"
tls = false
flood = false
[[bridge]]
name = "ring"
{legs}""")

    def counts(self, text):
        """What each gateway has said with this text behind it."""
        return [sum(seen.kind == "line" and seen.who == gateway and seen.text.endswith(text)
                    for person in (self.carol, self.dave) for seen in person.seen) for gateway in GATEWAYS]

    def sides(self):
        return (self.carol, "ngircd"), (self.dave, "inspircd")

    def heard(self):
        """How often each gateway was heard in each channel."""
        return [sum(seen.kind == "line" and seen.who == gateway for seen in person.seen)
                for gateway in GATEWAYS for person, _ in self.sides()]

    def said(self):
        """How often they said something there."""
        said = [f'msg="irc out" owner=ring network={domain(gateway, server)} text="PRIVMSG {CHANNEL} '
                for gateway in GATEWAYS for _, server in self.sides()]
        logs = [log for log in map(read_log, self.gateways) for _ in self.sides()]
        return [log.count(words) for log, words in zip(logs, said)]

    async def settles(self):
        """Nothing is on its way any more: the bots have read what was said, what the gateways said of it was heard, and nothing came of that."""
        before = None
        while before != self.said() or before != self.heard():
            before = self.said()
            for person, server in self.sides():
                self.mark += 1
                person.send(f"MODE {CHANNEL} +l {self.mark}")
                for name, gateway in zip(GATEWAYS, self.gateways):
                    await reads(gateway, domain(name, server), f" MODE {CHANNEL} +l {self.mark}")
            for person in (*self.dumb.ends, self.carol, self.dave):
                await person.catches_up()


def read_log(gateway):
    return gateway.log.read_text(errors="replace")


async def reads(gateway, network, end):
    """A line that ends so has come to it."""
    expected = re.compile(f'msg="irc in" .* network={re.escape(network)} .*{re.escape(end)}"')
    while not expected.search(read_log(gateway)):
        await asyncio.sleep(0.02)


async def a_message_becomes_two_at_most(stage):
    await stage.opens("<{who}> {text}")
    for number in range(INPUTS):
        speaker, listener = (stage.carol, stage.dave) if number % 2 else (stage.dave, stage.carol)
        speaker.say(CHANNEL, f"round {number}")
        await listener.sees("line", text=f"round {number}")
        async with asyncio.timeout(PATIENCE):
            await stage.settles()
    counts = [stage.counts(f" round {number}") for number in range(INPUTS)]
    print(f"{INPUTS} messages became {counts} of the two gateways, and {stage.dumb.repeated} of the other bot")
    assert all(0 < sum(both) <= 2 for both in counts), counts


async def who_hides_names_is_cut_off(stage):
    await stage.opens("{text}")
    stage.carol.say(CHANNEL, "here we go")
    began = time.monotonic()
    await stage.dave.sees("line", who="dumb", text="here we go")
    try:
        async with asyncio.timeout(PATIENCE):
            await stage.settles()
    except TimeoutError:
        raise AssertionError(f"it still goes round after {PATIENCE} s: {stage.dumb.repeated} messages were repeated") from None
    print(f"after {time.monotonic() - began:.1f} s and {stage.dumb.repeated} repeated messages it was quiet")


if __name__ == "__main__":
    run_suite("live/bridge_ring", {act.__name__: play(act, "prosody", RingStage, programs=("inspircd",))
                                   for act in (a_message_becomes_two_at_most, who_hides_names_is_cut_off)})
