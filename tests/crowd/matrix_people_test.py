#!/usr/bin/python3
"""A thousand Matrix accounts in one room (reference: scenario 10): everybody hears at once, and goes on after the
homeserver was started again, from where they were. The servers are scripted; alone, since it takes the whole machine."""

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("live", "support", "scenarios/support")]

from matrix_crowd import PASSWORD, Crowd
from matrix_stage import speaks_matrix
from suite import Skip, run_suite

PEOPLE = 1000
SECONDS = 2    # until all have heard something
PATIENCE = 120
# Who is shown to whom is another matter: a thousand are not shown to a thousand.
NETWORK = "  presence_cap = 10\n"


async def all_hear_and_go_on(crowd):
    homeserver, server = crowd.homeserver, crowd.server
    owner = homeserver.add_user("owner")
    for number in range(PEOPLE):
        homeserver.add_user(f"member{number}", PASSWORD)
    everybody = [crowd.client(number) for number in range(PEOPLE)]
    await crowd.everybody_registers(range(PEOPLE), at_once=8)
    room = homeserver.make_room(owner.id, [f"@member{number}:hs.test" for number in range(PEOPLE)])
    await crowd.everybody_enters(range(PEOPLE), room, at_once=8)
    await crowd.everybody_polls(PEOPLE)

    async def all_are_told(text):
        begun = time.monotonic()
        homeserver.say(room, owner.id, {"msgtype": "m.text", "body": text})
        await server.all_hear(text, everybody, PATIENCE)
        return time.monotonic() - begun

    await all_are_told("good morning")    # what is made once is made
    took = await all_are_told("the kettle boils")
    print(f"{PEOPLE} people have heard it after {took:.2f} s")
    assert took < SECONDS, f"it took {took:.2f} s until {PEOPLE} people had heard it"

    asked = len(homeserver.asked)
    await homeserver.restarts()
    begun = time.monotonic()
    await all_are_told("while it was starting")
    await crowd.everybody_polls(PEOPLE, asked)
    print(f"all were back {time.monotonic() - begun:.1f} s after the restart")
    took = await all_are_told("here again")
    assert took < SECONDS, f"it took {took:.2f} s after the restart"
    for each in homeserver.asked[asked:]:
        assert not each.path.endswith("/login"), "somebody logged in again"
        assert not each.path.endswith("/sync") or "since" in each.query, "somebody began from the start"
    for text in ("good morning", "the kettle boils", "while it was starting", "here again"):
        doubled = [jid for jid in everybody if server.heard[jid, text] != 1]
        assert not doubled, f"{len(doubled)} people have heard {text!r} more than once"


def play(act):
    def test(binary):
        if not speaks_matrix(binary):
            raise Skip("this gateway was built without Matrix (-DDRAGOMAN_NETWORKS)")
        asyncio.run(perform(act, Path(binary).resolve()))

    return test


async def perform(act, binary):
    folder = tempfile.mkdtemp(prefix="dragoman-crowd-")
    crowd = Crowd(binary, Path(folder), NETWORK, tls=False)
    try:
        await crowd.opens()
        await act(crowd)
        crowd.troubles.check()
    except BaseException:
        print("\n".join(crowd.gateway.log[-30:]), file=sys.stderr)
        raise
    finally:
        await crowd.closes()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    run_suite("crowd/matrix_people", {"scripted/all_hear_and_go_on": play(all_hear_and_go_on)})
