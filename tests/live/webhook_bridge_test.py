#!/usr/bin/python3
"""A hook in a bridge, on real servers: what a program posts is read in the XMPP room and in the channel of IRC that the bridge ties together,
what is said in either is posted, and what the other side answers is read in both; over a kill -9, a restart and the leave of the operator."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, XMPP_DOMAIN, play, run_suite

from webhook_rooms_test import IRC_DOMAIN, IRC_ROOM, ROOM, InspircdStage, RoomsStage, lines_with
from webhook_test import curl


def with_bridge(stage):
    """A stage of hooks whose gateway ties a room and a channel together, and takes the hooks of everybody on the XMPP server."""

    class BridgedStage(stage):
        hooks = f'["{XMPP_DOMAIN}"]'

        def other_network(self):
            return super().other_network() + f"""\
[[bridge]]
name = "dev"
hooks = {self.hooks}
  [[bridge.leg]]
  room = "{IRC_ROOM}"
  nick = "relay"
  [[bridge.leg]]
  room = "{ROOM}"
  via = "{IRC_DOMAIN}"
  nick = "relay"
"""

    return BridgedStage


class ClosedStage(with_bridge(RoomsStage)):
    """The operator lets nobody bring hooks."""

    hooks = "[]"


async def everybody_is_there(stage):
    """Dave in the channel, alice in the room and her hook in the bridge; its address."""
    dave = await stage.irc("dave")
    alice = await stage.in_xmpp_room("alice")
    for room in (IRC_ROOM, ROOM):
        await stage.gateway_logs("leg of a bridge", room, "joined")
    url = await stage.makes(alice, "ci")
    await stage.says_to_service(alice, "bind ci bridge:dev", "ci speaks in all rooms of the bridge dev now")
    await dave.sees("notice", who="relay", text="the hook ci speaks in the rooms of this bridge from now on")
    await alice.sees("line", where=ROOM, text="the hook ci speaks in the rooms of this bridge from now on")
    return dave, alice, url


async def says(url, text):
    status, answer = await curl(url, "-d", text)
    assert status in (200, 202), (status, answer)


async def its_rooms_hear_the_hook(stage):
    dave, alice, url = await everybody_is_there(stage)
    await says(url, "The build is green")
    await dave.sees("line", where=CHANNEL, who="relay", text="<ci> The build is green")
    await alice.sees("line", where=ROOM, who="ci", text="The build is green")
    status, _ = await curl(f"{url}/slack", "-H", "Content-Type: application/json", body=b'{"text": "deployed", "username": "deployer"}')
    assert status == 200
    await dave.sees("line", where=CHANNEL, who="relay", text="<deployer> deployed")
    await alice.sees("line", where=ROOM, text="deployed")
    dave.say(CHANNEL, "well done")
    await alice.sees("line", where=ROOM, who="dave", text="well done")
    for text in ("The build is green", "deployed"):
        assert len(lines_with(dave, CHANNEL, text)) == len(lines_with(alice, ROOM, text)) == 1, (dave.seen, alice.seen)


async def what_its_rooms_say_is_posted_and_answered(stage):
    async with stage.sink as sink:
        dave, alice, _ = await everybody_is_there(stage)
        await stage.sends_to_sink(alice)
        sink.plan = ['{"text": "On its way."}']
        dave.say(CHANNEL, "deploy 42")
        await dave.sees("line", where=CHANNEL, who="relay", text="On its way.")
        await alice.sees("line", where=ROOM, who="ci", text="On its way.")
        alice.say(ROOM, "thanks")
        await sink.has_taken(["deploy 42", "thanks"])
        assert [event["from"]["nick"] for event in sink.events] == ["dave", "alice"], sink.events
        assert all(event["kind"] == "groupchat" and event["from"]["jid"] is None for event in sink.events), sink.events


async def it_is_there_again_after_kill_9(stage):
    dave, alice, url = await everybody_is_there(stage)
    said = [f"line {number}" for number in range(10)]
    for text in said:
        await says(url, text)
    stage.gateway.kill()
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    await says(url, "after it")
    for text in (*said, "after it"):
        await dave.sees("line", where=CHANNEL, who="relay", text=text)
        await alice.sees("line", where=ROOM, text=text)


async def it_leaves_when_its_owner_says_so(stage):
    dave, alice, url = await everybody_is_there(stage)
    await stage.says_to_service(alice, "list", "bridge:dev (bound)")
    await stage.says_to_service(alice, "unbind ci bridge:dev", "ci is not in bridge:dev any more")
    await says(url, "Nobody hears it")
    dave.say(CHANNEL, "quiet here")
    await alice.sees("line", where=ROOM, who="dave", text="quiet here")
    assert not lines_with(dave, CHANNEL, "Nobody hears it") and not lines_with(alice, ROOM, "Nobody hears it"), (dave.seen, alice.seen)


async def who_is_not_named_brings_none(stage):
    alice = await stage.xmpp("alice")
    await stage.makes(alice, "ci")
    await stage.says_to_service(alice, "bind ci bridge:tea", 'There is no bridge "tea".')
    await stage.says_to_service(alice, "cancel", "")
    await stage.says_to_service(alice, "bind ci bridge:dev", "The bridge dev takes no hooks of yours")


if __name__ == "__main__":
    run_suite("live/webhook_bridge", {
        **{f"{server}/{name}/{act.__name__}": play(act, server, with_bridge(stage), programs=("curl", "inspircd"))
           for server, name, stage in (("prosody", "ngircd", RoomsStage), ("ejabberd", "inspircd", InspircdStage))
           for act in (its_rooms_hear_the_hook, what_its_rooms_say_is_posted_and_answered, it_is_there_again_after_kill_9,
                       it_leaves_when_its_owner_says_so)},
        "prosody/who_is_not_named_brings_none": play(who_is_not_named_brings_none, "prosody", ClosedStage, programs=("curl",))})
