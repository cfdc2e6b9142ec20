#!/usr/bin/python3
"""A hook in a room of Matrix: it goes there by itself, whoever moderates the room connects it, and it speaks and hears there as one account
does for all. On a scripted homeserver and on Synapse."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, XMPP_DOMAIN, play, run_suite

from matrix_world import ScriptedWorld, SynapseHouse, SynapseWorld
from webhook_rooms_test import HOOK, RoomsStage
from webhook_rooms_trouble_test import says

MATRIX_DOMAIN = f"matrix.{XMPP_DOMAIN}"
HOUSE = SynapseHouse()


class MatrixStage(RoomsStage):
    """The other network is one of Matrix; the gateway comes when the homeserver is there."""

    components = (GATEWAY_DOMAIN, MATRIX_DOMAIN)
    make_world = ScriptedWorld

    def opens(self):
        self.world = self.make_world()

    def other_network(self):
        return f"""\
[[network]]
jid = "{MATRIX_DOMAIN}"
secret = "{GATEWAY_SECRET}"
backend = "matrix"
name = "Matrix"
  [network.matrix]
  homeserver = "{self.world.url}"
  reconnect = {{ min = "200ms", max = "1s" }}
  relay = {{ user = "{self.relay}", password = "{PASSWORD}" }}
"""

    async def comes(self):
        """bob's room, where carol is too, and its address here."""
        await self.world.open()
        self.relay = (await self.world.user("relay", log_in=False)).id
        self.bob, self.carol = await self.world.user("bob"), await self.world.user("carol")
        room = await self.bob.creates_room(preset="public_chat", alias="tea", name="Tea")
        await self.carol.joins(room)
        super().opens()
        return room, f"#tea%hs.test@{MATRIX_DOMAIN}"

    async def go_home(self):
        await super().go_home()
        await self.world.close()

    async def hears(self, text, since=0):
        await self.bob.sees(text, lambda event: event["type"] == "m.room.message" and event["sender"] == self.relay
                            and text in event["content"].get("body", ""), since=since)


class SynapseStage(MatrixStage):
    @staticmethod
    def make_world():
        return SynapseWorld(HOUSE.get())


async def a_room_of_matrix_connects_it_and_hears_it(stage):
    room, address = await stage.comes()
    bob, carol = stage.bob, stage.carol
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    await alice.asks_until_answered(MATRIX_DOMAIN)
    async with stage.sink as sink:
        await stage.sends_to_sink(alice)
        since = len(alice.seen)
        await stage.says_to_service(alice, f"bind ci {address}", 'the words "ci: connect" there')
        await stage.hears("invites the hook ci into this room")
        await carol.says(room, "ci: connect")
        await stage.hears("Only who moderates this room may do that")
        await says(url, "Not yet")
        await bob.says(room, "ci: connect")
        await stage.hears("connected the hook ci")
        await stage.hears_of(alice, f"ci is in {address} now", since)
        await says(url, "The build is green")
        await stage.hears("The build is green")

        sink.plan = ['{"text": "On its way."}']
        await carol.says(room, "nice weather")
        await carol.says(room, "ci: deploy 42")
        await stage.hears("On its way.")
        await sink.has_taken(["ci: deploy 42"])
        event = sink.events[0]
        assert event["room"]["jid"] == address and event["backend"] == "matrix" and event["endpoint"] == HOOK, event
        assert event["from"]["occupant_id"] == carol.id, event

        await stage.restarts_after("On its way.")
        await alice.asks_until_answered(GATEWAY_DOMAIN)
        await says(url, "After the restart")
        await stage.hears("After the restart")

        since = len(alice.seen)
        await bob.kicks(room, stage.relay, "too loud")
        await stage.hears_of(alice, f"ci is not in {address} any more: kicked", since)
        now = bob.now()
        await stage.says_to_service(alice, f"bind ci {address}", f"ci goes to {address}")
        await stage.hears("invites the hook ci into this room", now)
        await bob.says(room, "ci: connect")
        await stage.hears("connected the hook ci", now)
        now = bob.now()
        await bob.says(room, "ci: remove")
        await stage.hears_of(alice, f"ci is not in {address} any more: removed", since)
        told = [text for text in bob.texts(room, stage.relay)]
        assert "Not yet" not in told and told.count("The build is green") == 1 and told.count("After the restart") == 1, told


if __name__ == "__main__":
    try:
        run_suite("live/webhook_matrix", {
            f"{name}/{a_room_of_matrix_connects_it_and_hears_it.__name__}": play(a_room_of_matrix_connects_it_and_hears_it, "prosody", stage,
                                                                                programs=("curl",))
            for name, stage in (("scripted", MatrixStage), ("synapse", SynapseStage))})
    finally:
        HOUSE.close()
