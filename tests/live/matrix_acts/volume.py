"""Scenario 8: more than the homeserver takes at once. Scenario 2: nothing is lost or doubled when things are killed."""

import asyncio
import random

from matrix_acts.history import all_of_it, difference
from matrix_stage import DOMAIN, only_scripted

MANY = 60
PER_SECOND = 10
NUMBERED = 200
KILLS = 10


@only_scripted("a Synapse of its own plays it: live/matrix_strict")
async def a_strict_homeserver_gets_everything_in_order(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    limiter = stage.world.homeserver.limit("message", PER_SECOND, burst=3)
    await sixty_lines_arrive(stage, alice, address, room, bob)
    # Whoever was told to wait waits: hardly more refusals than one for each pause.
    assert limiter.refusals < MANY, f"{limiter.refusals} requests were refused"


async def sixty_lines_arrive(stage, alice, address, room, bob, patience=60):
    bob.patience = patience
    since = alice.now()
    expected = [f"line {number:02}" for number in range(MANY)]
    for number, text in enumerate(expected):
        alice.send_xml(f"<message to='{address}' type='groupchat' id='many-{number}'><body>{text}</body></message>")
    me = stage.matrix_id("alice")

    async def types_with_pauses():
        """What somebody says ends their typing, maybe before anybody was told of it: so it is not done once."""
        while True:
            for state in ("composing", "paused"):
                alice.send_xml(f"<message to='{address}' type='groupchat' id='typing'>"
                               f"<{state} xmlns='http://jabber.org/protocol/chatstates'/></message>")
                await asyncio.sleep(0.2)

    typing = asyncio.create_task(types_with_pauses())
    await bob.waits_for("alice types", lambda: any(each["type"] == "m.typing" and me in each["content"]["user_ids"]
                                                   for of, each in bob.ephemeral if of == room))
    typing.cancel()
    assert len(bob.texts(room, me)) < MANY, "typing came behind all that was said"
    await bob.sees_text(expected[-1], room, me)
    assert bob.texts(room, me) == expected, difference(bob.texts(room, me), expected)
    errors = [each for each in alice.stanzas[since:] if each.get("type") == "error"]
    assert not errors, f"{len(errors)} errors came"


async def kills_lose_and_double_nothing(stage):
    """Numbered lines both ways; the gateway dies, and the homeserver is started again in between."""
    alice, address, room, (bob,) = await stage.in_a_room()
    bob.patience = alice.patience = 60
    me = stage.matrix_id("alice")
    chance = random.Random(7)
    rounds = KILLS + 2
    each_round = NUMBERED // rounds + 1
    sent, heard, number = [], [], 0
    for turn in range(rounds):
        for _ in range(each_round):
            sent.append(f"from alice {number:03}")
            heard.append(f"from bob {number:03}")
            alice.send_xml(f"<message to='{address}' type='groupchat' id='n{number}'><body>{sent[-1]}</body>"
                           f"<origin-id xmlns='urn:xmpp:sid:0' id='n{number}'/></message>")
            await bob.says(room, heard[-1])
            number += 1
        await alice.catches_up()    # from now on the gateway answers for what she said
        if turn in (2, 5):
            await stage.world.restarts()
        else:
            await asyncio.sleep(chance.random() * 0.05)    # anywhere in what it does
            await stage.gateway_is_killed()
            await stage.gateway_starts()
            await alice.asks_until_answered(DOMAIN)
            await stage.enters(alice, address)
    await bob.sees_text(sent[-1], room, me)
    await alice.sees("line", where=address, text=heard[-1])
    said = [event["content"]["body"] for event in await bob.timeline(room) if event["sender"] == me]
    assert said == sent, difference(said, sent)
    texts, _ = await all_of_it(alice, address)
    of_bob = [text for text in texts if text.startswith("from bob")]
    assert of_bob == heard, difference(of_bob, heard)
    assert len(set(texts)) == len(texts), "something is in the archive twice"


ACTS = [a_strict_homeserver_gets_everything_in_order, kills_lose_and_double_nothing]
