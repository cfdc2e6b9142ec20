#!/usr/bin/python3
"""Hooks in rooms of other networks, on real servers: rooms of Prosody and of ejabberd, channels of ngIRCd and of InspIRCd. The room lets the
hook in, curl posts what GitHub would, the people of the room read it, and what they say to the hook is posted to a server on loopback."""

import asyncio
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, GATEWAY_SECRET, TO_NETWORK, XMPP_DOMAIN, play, run_suite

from irc_servers import Inspircd
from server import free_ports
from webhook_answers_test import Sink
from webhook_senders_test import SCHEMES, SECRET, edit
from webhook_test import HookStage, curl

HOOK = f"ci@{GATEWAY_DOMAIN}"
ROOMS = f"rooms.{XMPP_DOMAIN}"
ROOM = f"tea@{ROOMS}"
IRC_DOMAIN = f"chat.{XMPP_DOMAIN}"
IRC_ROOM = f"{CHANNEL}@{IRC_DOMAIN}"


class RoomsStage(HookStage):
    """The XMPP server has rooms; the gateway has webhooks, which may send to loopback, and a network of IRC."""

    components = (GATEWAY_DOMAIN, IRC_DOMAIN)
    prosody_extra = f'Component "{ROOMS}" "muc"\n  muc_room_locking = false\n'
    ejabberd_modules = f'  mod_muc:\n    host: "{ROOMS}"\n'

    def opens(self):
        [port] = free_ports(1)
        self.sink = Sink(port)
        super().opens(
            network=f'  outgoing = {{ allow_private = ["127.0.0.1"], allow_http = true, ports = ["{port}"] }}',
            others=self.other_network())

    def other_network(self):
        return f"""\
[[network]]
jid = "{IRC_DOMAIN}"
secret = "{GATEWAY_SECRET}"
backend = "irc"
name = "Chat"
  [network.irc]
  server = "127.0.0.1:{self.irc_server.port}"
  tls = false
  flood = false
  reconnect = {{ min = "200ms", max = "1s" }}
"""

    async def makes_github_hook(self, person):
        """Its address; it wants GitHub's signature."""
        url = await self.makes(person, "ci", "github")
        await edit(person, "ci", signature="github", secret=SECRET)
        return url

    async def says_to_service(self, person, text, answer):
        since = len(person.seen)
        person.tell(GATEWAY_DOMAIN, text)
        return (await person.sees("notice", who=GATEWAY_DOMAIN, text=answer, since=since)).text

    async def sends_to_sink(self, person):
        await self.says_to_service(person, "answers ci", "Address")
        said = await self.says_to_service(person, f"http://127.0.0.1:{self.sink.port}/in", "")
        for _ in range(20):
            if found := re.search(r"whsec_\S+", said):
                self.sink.secret = found[0]
                return
            said = await self.says_to_service(person, "-", "")
        raise AssertionError(f"no secret came, but: {said}")

    async def in_xmpp_room(self, name):
        person = await self.xmpp(name)
        since = len(person.seen)
        person.join(ROOM, name)
        await person.sees("subject", where=ROOM, since=since)
        return person

    async def hears_of(self, owner, text, since):
        """What the owner is told about the hook, by the service."""
        await owner.sees("notice", who=GATEWAY_DOMAIN, text=text, since=since)

    async def restarts_after(self, text):
        """When the room is known to have that: what was still on its way would be said again."""
        for _ in range(200):
            if any(text in row["content"] and row["state"] == DELIVERED for row in self.rows(f"direction = {TO_NETWORK}")):
                break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError(f"it is not known whether the room has {text!r}: {self.rows()}")
        self.gateway.stop()
        self.gateway.start()


class InspircdStage(RoomsStage):
    """With another server of IRC."""

    def opens(self):
        self.irc_server = self.stack.add(Inspircd(self.stack.folder_for("inspircd")))
        super().opens()


