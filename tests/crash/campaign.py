"""Kills the gateway again and again under traffic, on one database, and has the ledgers judged after each kill."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass

from database import RETURNED, STATES, SnapshotReader, count_open
from gateway import Gateway
from irc_server import IrcServer
from judge import Judge
from ledger import TO_IRC, TO_XMPP, Ledger
from traffic import CHANNELS, CLIENTS, SPEAKERS, Traffic
from xmpp_server import Person, XmppServer

DOMAIN, COMPONENT, SECRET = "crash.test", "irc.crash.test", "crash secret"
STARTING, DRAINING, RESTING, DYING = 10, 30, 5, 6    # seconds of patience


class Broken(Exception):
    """The campaign cannot go on; that is a failure too."""


@dataclass(frozen=True)
class Kill:
    """`point` is None for SIGKILL from outside."""

    point: str = None
    passes: int = 0

    def __str__(self):
        return f"{self.point}:{self.passes}" if self.point else "from outside"


def plan(points, count, chance):
    """Half of the kills at named points, each point about as often; the other half at any moment."""
    named = [Kill(points[index % len(points)], chance.randint(1, 25)) for index in range(count // 2)]
    kills = named + [Kill() for _ in range(count - len(named))]
    chance.shuffle(kills)
    return kills


class Campaign:
    def __init__(self, binary, folder, seed, variables):
        """`variables`: of the environment, for the gateway."""
        self.binary, self.folder, self.variables = binary, folder, variables
        self.chance = random.Random(seed)
        self.ledger = Ledger()
        self.judge = Judge(self.ledger)
        self.people = {name: Person(name, DOMAIN, list(clients)) for name, clients in CLIENTS.items()}
        self.xmpp = XmppServer(DOMAIN, COMPONENT, SECRET, self.people.values(), self.ledger, self.chance)
        self.irc = IrcServer(self.people, SPEAKERS, self.ledger, self.chance)
        self.traffic = Traffic(self.xmpp, self.irc, self.chance)
        self.killed = Counter()       # point, or "from outside" -> kills
        self.unreached = []
        self.rests = 0                # kills of a gateway that had finished everything
        self.accepted_rows = 0
        self.seconds = 0.0
        # At the end:
        self.states = Counter()
        self.never_committed = Counter()
        self.not_told = 0             # delivered, but the kill took the reflection or the receipt with it

    async def fight(self, kills, until=lambda judge: False):
        """All the kills, or until the judge's state satisfies `until`; then everything is delivered and compared."""
        began = time.monotonic()
        ports = await self.xmpp.listen(), await self.irc.listen()
        self.gateway = Gateway(self.binary, self.folder, DOMAIN, COMPONENT, SECRET, *ports, self.variables)
        self.reader = SnapshotReader(self.gateway.database)
        try:
            await self.everybody_joins()
            for kill in kills:
                await self.one_life(kill)
                if until(self.judge):
                    return
            await self.last_life()
        finally:
            if self.gateway.is_running:
                await self.gateway.kill()
            self.seconds = time.monotonic() - began

    async def everybody_joins(self):
        """In the first life, which the first kill ends."""
        self.ledger.run = 1
        await self.gateway.start()
        await self.until(lambda: self.xmpp.is_linked, "the gateway to connect to the XMPP server")
        wanted = set()
        for channel, names in CHANNELS.items():
            for person in (self.people[name] for name in names):
                for client in person.clients:
                    wanted.add((person.name, client, channel))
                    self.xmpp.join(person, client, channel)
        await self.until(lambda: all((client, channel) in self.people[name].joined for name, client, channel in wanted),
                         "everybody to be in their rooms")
        await self.kill_and_judge(Kill())

    async def one_life(self, kill):
        self.ledger.run += 1
        self.traffic.start()
        rests = False
        await self.gateway.start(str(kill) if kill.point else None)
        if kill.point:
            if await self.gateway.wait(DYING) is None:
                self.unreached.append(kill.point)
        elif self.chance.random() < 0.25:
            await self.gateway.wait(self.chance.uniform(0, 0.3))
        else:
            await self.until(lambda: self.xmpp.is_linked, "the gateway to connect to the XMPP server again")
            await self.gateway.wait(self.chance.uniform(0.2, 0.9))
            rests = self.chance.random() < 0.3
        await self.traffic.stop()
        if rests:
            await self.drained(RESTING)
        await self.kill_and_judge(kill, rests)

    async def drained(self, seconds):
        """Waits until nothing is open; how much still is when the time is over."""
        deadline = time.monotonic() + seconds
        while left := count_open(self.gateway.database):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.03)
        return left

    async def kill_and_judge(self, kill, rested=False):
        if self.gateway.is_running:
            await self.gateway.kill()
        code = self.gateway.process.returncode
        if code != -9:
            raise Broken(f"the gateway ended by itself with {code} in run {self.ledger.run}\n"
                         + self.gateway.last_words())
        self.killed[kill.point or "from outside"] += 1
        # What the gateway wrote before it died is still on its way to the ledgers.
        await self.until(lambda: not self.xmpp.connections and not self.irc.open, "the dead gateway's connections to end")
        snapshot = self.reader.read()
        self.accepted_rows = len(snapshot.rows)
        if rested:
            self.rests += 1
            self.judge.after_rest(snapshot)
        self.judge.after_kill(snapshot)

    async def last_life(self):
        """No traffic and no kill: what is accepted gets all the time that it needs."""
        self.ledger.run += 1
        await self.gateway.start()
        await self.until(lambda: self.xmpp.is_linked, "the gateway to connect for the last time")
        left = await self.drained(DRAINING)
        self.xmpp.goodbyes = True
        code = await self.gateway.stop()
        if code != 0:
            raise Broken(f"the gateway ended with {code} after SIGTERM\n{self.gateway.last_words()}")
        await self.until(lambda: not self.xmpp.connections and not self.irc.open, "the gateway's connections to close")
        snapshot = self.reader.read()
        self.accepted_rows = len(snapshot.rows)
        self.states = Counter(STATES[row.state] for row in snapshot.rows.values())
        self.never_committed = Counter(message.direction for message in self.ledger.said.keys() - snapshot.rows.keys())
        self.not_told = sum(
            1 for message, row in snapshot.rows.items()
            if message.direction == TO_IRC and row.state != RETURNED and message not in self.ledger.confirmed)
        self.judge.at_end(snapshot)
        if left:
            raise Broken(f"{left} messages were still open after {DRAINING} s\n{self.figures()}")

    async def until(self, condition, what):
        """`condition` may change with an event of the servers only."""
        deadline = time.monotonic() + STARTING
        while not condition():
            for server in (self.xmpp, self.irc):
                server.changed.clear()
            if self.gateway.process.returncode not in (None, -9):
                raise Broken(f"the gateway ended with {self.gateway.process.returncode} while this waited for {what}\n"
                             + self.gateway.last_words())
            if time.monotonic() > deadline:
                raise Broken(f"waited {STARTING} s for {what}, in run {self.ledger.run}\n{self.gateway.last_words()}")
            waits = [asyncio.ensure_future(server.changed.wait()) for server in (self.xmpp, self.irc)]
            await asyncio.wait(waits, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    def figures(self):
        said = Counter(message.direction for message in self.ledger.said)
        lost = sum(1 for each in self.judge.violations if each.kind == "accepted and lost")
        repeated = self.judge.repeated.values()
        points = ", ".join(f"{point} {count}" for point, count in sorted(self.killed.items()))
        worst = max(self.judge.open_at_kill.values(), default=0)
        return "\n".join([
            f"messages   {sum(said.values())} said ({said[TO_IRC]} to IRC, {said[TO_XMPP]} to XMPP), "
            f"{self.accepted_rows} accepted, {self.accepted_rows / max(self.seconds, 0.1):.0f} accepted/s",
            f"kills      {sum(self.killed.values())}: {points}; {self.rests} of them at rest",
            f"lost       {lost}",
            f"duplicates {sum(repeated)}, at most {max(repeated, default=0)} a kill (open at a kill: at most {worst})",
            f"at the end {dict(self.states)}; never committed {dict(self.never_committed)}; "
            f"delivered to IRC without the sender having been told {self.not_told}",
            f"servers    {self.xmpp.stanzas} stanzas, {self.irc.lines} lines, connections {self.irc.kinds}",
        ])
