"""What dies and comes back: the gateway, the IRC server, the XMPP server. People stay in their rooms, nothing is said
twice, nobody is asked for a subscription, and one line tells how long it was (issue point 6)."""

import re

from acts.contacts import CAROL, presences, shows, subscribes
from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, QUEUED, ROOM
from stanzas import CLIENT, describe, is_from, text_of

MILK = f"#milk@{GATEWAY_DOMAIN}"
TIMES = re.compile(r"\b\d+ (s|min|h)\b|from \d\d:\d\d.* to \d\d:\d\d")    # how long it was, or from when to when


def texts(person, room=ROOM, since=0):
    """What people said in a room, without what the room itself says."""
    return [text_of(stanza, f"{CLIENT}body") for stanza in person.stanzas[since:]
            if is_from(stanza, room) and stanza.get("type") == "groupchat" and "/" in stanza.get("from")
            and stanza.find(f"{CLIENT}body") is not None]


def status_lines(person, room=ROOM, since=0):
    """What the room itself says."""
    return [text_of(stanza, f"{CLIENT}body") for stanza in person.stanzas[since:]
            if stanza.get("from") == room and stanza.get("type") == "groupchat"
            and stanza.find(f"{CLIENT}body") is not None]


async def in_two_rooms(stage):
    """alice in both, bob in one; carol, a contact of alice, watches both from IRC."""
    carol = await stage.irc("carol")
    carol.join("#milk")
    await carol.sees("joined", where="#milk", who="carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    alice.join(MILK, "alice")
    await alice.sees("subject", where=MILK)
    since = await subscribes(stage, alice, CAROL)
    await shows(alice, CAROL, "available", since)
    alice.say(ROOM, "Before.")
    for person in (alice, bob):
        await person.sees("line", where=ROOM, who="alice", text="Before.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Before.")
    await stage.in_state(DELIVERED, 2)
    return alice, bob, carol


async def all_is_as_before(alice, bob, carol, on_irc, of_alice, of_bob):
    """Everybody is inside again without having done anything, hears everybody, and nothing came twice."""
    for channel, names in ((CHANNEL, ("alice", "bob")), ("#milk", ("alice",))):
        for name in names:
            await carol.sees("joined", where=channel, who=name, since=on_irc)
    carol.say(CHANNEL, "After.")
    carol.say("#milk", "After, too.")
    for person, since in ((alice, of_alice), (bob, of_bob)):
        await person.gets("After.", lambda stanza: describe(stanza) == "carol says: After.", since)
        assert texts(person, ROOM, since) == ["After."], texts(person, ROOM, since)
    await alice.gets("After, too.", lambda stanza: describe(stanza) == "carol says: After, too.", of_alice)
    bob.say(ROOM, "Was it long?")
    await alice.gets("Was it long?", lambda stanza: describe(stanza) == "bob says: Was it long?", of_alice)
    await carol.sees("line", where=CHANNEL, who="bob", text="Was it long?")
    await alice.catches_up()
    assert "subscribe" not in presences(alice, CAROL, of_alice), "a subscription was asked for again"
    assert not [stanza for stanza in alice.stanzas[of_alice:] if stanza.get("type") == "subscribe"]
    joins = [seen for seen in carol.seen[on_irc:] if seen.kind == "joined"]
    assert len(joins) == len(set(joins)), joins


async def after_kill_9_of_the_gateway(stage):
    alice, bob, carol = await in_two_rooms(stage)
    of_alice, of_bob, on_irc = alice.now(), bob.now(), len(carol.seen)
    stage.gateway.kill()
    for name in ("alice", "bob"):
        await carol.sees("left", who=name, since=on_irc)
    on_irc = len(carol.seen)
    stage.gateway.start()
    await all_is_as_before(alice, bob, carol, on_irc, of_alice, of_bob)
    await shows(alice, CAROL, "available", of_alice)
    told = status_lines(alice, ROOM, of_alice)
    assert len(told) == 1 and TIMES.search(told[0]), f"one line tells the gap: {told}"


async def after_a_stop_and_a_start_of_the_gateway(stage):
    """SIGTERM: 332 first; then everybody is let in again."""
    alice, bob, carol = await in_two_rooms(stage)
    on_irc = len(carol.seen)
    assert stage.gateway.stop() == 0, f"the gateway ended{stage.gateway.how_it_ended()}"
    for person in (alice, bob):
        await person.gets("goodbye with 332", lambda stanza: is_from(stanza, ROOM) and describe(stanza).startswith(
            f"{person.name} is gone: none/none [110 332]: "))
    of_alice, of_bob = alice.now(), bob.now()
    stage.gateway.start()
    await all_is_as_before(alice, bob, carol, on_irc, of_alice, of_bob)
    await shows(alice, CAROL, "available", of_alice)


async def after_a_restart_of_the_irc_server(stage):
    alice, bob, carol = await in_two_rooms(stage)
    of_alice, of_bob = alice.now(), bob.now()
    stage.irc_server.stop()
    for person, since in ((alice, of_alice), (bob, of_bob)):
        await person.gets("a word from the room", lambda stanza: is_from(stanza, ROOM)
                          and describe(stanza).startswith("the room says:"), since)
    assert "available" not in presences(alice, CAROL, of_alice), "carol is shown while nobody can know"
    bob.send_xml(f"<message to='{ROOM}' type='groupchat' id='meanwhile'><body>Said meanwhile.</body></message>")
    bob.send_xml(f"<message to='{CAROL}' type='chat' id='whisper'><body>Whispered meanwhile.</body>"
                 f"<request xmlns='urn:xmpp:receipts'/></message>")
    await stage.in_state_of(QUEUED, "Said meanwhile.")
    await stage.in_state_of(QUEUED, "Whispered meanwhile.")
    early = [stanza for stanza in bob.stanzas[of_bob:] if stanza.get("id") in ("meanwhile", "whisper")]
    assert not early, "it was reflected, or refused, before IRC had it"
    stage.people.remove(carol)
    with stage.gateway_asleep():    # until somebody is there to hear it
        stage.irc_server.start()
        carol = await stage.irc("carol")
        carol.join("#milk")
        await carol.sees("joined", where="#milk", who="carol")
    for channel, name in ((CHANNEL, "alice"), (CHANNEL, "bob"), ("#milk", "alice")):
        await carol.sees("joined", where=channel, who=name)
    await carol.sees("line", where=CHANNEL, who="bob", text="Said meanwhile.")
    await carol.sees("private", who="bob", text="Whispered meanwhile.")
    await bob.gets("the receipt", lambda stanza: (found := stanza.find("{urn:xmpp:receipts}received")) is not None
                   and found.get("id") == "whisper", of_bob)
    for person, since in ((alice, of_alice), (bob, of_bob)):
        await person.gets("the message", lambda stanza: describe(stanza).startswith("bob says: Said meanwhile."), since)
        await person.gets("back", lambda stanza: "back" in describe(stanza) and stanza.get("from") == ROOM, since)
        await person.catches_up()
        assert texts(person, ROOM, since) == ["Said meanwhile."], texts(person, ROOM, since)
        lines = status_lines(person, ROOM, since)
        assert len(lines) == 2, f"one line when it was lost, one when it is back: {lines}"
        assert TIMES.search(lines[1]), f"it does not tell how long it was: {lines[1]}"
        gone = [line for line in person.told_by(ROOM, since) if line.startswith(f"{person.name} is gone")]
        assert not gone, gone
    await shows(alice, CAROL, "available", of_alice)
    heard = [line for line in carol.relayed("PRIVMSG") if "Said meanwhile." in line]
    assert len(heard) == 1, heard
    assert not [stanza for stanza in alice.stanzas[of_alice:] if stanza.get("type") == "subscribe"]


async def after_a_restart_of_the_xmpp_server(stage):
    """Those who come back find their rooms; what was said meanwhile reaches them once, or is in the archive."""
    alice, bob, carol = await in_two_rooms(stage)
    for person in (alice, bob):
        person.client.abort()
        stage.people.remove(person)
    stage.xmpp_server.stop()
    stage.xmpp_server.start()
    alice = await stage.xmpp("alice")
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    await shows(alice, CAROL, "available")
    since = alice.now()
    await stage.enters(alice)
    told = alice.told_by(ROOM, since)
    assert "carol is here: admin/moderator" in told and told[-1].startswith("the subject"), told
    alice.say(ROOM, "I was away.")
    await carol.sees("line", where=CHANNEL, who="alice", text="I was away.")
    carol.say(CHANNEL, "So I saw.")
    await alice.sees("line", where=ROOM, who="carol", text="So I saw.")
    await alice.catches_up()
    assert texts(alice, ROOM, since) == ["I was away.", "So I saw."], texts(alice, ROOM, since)
    assert not [stanza for stanza in alice.stanzas if stanza.get("type") == "subscribe"], "an unasked subscription"


async def a_message_that_was_accepted_is_not_lost_with_the_gateway(stage):
    """Accepted while IRC was away, killed before it could be delivered."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    stage.irc_server.stop()
    await alice.sees("line", where=ROOM, who="", text="lost")
    alice.say(ROOM, "Written down before the end.")
    await stage.in_state_of(QUEUED, "Written down before the end.")
    stage.gateway.kill()
    stage.irc_server.start()
    stage.people.remove(carol)
    carol = await stage.irc("carol")
    stage.gateway.start()
    await carol.sees("line", where=CHANNEL, who="alice", text="Written down before the end.")
    await stage.in_state(DELIVERED, 1)
    heard = [line for line in carol.relayed("PRIVMSG") if "Written down" in line]
    assert len(heard) == 1, heard


async def a_ghost_of_a_killed_gateway_gives_the_nickname_back(stage):
    """Killed and started at once: the server may still hold the old connection; the nickname is right in the end."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = len(carol.seen)
    stage.gateway.kill()
    stage.gateway.start()
    await carol.sees("joined", where=CHANNEL, who="alice", since=since)
    alice.say(ROOM, "It is me.")
    await carol.sees("line", where=CHANNEL, who="alice", text="It is me.")


ACTS = [after_kill_9_of_the_gateway, after_a_stop_and_a_start_of_the_gateway,
        a_message_that_was_accepted_is_not_lost_with_the_gateway,
        a_ghost_of_a_killed_gateway_gives_the_nickname_back, after_a_restart_of_the_irc_server,
        after_a_restart_of_the_xmpp_server]
