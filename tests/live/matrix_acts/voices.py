"""A bridge on a homeserver that the gateway is an application service of: people of the other rooms are users there."""

import signal

from matrix_stage import DOMAIN, at_gateway
from matrix_user import V3, path
from stack import GATEWAY_DOMAIN

BOT = "@_xmpp_=40dev:hs.test"    # who has no JID (GhostNames::ghost_of)
CAROL = f"@_xmpp_{GATEWAY_DOMAIN}/carol:hs.test"


def voice_of(host):
    """As whom somebody of one room of Matrix speaks in another one."""
    return f"@_xmpp_{DOMAIN}/{host.localpart}=25hs.test:hs.test"


async def tea_party(stage, *guests, bridge=""):
    """carol on IRC, and bob and each guest in a room of their own on Matrix, all of them bridged; carol, and each with
    their room's id."""
    hosts, aliases, rooms = [], [], []
    for name in ("bob", *guests):
        host = await stage.matrix(name)
        host.patience = 30
        hosts.append(host)
        aliases.append(f"tea-of-{name}-{stage.number}")
        rooms.append(await host.creates_room(preset="public_chat", alias=aliases[-1], name=f"Tea of {name}"))
    carol = await stage.becomes_a_bridging_service(*(f"#{alias}" for alias in aliases), bridge=bridge)
    for host, room in zip(hosts, rooms):
        await host.sees_member(room, BOT, "join")
    return carol, *zip(hosts, rooms)


async def carol_hears(carol, text, since=0):
    return await carol.sees("line", where="#tea", who="dev", text=text, since=since)


def lines(carol):
    return [each.text for each in carol.seen if each.kind == "line" and each.who == "dev"]


async def relates(host, room, sender, kind, since):
    return await host.sees(f"{kind} of {sender}", lambda event: event["sender"] == sender
                           and event["content"].get("m.relates_to", {}).get("rel_type") == kind, room, since)


async def who_speaks_is_a_user_of_their_own(stage):
    """With the name from the other side and none in front of a text; nothing comes round, and nobody hears that they
    came."""
    carol, (bob, room) = await tea_party(stage, bridge='status = "summary"')
    carol.say("#tea", "line 0")
    await bob.sees_text("line 0", room, CAROL)
    names = {ident: member.get("displayname") for ident, member in (await bob.members(room)).items()}
    assert (names[CAROL], names[BOT]) == ("carol", "dev"), names
    for number in range(1, 5):
        carol.say("#tea", f"line {number}")
        await bob.says(room, f"answer {number}")
    await bob.sees_text("line 4", room, CAROL)
    await carol_hears(carol, f"<{bob.localpart}> answer 4")
    assert bob.texts(room, CAROL) == [f"line {n}" for n in range(5)], bob.texts(room)
    assert bob.texts(room, BOT) == [], bob.texts(room, BOT)
    assert lines(carol) == [f"<{bob.localpart}> answer {n}" for n in range(1, 5)], lines(carol)