async def pushes(url, message, signs=SCHEMES["github"]):
    """The status of what GitHub would be told."""
    push = {"ref": "refs/heads/main", "repository": {"full_name": "tea/pot", "html_url": "https://github.com/tea/pot"},
            "pusher": {"name": "bob"}, "sender": {"login": "bob"}, "compare": "https://github.com/tea/pot/compare/a...b",
            "commits": [{"id": "abcdef1234567890", "message": message, "author": {"name": "bob"},
                         "url": "https://github.com/tea/pot/commit/abcdef1"}]}
    body = json.dumps(push).encode()
    headers = {"Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": message, **signs(body)}
    return (await curl(url, *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")), body=body))[0]


def invites_through_room(person):
    person.send_xml(f"<message to='{ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='{HOOK}'/></x></message>")


def invites_straight(person):
    person.send_xml(f"<message to='{HOOK}'><x xmlns='jabber:x:conference' jid='{ROOM}'/></message>")


def kicks(person, nickname):
    person.send_xml(f"<iq type='set' id='kick' to='{ROOM}'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                    f"<item nick='{nickname}' role='none'><reason>too loud</reason></item></query></iq>")


def lines_with(person, where, text):
    """Who said such a line there, as often as it was heard."""
    return [seen.who for seen in person.seen if seen.kind == "line" and seen.where == where and text in seen.text]


async def comes_into(stage, owner, invites):
    """The only one in the room is its owner and the hook's: the invitation that the room passes on is enough."""
    await stage.says_to_service(owner, f"bind ci {ROOM}", f"invite {HOOK} into {ROOM}")
    since = len(owner.seen)
    invites(owner)
    await owner.sees("line", where=ROOM, who="ci", text="connected the hook ci", since=since)
    await stage.hears_of(owner, f"ci is in {ROOM} now", since)


async def a_room_hears_the_hook_that_it_invited(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes_github_hook(alice)
    await comes_into(stage, alice, invites_through_room)
    bob = await stage.in_xmpp_room("bob")
    assert await pushes(url, "Warm the pot first") in (200, 202)
    assert await pushes(url, "Warm the pot first") in (200, 202)    # GitHub delivers it again
    assert await pushes(url, "Forged", signs=lambda body: {"X-Hub-Signature-256": "sha256=" + "0" * 64}) == 401
    assert await pushes(url, "Pour it slowly") in (200, 202)
    for person in (alice, bob):
        await person.sees("line", where=ROOM, who="ci", text="Pour it slowly")
        assert lines_with(person, ROOM, "Warm the pot first") == ["ci"], person.seen
        assert not lines_with(person, ROOM, "Forged"), person.seen


async def a_kick_pauses_it_and_an_invitation_brings_it_back(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes_github_hook(alice)
    await comes_into(stage, alice, invites_through_room)
    since = len(alice.seen)
    kicks(alice, "ci")
    await alice.sees("left", where=ROOM, who="ci", since=since)
    await stage.hears_of(alice, f"ci is not in {ROOM} any more: kicked", since)
    assert await pushes(url, "Nobody hears it") in (200, 202)
    await alice.sees("private", who=HOOK, text="Nobody hears it")    # as its owner alone

    # An invitation that does not come through the room proves nothing where the room hides addresses.
    since = len(alice.seen)
    invites_straight(alice)
    await alice.sees("line", where=ROOM, who="ci", text='A moderator connects it with "ci: connect"', since=since)
    assert await pushes(url, "Not yet") in (200, 202)
    await alice.sees("private", who=HOOK, text="Not yet")
    alice.say(ROOM, "ci: connect")
    await alice.sees("line", where=ROOM, who="ci", text="alice connected the hook ci", since=since)
    await stage.hears_of(alice, f"ci is in {ROOM} now: alice has connected it", since)
    assert await pushes(url, "Heard again") in (200, 202)
    await alice.sees("line", where=ROOM, who="ci", text="Heard again")

    await stage.restarts_after("Heard again")
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    assert await pushes(url, "After the restart") in (200, 202)
    await alice.sees("line", where=ROOM, who="ci", text="After the restart")
    for text, times in (("Nobody hears it", 0), ("Not yet", 0), ("Heard again", 1), ("After the restart", 1)):
        assert lines_with(alice, ROOM, text) == ["ci"] * times, (text, alice.seen)
    assert len(lines_with(alice, ROOM, "connected the hook ci")) == 2, alice.seen

    since = len(alice.seen)
    alice.say(ROOM, "ci: remove")
    await alice.sees("left", where=ROOM, who="ci", since=since)
    await stage.hears_of(alice, f"ci is not in {ROOM} any more: removed by alice", since)


async def who_does_not_decide_connects_nothing(stage):
    """Alice owns the room; the hook is bob's, who invites it: it may be anybody's invitation."""
    alice, bob = await stage.in_xmpp_room("alice"), await stage.in_xmpp_room("bob")
    url = await stage.makes_github_hook(bob)
    await stage.says_to_service(bob, f"bind ci {ROOM}", f"invite {HOOK} into {ROOM}")
    since = len(bob.seen)
    invites_straight(bob)
    await bob.sees("line", where=ROOM, who="ci", text="invites the hook ci", since=since)
    bob.say(ROOM, "ci: connect")
    await bob.sees("line", where=ROOM, who="ci", text="Only who moderates this room may do that", since=since)
    assert await pushes(url, "Not yet") in (200, 202)
    await bob.sees("private", who=HOOK, text="Not yet")
    alice.say(ROOM, "ci: connect")
    await stage.hears_of(bob, f"ci is in {ROOM} now: alice has connected it", since)
    assert await pushes(url, "Now") in (200, 202)
    await alice.sees("line", where=ROOM, who="ci", text="Now")
    assert not lines_with(alice, ROOM, "Not yet"), alice.seen


async def what_is_said_to_it_is_posted_and_answered(stage):
    alice = await stage.in_xmpp_room("alice")
    await stage.makes(alice, "ci")
    async with stage.sink as sink:
        await stage.sends_to_sink(alice)
        await comes_into(stage, alice, invites_through_room)
        bob = await stage.in_xmpp_room("bob")
        sink.plan = ['{"text": "On its way."}']
        bob.say(ROOM, "nice weather")
        bob.say(ROOM, "ci: deploy 42")
        for person in (alice, bob):
            await person.sees("line", where=ROOM, who="ci", text="On its way.")
        await sink.has_taken(["ci: deploy 42"])
        event = sink.events[0]
        assert event["room"]["jid"] == ROOM and event["kind"] == "groupchat" and event["backend"] == "xmpp", event
        assert event["from"]["nick"] == "bob" and event["endpoint"] == HOOK, event
        assert lines_with(bob, ROOM, "On its way.") == ["ci"], bob.seen


async def connects(stage, owner, operator):
    await stage.says_to_service(owner, f"bind ci {IRC_ROOM}", f"ci goes to {IRC_ROOM}")
    await operator.sees("joined", where=CHANNEL, who="ci")
    await operator.sees("notice", who="ci", text='A moderator connects it with "ci: connect"')
    since = len(owner.seen)
    operator.say(CHANNEL, "ci: connect")
    await operator.sees("notice", who="ci", text=f"{operator.name} connected the hook ci")
    await stage.hears_of(owner, f"ci is in {IRC_ROOM} now: {operator.name} has connected it", since)


async def a_channel_connects_it_and_hears_it(stage):
    dave, erin = await stage.irc("dave"), await stage.irc("erin")    # who comes first is the operator
    alice = await stage.xmpp("alice")
    url = await stage.makes_github_hook(alice)
    await alice.asks_until_answered(IRC_DOMAIN)
    await stage.says_to_service(alice, f"bind ci {IRC_ROOM}", f"ci goes to {IRC_ROOM}")
    await erin.sees("notice", who="ci", text="invites the hook ci into this room")
    erin.say(CHANNEL, "ci: connect")
    await erin.sees("notice", who="ci", text="Only who moderates this room may do that")
    assert await pushes(url, "Not yet") in (200, 202)
    await alice.sees("private", who=HOOK, text="Not yet")
    dave.say(CHANNEL, "ci: connect")
    await dave.sees("notice", who="ci", text="dave connected the hook ci")
    assert await pushes(url, "Warm the pot first") in (200, 202)
    for person in (dave, erin):
        await person.sees("line", where=CHANNEL, who="ci", text="Warm the pot first")

    await stage.restarts_after("Warm the pot first")
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    assert await pushes(url, "After the restart") in (200, 202)
    await dave.sees("line", where=CHANNEL, who="ci", text="After the restart")
    for text, times in (("Not yet", 0), ("Warm the pot first", 1), ("After the restart", 1)):
        assert lines_with(dave, CHANNEL, text) == ["ci"] * times, (text, dave.seen)

    since, seen = len(alice.seen), len(dave.seen)
    dave.say(CHANNEL, "ci: remove")
    await dave.sees("notice", who="ci", text="dave disconnected the hook ci", since=seen)
    await stage.hears_of(alice, f"ci is not in {IRC_ROOM} any more: removed by dave", since)
    await dave.sees("left", who="ci", since=seen)
    assert await pushes(url, "Nobody hears it") in (200, 202)
    await alice.sees("private", who=HOOK, text="Nobody hears it")
    await dave.catches_up()
    assert not lines_with(dave, CHANNEL, "Nobody hears it"), dave.seen


async def what_a_channel_says_to_it_is_posted_and_answered(stage):
    dave = await stage.irc("dave")
    alice = await stage.xmpp("alice")
    await stage.makes(alice, "ci")
    await alice.asks_until_answered(IRC_DOMAIN)
    async with stage.sink as sink:
        await stage.sends_to_sink(alice)
        await connects(stage, alice, dave)
        sink.plan = ['{"text": "On its way."}']
        dave.say(CHANNEL, "nice weather")
        dave.say(CHANNEL, "ci: deploy 42")
        await dave.sees("line", where=CHANNEL, who="ci", text="On its way.")
        await sink.has_taken(["ci: deploy 42"])
        event = sink.events[0]
        assert event["room"]["jid"] == IRC_ROOM and event["kind"] == "groupchat" and event["backend"] == "irc", event
        assert event["from"]["nick"] == "dave" and event["from"]["jid"] == f"dave@{IRC_DOMAIN}", event


if __name__ == "__main__":
    run_suite("live/webhook_rooms", {
        **{f"{server}/{act.__name__}": play(act, server, RoomsStage, programs=("curl",))
           for server in ("prosody", "ejabberd")
           for act in (a_room_hears_the_hook_that_it_invited, a_kick_pauses_it_and_an_invitation_brings_it_back,
                       who_does_not_decide_connects_nothing, what_is_said_to_it_is_posted_and_answered)},
        **{f"{server}/{name}/{act.__name__}": play(act, server, stage, programs=("curl", "inspircd"))
           for server in ("prosody", "ejabberd")
           for name, stage in (("ngircd", RoomsStage), ("inspircd", InspircdStage))
           for act in (a_channel_connects_it_and_hears_it, what_a_channel_says_to_it_is_posted_and_answered)}})
