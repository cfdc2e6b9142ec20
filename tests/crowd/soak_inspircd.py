#!/usr/bin/python3
"""A thousand people in five channels each, on InspIRCd, for as long as one has time: not part of tests/run.

    tests/crowd/soak_inspircd.py --binary build/release/dragoman [--minutes 60] [--people 1000] [--messages 10000]

All come in within ten minutes and nobody is throttled; each has an ident of their own; what is said is heard once by
everybody in the channel, in the order in which its author said it, and is reflected once; the memory of the gateway
stays where it was when half of the time is over. Ends with 0 when all of that is so.
"""

import argparse
import asyncio
import collections
import re
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, Stage, play

from irc_servers import Inspircd    # after the stage, which knows the way
from servers import missing

CHANNELS_EACH, MEMBERS = 5, 50        # of a person, of a channel
ALL_IN_WITHIN = 600                   # seconds
AT_ONCE = 50                          # people who come in at the same time
KIB_EACH = 400                        # of the gateway's memory, for a person in five channels of fifty, at most
GROWTH = 1.10                         # of it in the second half of the time
SAID = re.compile(r"soak (\S+) (\d+)$")


class SoakStage(Stage):
    people_count = 1000

    def __init__(self, stack, binary, _):
        self.stack, self.binary = stack, binary
        self.names = [f"s{number:04}" for number in range(self.people_count)]
        self.xmpp_server = stack.prosody(users={name: PASSWORD for name in self.names},
                                         components={GATEWAY_DOMAIN: GATEWAY_SECRET})
        self.irc_server = stack.add(Inspircd(stack.folder_for("inspircd")))
        self.gateway = None
        self.people = []

    @property
    def channel_count(self):
        return max(1, len(self.names) * CHANNELS_EACH // MEMBERS)

    def channels_of(self, name):
        first = int(name[1:])
        return sorted({f"#soak{(first + number * 37) % self.channel_count:03}" for number in range(CHANNELS_EACH)})


def listener(name):
    """A client that counts what is said instead of keeping it."""
    from light_clients import LightClient
    from stanzas import CLIENT, codes

    class Listener(LightClient):
        patience = 120

        def __init__(self):
            super().__init__(name)
            self.heard = collections.Counter()    # (channel, author, number) -> times
            self.last = {}                        # (channel, author) -> number
            self.disorder = []
            self.inside = set()
            self.errors = []

        def _take(self):
            super()._take()
            kept = []
            for stanza in self.stanzas:
                if stanza.tag == f"{CLIENT}message":
                    self.note(stanza)
                elif stanza.tag == f"{CLIENT}presence":
                    if 110 in codes(stanza) and stanza.get("type") is None:
                        self.inside.add(stanza.get("from").partition("@")[0])
                else:
                    kept.append(stanza)
            self.stanzas[:] = kept[-20:]

        def note(self, stanza):
            channel = (stanza.get("from") or "").partition("@")[0]
            if stanza.get("type") == "error":
                self.errors.append(stanza.get("id"))
            said = SAID.match(stanza.findtext(f"{CLIENT}body") or "")
            if not said:
                return
            author, number = said.group(1), int(said.group(2))
            self.heard[channel, author, number] += 1
            if number < self.last.get((channel, author), -1):
                self.disorder.append((channel, author, number))
            self.last[channel, author] = number

    return Listener()


def memory_of(stage):
    """Of the gateway, in KiB."""
    status = Path(f"/proc/{stage.gateway.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


async def until(fits, seconds, what):
    deadline = asyncio.get_running_loop().time() + seconds
    while not fits():
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds} s: {what()}"
        await asyncio.sleep(0.2)


async def comes_in(stage, person, turn):
    async with turn:
        await person.log_in(stage.xmpp_server.port)
        for channel in stage.channels_of(person.name):
            person.send_xml(f"<presence to='{channel}@{GATEWAY_DOMAIN}/{person.name}'>"
                            "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>")
        wanted = set(stage.channels_of(person.name))
        await until(lambda: person.inside >= wanted, ALL_IN_WITHIN, lambda: f"{person.name} in {wanted - person.inside}")


async def have_idents_of_their_own(witness, stage):
    """One ban hits one person."""
    idents = {}
    for number in range(stage.channel_count):
        channel, since = f"#soak{number:03}", witness.now()
        witness.send(f"WHO {channel}")
        await witness.gets(f"the end of WHO {channel}", lambda line, end=f" {channel} ": " 315 " in line and end in line,
                           since)
        for line in witness.lines[since:]:
            words = line.split(" ")
            if words[1] == "352" and words[7] != "witness":
                idents[words[7]] = words[4].lstrip("~")
    assert len(idents) == len(stage.names), f"{len(idents)} of {len(stage.names)} people are there"
    shared = [ident for ident, times in collections.Counter(idents.values()).items() if times > 1]
    assert not shared, f"idents of more than one person: {shared[:5]}"


async def soak(stage, minutes, messages):
    loop = asyncio.get_running_loop()
    began = loop.time()
    stage.start_gateway(network='  reconnect = { min = "1s", max = "5m" }', log_level="info",
                        policy="  [network.limits]\n  rooms_per_minute = 1000\n")
    witness = await stage.irc("witness", channel=None)
    witness.patience = 120
    crowd = {name: listener(name) for name in stage.names}
    stage.people += crowd.values()
    turn = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(comes_in(stage, person, turn) for person in crowd.values()))
    print(f"all {len(crowd)} are in after {loop.time() - began:.0f} s, {memory_of(stage) // 1024} MiB", file=sys.stderr)
    assert loop.time() - began <= ALL_IN_WITHIN, "too late"
    await have_idents_of_their_own(witness, stage)

    ends = began + minutes * 60
    pause = max(0.0, (ends - loop.time() - 60) / messages)
    said, at_half = collections.Counter(), None
    members = collections.defaultdict(set)
    for name in stage.names:
        for channel in stage.channels_of(name):
            members[channel].add(name)
    for number in range(messages):
        if loop.time() >= ends:
            break
        name = stage.names[number * 7 % len(stage.names)]
        channel = stage.channels_of(name)[number % len(stage.channels_of(name))]
        crowd[name].send_xml(f"<message to='{channel}@{GATEWAY_DOMAIN}' type='groupchat' id='{name}-{number}'>"
                             f"<body>soak {name} {number}</body></message>")
        said[channel, name, number] += 1
        if number == messages // 2:
            at_half = memory_of(stage)
        await asyncio.sleep(pause)

    def missing_at(name):
        return [each for each in said if name in members[each[0]] and crowd[name].heard[each] == 0]

    await until(lambda: not any(missing_at(name) for name in stage.names), 300,
                lambda: next((f"{name} has not heard {missing_at(name)[:3]}" for name in stage.names if missing_at(name)), ""))
    for name, person in crowd.items():
        twice = [each for each, times in person.heard.items() if times != 1]
        assert not twice, f"{name} heard more than once: {twice[:3]}"
        assert not person.disorder, f"{name} heard out of order: {person.disorder[:3]}"
        assert not person.errors, f"{name} got errors for {person.errors[:3]}"
    at_end = memory_of(stage)
    print(f"{sum(said.values())} messages; {(at_half or at_end) // 1024} MiB at half, {at_end // 1024} MiB at the end",
          file=sys.stderr)
    assert at_end <= KIB_EACH * len(crowd) + 128 * 1024, f"{at_end} KiB for {len(crowd)} people"
    assert at_half is None or at_end <= at_half * GROWTH, f"from {at_half} to {at_end} KiB"
    log = stage.gateway.log.read_text(errors="replace")
    lost = [line for line in log.splitlines() if "link lost" in line]
    assert not lost, f"{len(lost)} links were lost: {lost[0]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the gateway")
    parser.add_argument("--minutes", type=float, default=60, help="how long, coming in included; at most 60")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10_000)
    arguments = parser.parse_args()
    if command := missing(("inspircd",)):
        parser.error(f"InspIRCd is needed: {command}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))    # so that it stops what it started
    SoakStage.people_count = arguments.people
    minutes = min(arguments.minutes, 60)
    play(lambda stage: soak(stage, minutes, arguments.messages), stage=SoakStage)(arguments.binary)
    print("ok")


if __name__ == "__main__":
    main()
