#!/usr/bin/python3
"""Many Matrix accounts in one room (reference: scenario 10): everybody hears at once, and goes on after the homeserver
was started again, from where they were. Who is in the room is asked once for all of them (decision 0136). A thousand on
a scripted homeserver; a real one would take longer to make them than all the rest. Alone, since they take the whole
machine."""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("live", "support", "scenarios/support")]

from homeserver import Homeserver
from matrix_crowd import PASSWORD, Crowd
from matrix_season import speaks_matrix
from matrix_user import MatrixUser
from matrix_world import SynapseHouse
from suite import Skip, run_suite

SECONDS = 2    # of the gateway's work until all have heard something; it has one thread for that
MIB = 100      # of memory, for the thousand
READS = 3      # of who is in the room: once, and again when for a moment nobody followed it
PATIENCE = 120    # the servers are Python, and take most of the time that passes
# Who is shown to whom is another matter: not all are shown to all.
NETWORK = "  presence_cap = 10\n"


class ScriptedParty:
    people = 1000

    def __init__(self):
        self.homeserver = Homeserver()
        self.homeserver.presence_is_on = False    # as large ones have it: each change would go to everybody

    @property
    def url(self):
        return self.homeserver.url

    @property
    def asked(self):
        return self.homeserver.asked

    async def opens(self):
        await self.homeserver.open()
        self.owner = self.homeserver.add_user("owner")
        for number in range(self.people):
            self.homeserver.add_user(f"member{number}", PASSWORD)

    async def makes_room(self):
        return self.homeserver.make_room(self.owner.id, [f"@member{number}:hs.test" for number in range(self.people)])

    def check(self, crowd, room):
        """What all of it has cost."""
        reads = [each.path for each in self.homeserver.asked
                 if room in unquote(each.path) and each.path.endswith(("/members", "/state"))]
        memory = crowd.memory() / 1024
        print(f"the room was read {len(reads)} times, the gateway has {memory:.0f} MiB", flush=True)
        assert 1 <= len(reads) <= READS, f"{self.people} people have had the room read {len(reads)} times"
        assert memory <= MIB, f"{memory:.0f} MiB for {self.people} people in one room"

    async def says(self, room, text):
        self.homeserver.say(room, self.owner.id, {"msgtype": "m.text", "body": text})

    async def restarts(self, crowd):
        """When everybody has come back: from where they were, and without a login."""
        asked = len(self.homeserver.asked)
        await self.homeserver.restarts()
        await crowd.everybody_polls(self.people, asked)
        for each in self.homeserver.asked[asked:]:
            assert not each.path.endswith("/login"), "somebody logged in again"
            assert not each.path.endswith("/sync") or "since" in each.query, "somebody began from the start"

    async def closes(self):
        await self.homeserver.close()


class SynapseParty:
    people = 30

    def __init__(self):
        self.house = SynapseHouse()

    @property
    def url(self):
        return self.synapse.url

    async def opens(self):
        self.synapse = self.house.get()
        for name in ("owner", *(f"member{number}" for number in range(self.people))):
            await self.synapse.register(name, PASSWORD)
        self.owner = MatrixUser(self.url, "@owner:hs.test")
        await self.owner.log_in(PASSWORD, sync=False)

    async def makes_room(self):
        """Whoever enters it over XMPP joins it."""
        return await self.owner.creates_room(preset="public_chat", name="Hall")

    async def says(self, room, text):
        await self.owner.says(room, text)

    def check(self, _, __):
        """What Synapse is asked is not seen; it is counted on the scripted one."""

    async def restarts(self, _):
        self.synapse.stop()
        self.synapse.start()

    async def closes(self):
        self.house.close()


async def all_hear_and_go_on(crowd, party):
    everybody = [crowd.client(number) for number in range(party.people)]
    begun = time.monotonic()
    await crowd.everybody_registers(range(party.people), at_once=8)
    room = await party.makes_room()
    registered = time.monotonic()
    await crowd.everybody_enters(range(party.people), room, at_once=8)
    print(f"{party.people} people have registered in {registered - begun:.1f} s and entered in "
          f"{time.monotonic() - registered:.1f} s", flush=True)

    async def all_are_told(text):
        begun, used = time.monotonic(), crowd.processor_time()
        await party.says(room, text)
        await crowd.server.all_hear(text, everybody, PATIENCE)
        used = crowd.processor_time() - used
        print(f"{len(everybody)} people have heard {text!r} after {time.monotonic() - begun:.2f} s, "
              f"{used:.2f} s of them the gateway's work", flush=True)
        return used

    await all_are_told("good morning")    # what is made once is made
    used = await all_are_told("the kettle boils")
    assert used < SECONDS, f"it was {used:.2f} s of work until {len(everybody)} people had heard it"
    await party.restarts(crowd)
    await all_are_told("here again")
    used = await all_are_told("tea is ready")
    assert used < SECONDS, f"it was {used:.2f} s of work after the restart"
    party.check(crowd, room)
    for text in ("good morning", "the kettle boils", "here again", "tea is ready"):
        doubled = [jid for jid in everybody if crowd.server.heard[jid, text] != 1]
        assert not doubled, f"{len(doubled)} people have heard {text!r} more than once"


def play(act, make_party):
    def test(binary):
        if not speaks_matrix(binary):
            raise Skip("this gateway was built without Matrix (-DDRAGOMAN_NETWORKS)")
        asyncio.run(perform(act, Path(binary).resolve(), make_party()))

    return test


async def perform(act, binary, party):
    folder = tempfile.mkdtemp(prefix="dragoman-crowd-")
    crowd = Crowd(binary, Path(folder), party, NETWORK)
    try:
        await party.opens()
        await crowd.opens()
        await act(crowd, party)
        crowd.troubles.check()
    except BaseException:
        print("\n".join(crowd.gateway.log[-30:]), file=sys.stderr)
        raise
    finally:
        await crowd.closes()
        await party.closes()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run_suite("crowd/matrix_people", {"scripted/all_hear_and_go_on": play(all_hear_and_go_on, ScriptedParty),
                                      "synapse/all_hear_and_go_on": play(all_hear_and_go_on, SynapseParty)})
