#!/usr/bin/python3
"""Hooks in rooms elsewhere when not all goes well: the name is taken, the room or its server is away, the gateway dies, the hook ends; and the
ways into rooms that let in only some."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, play, run_suite

from clients import CLIENT
from stanzas import is_from
from webhook_rooms_test import (HOOK, IRC_DOMAIN, IRC_ROOM, ROOM, InspircdStage, RoomsStage, comes_into, connects, invites_straight,
                                invites_through_room, lines_with)
from webhook_senders_test import edit
from webhook_test import curl

MUC_OWNER = "http://jabber.org/protocol/muc#owner"


async def makes_room(stage, owner, **settings):
    """Configures the room of which somebody is the owner; names without `muc#roomconfig_`."""
    fields = "".join(f"<field var='muc#roomconfig_{name}'><value>{value}</value></field>" for name, value in settings.items())
    answer = await owner.asks(ROOM, f"<query xmlns='{MUC_OWNER}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                              f"<value>http://jabber.org/protocol/muc#roomconfig</value></field>{fields}</x></query>", "set")
    assert answer.get("type") == "result", answer


async def says(url, text):
    status, answer = await curl(url, "-d", text)
    assert status in (200, 202), (status, answer)


async def a_room_that_shows_addresses_believes_its_owner(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await makes_room(stage, alice, whois="anyone")
    await stage.in_xmpp_room("bob")
    since = len(alice.seen)
    invites_straight(alice)    # her own hook: no bind is needed
    await alice.sees("line", where=ROOM, who="ci", text="connected the hook ci", since=since)
    await says(url, "The build is green")
    await alice.sees("line", where=ROOM, who="ci", text="The build is green")


async def a_room_for_members_lets_in_whom_it_invites(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await makes_room(stage, alice, membersonly="1")
    await comes_into(stage, alice, invites_through_room)
    await says(url, "For members only")
    await alice.sees("line", where=ROOM, who="ci", text="For members only")


async def a_room_with_a_password_tells_it(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await makes_room(stage, alice, passwordprotectedroom="1", roomsecret="teapot")
    alice.send_xml(f"<message to='{HOOK}'><x xmlns='jabber:x:conference' jid='{ROOM}' password='teapot'/></message>")
    await alice.sees("line", where=ROOM, who="ci", text="invites the hook ci")
    alice.say(ROOM, "ci: connect")
    await alice.sees("line", where=ROOM, who="ci", text="alice connected the hook ci")
    await says(url, "Behind the door")
    await alice.sees("line", where=ROOM, who="ci", text="Behind the door")
    stage.gateway.kill()
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    await says(url, "Behind it again")
    await alice.sees("line", where=ROOM, who="ci", text="Behind it again")


async def somebody_has_its_name(stage):
    alice = await stage.in_xmpp_room("alice")
    bob = await stage.xmpp("bob")
    bob.join(ROOM, "ci")
    await alice.sees("joined", where=ROOM, who="ci")
    url = await stage.makes(alice, "ci")
    await stage.says_to_service(alice, f"bind ci {ROOM}", f"invite {HOOK} into {ROOM}")
    since = len(alice.seen)
    invites_through_room(alice)
    told = await alice.sees("line", where=ROOM, text="the hook ci", since=since)
    # ejabberd tells the inviter's address, which the room hides: it may have been bob.
    if word := re.search(r'"(\S+: connect)"', told.text):
        alice.say(ROOM, word[1])
        told = await alice.sees("line", where=ROOM, text="connected the hook ci", since=since)
    assert told.who not in ("ci", "alice"), told
    await says(url, "Under another name")
    await alice.sees("line", where=ROOM, who=told.who, text="Under another name")
    alice.say(ROOM, "ci: remove")    # that is somebody else
    alice.say(ROOM, re.search(r'"(\S+: remove)"', told.text)[1])
    await stage.hears_of(alice, f"ci is not in {ROOM} any more: removed by alice", since)
    await alice.sees("left", where=ROOM, who=told.who, since=since)
    assert len(lines_with(alice, ROOM, "disconnected the hook ci")) == 1, alice.seen


async def a_new_hook_of_a_room_is_listed_and_unbound(stage):
    alice = await stage.in_xmpp_room("alice")
    said = await stage.says_to_service(alice, "register", "registered")
    said = await stage.says_to_service(alice, f"new ci auto room:{ROOM}", "/h/")
    url = re.search(r"http://\S+", said)[0]
    since = len(alice.seen)
    invites_through_room(alice)
    await alice.sees("line", where=ROOM, who="ci", text="connected the hook ci", since=since)
    await says(url, "The build is green")
    await alice.sees("line", where=ROOM, who="ci", text="The build is green")
    assert not [seen for seen in alice.seen if seen.kind == "private"], "it was made for the room alone"
    await stage.says_to_service(alice, "list", ROOM)
    since = len(alice.seen)
    await stage.says_to_service(alice, f"unbind ci {ROOM}", f"ci is not in {ROOM} any more")
    await alice.sees("left", where=ROOM, who="ci", since=since)
    await says(url, "Nobody hears it")
    await stage.says_to_service(alice, "log ci", "")
    assert not lines_with(alice, ROOM, "Nobody hears it"), alice.seen


async def a_hook_that_is_deleted_leaves(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await comes_into(stage, alice, invites_through_room)
    since = len(alice.seen)
    await stage.says_to_service(alice, "delete ci yes", "")
    await alice.sees("left", where=ROOM, who="ci", since=since)
    assert (await curl(url, "-d", "gone"))[0] == 410


async def a_banned_hook_stays_outside(stage):
    alice = await stage.in_xmpp_room("alice")
    await stage.makes(alice, "ci")
    await comes_into(stage, alice, invites_through_room)
    since = len(alice.seen)
    answer = await alice.asks(ROOM, "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                              f"<item jid='{HOOK}' affiliation='outcast'/></query>", "set")
    assert answer.get("type") == "result", answer
    await stage.hears_of(alice, f"ci is not in {ROOM} any more: banned", since)
    since = len(alice.seen)
    invites_straight(alice)
    await stage.hears_of(alice, f"ci is not in {ROOM} any more", since)


async def nothing_is_lost_while_the_gateway_is_dead(stage):
    """Killed when the request has been answered: the room hears it all the same."""
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await comes_into(stage, alice, invites_through_room)
    said = [f"line {number}" for number in range(10)]
    for text in said:
        await says(url, text)
    stage.gateway.kill()
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    for text in said:
        await alice.sees("line", where=ROOM, who="ci", text=text)


def alert_is(url, status, end):
    """What Alertmanager posts."""
    alert = {"status": status, "labels": {"alertname": "DiskFull"}, "annotations": {"summary": "The disk is full"},
             "startsAt": "2026-11-20T08:00:00Z", "endsAt": end, "fingerprint": "c0ffee"}
    group = {"version": "4", "groupKey": "{}:{alertname=DiskFull}", "status": status, "receiver": "hook", "groupLabels": alert["labels"],
             "commonLabels": alert["labels"], "commonAnnotations": {}, "externalURL": "http://localhost", "alerts": [alert]}
    return curl(f"{url}/alertmanager", "-H", "Content-Type: application/json", body=json.dumps(group).encode())


async def hears_alert(stage, alice, url):
    """The messages of the room that tell its beginning and its end."""
    def tells(stanza):
        return is_from(stanza, ROOM) and stanza.find(f"{CLIENT}body") is not None and "DiskFull" in "".join(stanza.itertext())

    await comes_into(stage, alice, invites_through_room)
    assert (await alert_is(url, "firing", "0001-01-01T00:00:00Z"))[0] in (200, 202)
    fired = await alice.gets("the alert", tells)
    since = alice.now()
    assert (await alert_is(url, "resolved", "2026-11-20T09:00:00Z"))[0] in (200, 202)
    return fired, await alice.gets("its end", tells, since)


async def the_end_of_an_alert_answers_its_beginning(stage):
    alice = await stage.in_xmpp_room("alice")
    fired, ended = await hears_alert(stage, alice, await stage.makes(alice, "ci"))
    reply = ended.find("{urn:xmpp:reply:0}reply")
    # A room without an archive names nothing.
    ids = [each.get("id") for each in fired.iterfind("{urn:xmpp:sid:0}stanza-id")] or [fired.get("id")]
    assert reply is not None and reply.get("id") in ids, (ids, reply is not None and reply.attrib)


async def the_end_of_an_alert_takes_its_place(stage):
    alice = await stage.in_xmpp_room("alice")
    url = await stage.makes(alice, "ci")
    await edit(alice, "ci", resolved="edit")
    fired, ended = await hears_alert(stage, alice, url)
    replaced = ended.find("{urn:xmpp:message-correct:0}replace")
    assert replaced is not None and replaced.get("id") == fired.get("id"), (fired.attrib, replaced is not None and replaced.attrib)


async def who_moderates_the_channel_here_need_not_say_it(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    await alice.asks_until_answered(IRC_DOMAIN)
    alice.join(IRC_ROOM, "alice")    # the first: its operator
    await alice.sees("subject", where=IRC_ROOM)
    since = len(alice.seen)
    await stage.says_to_service(alice, f"bind ci {IRC_ROOM}", f"ci goes to {IRC_ROOM}")
    await stage.hears_of(alice, f"ci is in {IRC_ROOM} now", since)
    await says(url, "The build is green")
    await alice.sees("line", where=IRC_ROOM, who="ci", text="The build is green")


async def a_kick_from_a_channel_pauses_it(stage):
    dave = await stage.irc("dave")
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    await alice.asks_until_answered(IRC_DOMAIN)
    await connects(stage, alice, dave)
    since = len(alice.seen)
    dave.send(f"KICK {CHANNEL} ci :too loud")
    await stage.hears_of(alice, f"ci is not in {IRC_ROOM} any more: kicked by dave: too loud", since)
    await says(url, "Nobody hears it")
    await alice.sees("private", who=HOOK, text="Nobody hears it")
    seen = len(dave.seen)
    await stage.says_to_service(alice, f"bind ci {IRC_ROOM}", f"ci goes to {IRC_ROOM}")
    await dave.sees("joined", where=CHANNEL, who="ci", since=seen)
    await dave.sees("notice", who="ci", text="invites the hook ci", since=seen)
    dave.say(CHANNEL, "ci: connect")
    await dave.sees("notice", who="ci", text="dave connected the hook ci", since=seen)
    await says(url, "Heard again")
    await dave.sees("line", where=CHANNEL, who="ci", text="Heard again")
    assert not lines_with(dave, CHANNEL, "Nobody hears it"), dave.seen


async def a_moderated_channel_lets_it_speak_first(stage):
    """Without a voice it cannot ask there; its owner hears what to do. Bound, it loses nothing without one."""
    dave = await stage.irc("dave")
    dave.send(f"MODE {CHANNEL} +m")
    await dave.catches_up()
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    await alice.asks_until_answered(IRC_DOMAIN)
    since = len(alice.seen)
    await stage.says_to_service(alice, f"bind ci {IRC_ROOM}", f"ci goes to {IRC_ROOM}")
    await dave.sees("joined", where=CHANNEL, who="ci")
    await stage.hears_of(alice, f"ci has no voice in {IRC_ROOM}, so that it cannot ask there", since)
    dave.send(f"MODE {CHANNEL} +v ci")
    await dave.sees("notice", who="ci", text='A moderator connects it with "ci: connect"')
    dave.say(CHANNEL, "ci: connect")
    await stage.hears_of(alice, f"ci is in {IRC_ROOM} now: dave has connected it", since)
    dave.send(f"MODE {CHANNEL} -v ci")
    await dave.catches_up()
    since, said = len(alice.seen), [f"line {number}" for number in range(5)]
    for text in said:
        await says(url, text)
    await stage.hears_of(alice, f"ci has no voice in {IRC_ROOM}: what it says there is kept", since)
    assert not lines_with(dave, CHANNEL, "line"), dave.seen
    dave.send(f"MODE {CHANNEL} +v ci")
    for text in said:
        await dave.sees("line", where=CHANNEL, who="ci", text=text)
    assert [seen.text for seen in dave.seen if seen.kind == "line" and seen.who == "ci"] == said, dave.seen


async def a_server_that_is_away_is_waited_for(stage):
    dave = await stage.irc("dave")
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    await alice.asks_until_answered(IRC_DOMAIN)
    await connects(stage, alice, dave)
    stage.irc_server.stop()
    await stage.gateway_logs("irc link lost")
    said = [f"line {number}" for number in range(5)]
    for text in said:
        await says(url, text)
    stage.irc_server.start()
    again = await stage.irc("dave")
    for text in said:
        await again.sees("line", where=CHANNEL, who="ci", text=text)
    heard = [seen.text for seen in again.seen if seen.kind == "line"]
    assert heard == said, heard


if __name__ == "__main__":
    run_suite("live/webhook_rooms_trouble", {
        **{f"{server}/{act.__name__}": play(act, server, RoomsStage, programs=("curl",))
           for server in ("prosody", "ejabberd")
           for act in (a_room_that_shows_addresses_believes_its_owner, a_room_for_members_lets_in_whom_it_invites,
                       a_room_with_a_password_tells_it, somebody_has_its_name, a_new_hook_of_a_room_is_listed_and_unbound,
                       a_hook_that_is_deleted_leaves, a_banned_hook_stays_outside, nothing_is_lost_while_the_gateway_is_dead,
                       the_end_of_an_alert_answers_its_beginning, the_end_of_an_alert_takes_its_place)},
        **{f"{name}/{act.__name__}": play(act, "prosody", stage, programs=("curl", "inspircd"))
           for name, stage in (("ngircd", RoomsStage), ("inspircd", InspircdStage))
           for act in (who_moderates_the_channel_here_need_not_say_it, a_kick_from_a_channel_pauses_it,
                       a_moderated_channel_lets_it_speak_first,
                       a_server_that_is_away_is_waited_for)}})
