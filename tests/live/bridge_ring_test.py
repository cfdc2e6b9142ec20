#!/usr/bin/python3
"""Two gateways bridge the same two channels, and somebody else's bot does it too: what is said goes round nowhere, and a bot that hides whose words it
repeats is cut off within ten seconds."""

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
        return self.stack.dragoman(self.binary, self.xmpp_server, jid=first, irc_port=self.irc_server.port, network=NETWORK, extra=f"""\
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


async def a_message_becomes_two_at_most(stage):
    """Who answers has heard all three; what they would say again of it they have said before the answer. So the two last rounds show
    what becomes of those before."""
    await stage.opens("<{who}> {text}")
    for number in range(INPUTS + 2):
        speaker, listener = (stage.carol, stage.dave) if number % 2 else (stage.dave, stage.carol)
        speaker.say(CHANNEL, f"round {number}.")
        for bridge in (*GATEWAYS, "dumb"):
            await listener.sees("line", who=bridge, text=f"round {number}.")
    counts = [stage.counts(f" round {number}.") for number in range(INPUTS)]
    print(f"{INPUTS} messages became {counts} of the two gateways, and {stage.dumb.repeated} of the other bot")
    assert all(sum(both) <= 2 for both in counts), counts


async def who_hides_names_is_cut_off(stage):
    await stage.opens("{text}")
    stage.carol.say(CHANNEL, "here we go")
    began = time.monotonic()
    for person in (stage.carol, stage.dave):
        for gateway in GATEWAYS:
            await person.sees("notice", who=gateway, text="The bridge is paused")
    stopped = time.monotonic() - began
    await is_said_once(stage, "the last of the storm")    # behind everything that was on its way
    repeated = stage.dumb.repeated
    for number in range(3):
        await is_said_once(stage, f"quiet {number}")
    print(f"after {stopped:.0f} s and {repeated} repeated messages it was quiet")
    assert stopped < PATIENCE, f"it went round for {stopped:.0f} s"
    assert stage.dumb.repeated == repeated + 6, f"it still goes round: {stage.dumb.repeated - repeated} repeated messages instead of 6"


async def is_said_once(stage, text):
    """To and fro, by the other bot."""
    for speaker, listener in ((stage.carol, stage.dave), (stage.dave, stage.carol)):
        speaker.say(CHANNEL, f"{text}, says {speaker.name}")
        await listener.sees("line", who="dumb", text=f"{text}, says {speaker.name}")


if __name__ == "__main__":
    run_suite("live/bridge_ring", {act.__name__: play(act, "prosody", RingStage, programs=("inspircd",))
                                   for act in (a_message_becomes_two_at_most, who_hides_names_is_cut_off)})