async def what_is_about_a_message_is_of_who_said_it(stage):
    """From one room of Matrix to another one of the same homeserver: an edit, a reaction, a reply, a retraction; the
    gateway is killed in between."""
    _, (bob, here), (erin, there) = await tea_party(stage, "erin")
    bobs_voice, erins_voice = voice_of(bob), voice_of(erin)
    original, doomed = await bob.says(here, "teh tea"), await bob.says(here, "nonsense")
    told = await erin.sees_text("teh tea", there, bobs_voice)
    told_nonsense = await erin.sees_text("nonsense", there, bobs_voice)
    await stage.gateway_is_killed()
    await stage.gateway_starts()

    since = erin.now()
    await bob.edits(here, original, "the tea")
    edit = await relates(erin, there, bobs_voice, "m.replace", since)
    assert edit["content"]["m.relates_to"]["event_id"] == told["event_id"], edit["content"]
    assert edit["content"]["m.new_content"]["body"] == "the tea", edit["content"]
    await bob.reacts(here, original, "\N{TEACUP WITHOUT HANDLE}")
    reaction = await relates(erin, there, bobs_voice, "m.annotation", since)
    assert reaction["content"]["m.relates_to"]["event_id"] == told["event_id"], reaction["content"]
    await bob.redacts(here, doomed)
    await erin.sees("a redaction", lambda event: event["type"] == "m.room.redaction" and event["sender"] == bobs_voice
                    and told_nonsense["event_id"] in (event.get("redacts"), event["content"].get("redacts")), there)
    since = bob.now()
    await erin.replies(there, told["event_id"], "with milk")
    reply = await bob.sees("the answer", lambda event: event["sender"] == erins_voice
                           and event["content"].get("body", "").endswith("with milk"), here, since)
    assert reply["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == original, reply["content"]
    assert erin.texts(there, BOT) == [], erin.texts(there)


async def the_bot_invites_them_where_it_has_to(stage):
    carol, (bob, room) = await tea_party(stage)
    # In a public room of Synapse only a moderator may invite.
    await bob.sets_level(room, BOT, 50)
    await bob.sets_state(room, "m.room.join_rules", {"join_rule": "invite"})
    carol.say("#tea", "may I?")
    await bob.sees_text("may I?", room, CAROL)


async def who_is_thrown_out_is_spoken_for(stage):
    carol, (bob, room) = await tea_party(stage)
    carol.say("#tea", "one")
    await bob.sees_text("one", room, CAROL)
    since = bob.now()
    await bob.kicks(room, CAROL)
    await bob.sees_member(room, CAROL, "leave", since)
    carol.say("#tea", "two")
    await bob.sees_text("**carol**: two", room, BOT)


async def who_is_banned_is_not_heard(stage):
    carol, (bob, room), (erin, there) = await tea_party(stage, "erin")
    carol.say("#tea", "one")
    await bob.sees_text("one", room, CAROL)
    await bob.bans(room, CAROL, "enough")
    await carol.sees("notice", who="dev", text=f"carol is banned from #tea-of-bob-{stage.number}%hs.test@{DOMAIN} and is not "
                     "heard there any more: enough")
    carol.say("#tea", "two")
    await erin.sees_text("two", there, CAROL)
    await erin.says(there, "the end")
    await bob.sees_text("the end", room, voice_of(erin))
    assert not any("two" in text for text in bob.texts(room)), bob.texts(room)


async def they_can_be_written_to(stage):
    """A direct chat with carol's user reaches her through the bot on IRC, and what she answers comes from her user."""
    carol, (bob, room) = await tea_party(stage)
    carol.say("#tea", "one")
    await bob.sees_text("one", room, CAROL)
    chat = await bob.creates_room(direct=True, invite=[CAROL])
    await bob.sees_member(chat, CAROL, "join")
    await bob.says(chat, "psst")
    heard = await carol.sees("private", who="dev")
    assert heard.text.startswith(f"<{bob.localpart} in ") and heard.text.endswith("> psst"), heard
    carol.say("dev", "yes?")
    await bob.sees_text("yes?", chat, CAROL)
    assert not any("psst" in each for each in lines(carol)), lines(carol)


async def any_alias_names_the_room(stage):
    """The leg names one that is not the canonical alias."""
    bob = await stage.matrix("bob")
    bob.patience = 30
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    await bob.asks("PUT", f"{V3}/directory/room/{path(f'#other-{stage.number}:hs.test')}", {"room_id": room})
    alice = await stage.matrix("alice")
    await alice.joins(room)
    carol = await stage.becomes_a_bridging_service(f"#other-{stage.number}")
    await bob.sees_member(room, BOT, "join")
    carol.say("#tea", "one")
    await bob.sees_text("one", room, CAROL)
    await bob.says(room, "two")
    await carol_hears(carol, f"<{bob.localpart}> two")


async def an_upgraded_room_is_followed(stage):
    carol, (bob, room) = await tea_party(stage)
    carol.say("#tea", "one")
    await bob.sees_text("one", room, CAROL)
    newer = await bob.upgrades(room, "10")
    await bob.sees_member(newer, BOT, "join")
    carol.say("#tea", "two")
    await bob.sees_text("two", newer, CAROL)
    await bob.says(newer, "three")
    await carol_hears(carol, f"<{bob.localpart}> three")


def takes_away(stage, alias):
    """The bridge has this room no more in its configuration."""
    file = stage.gateway.configuration
    with_it, leg = file.read_text(), f'  [[bridge.leg]]\n  room = "{at_gateway(alias)}"\n'
    assert leg in with_it, with_it
    file.write_text(with_it.replace(leg, ""))


async def they_leave_a_room_that_is_taken_away(stage):
    """And stay in the other one."""
    carol, (bob, here), (erin, there) = await tea_party(stage, "erin")
    carol.say("#tea", "one")
    await bob.sees_text("one", here, CAROL)
    await erin.sees_text("one", there, CAROL)
    await erin.says(there, "two")
    await bob.sees_text("two", here, voice_of(erin))
    since = bob.now()
    takes_away(stage, f"#tea-of-bob-{stage.number}:hs.test")
    stage.gateway.process.send_signal(signal.SIGHUP)
    for voice in (CAROL, voice_of(erin)):
        await bob.sees_member(here, voice, "leave", since)
    carol.say("#tea", "three")
    await erin.sees_text("three", there, CAROL)
    members = await erin.members(there)
    assert members[CAROL]["membership"] == "join", members


async def they_leave_a_room_that_was_taken_away_meanwhile(stage):
    carol, (bob, here), (erin, there) = await tea_party(stage, "erin")
    carol.say("#tea", "one")
    await bob.sees_text("one", here, CAROL)
    await erin.sees_text("one", there, CAROL)
    await stage.gateway_is_killed()
    since = bob.now()
    takes_away(stage, f"#tea-of-bob-{stage.number}:hs.test")
    await stage.gateway_starts()
    await bob.sees_member(here, CAROL, "leave", since)
    carol.say("#tea", "two")
    await erin.sees_text("two", there, CAROL)


ACTS = (who_speaks_is_a_user_of_their_own, what_is_about_a_message_is_of_who_said_it,
        the_bot_invites_them_where_it_has_to, who_is_thrown_out_is_spoken_for, who_is_banned_is_not_heard,
        they_can_be_written_to, any_alias_names_the_room, an_upgraded_room_is_followed, they_leave_a_room_that_is_taken_away,
        they_leave_a_room_that_was_taken_away_meanwhile)
