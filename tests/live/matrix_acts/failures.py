"""What homeservers do when they are unwell, or when somebody is (reference: "Failure modes"). Only scripted."""

import asyncio

from homeserver.event import Event
from matrix_stage import DOMAIN, at_gateway
from matrix_user import V3
from stanzas import CLIENT, describe, error_of, is_from, text_of

EME = "{urn:xmpp:eme:0}"


def lines(person, address, since=0):
    return [text_of(each, f"{CLIENT}body") for each in person.stanzas[since:] if is_from(each, address)
            and each.get("type") == "groupchat" and "/" in each.get("from") and each.find(f"{CLIENT}body") is not None]


async def a_send_survives_bad_answers(stage):
    """502 in HTML, a cut before and one behind the deed: said once, in order."""
    alice, address, room, (bob,) = await stage.in_a_room()
    faults = stage.world.homeserver.faults
    faults.answers("PUT", "/send/", 502, html=True, times=1)
    faults.breaks_off("PUT", "/send/")
    faults.loses_answers("PUT", "/send/")
    for number in range(3):
        alice.say(address, f"line {number}")
    await bob.sees_text("line 2", room)
    assert bob.texts(room, stage.matrix_id("alice")) == ["line 0", "line 1", "line 2"], bob.texts(room)
    await alice.sees("line", where=address, who=stage.nick("alice"), text="line 2")
    assert lines(alice, address) == ["line 0", "line 1", "line 2"], lines(alice, address)


async def a_send_that_kills_the_server_is_given_up(stage):
    """500 for this one, again and again: an error for whoever said it, and what is behind it arrives."""
    alice, address, room, (bob,) = await stage.in_a_room()
    other = await bob.creates_room(preset="public_chat", alias=f"milk-{stage.number}", name="Milk")
    elsewhere = await stage.enters(alice, f"#milk-{stage.number}:hs.test")
    alice.patience = bob.patience = 90
    poison = stage.world.homeserver.faults.answers("PUT", "/send/", 500, saying="poison")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='poison'><body>poison</body></message>")
    alice.say(address, "Still alive.")
    for number in range(3):
        await poison.has_hit(number + 1, patience=40)
        alice.say(elsewhere, f"line {number}")
        await bob.sees_text(f"line {number}", other)
    await alice.gets("an error", lambda each: each.get("id") == "poison" and each.get("type") == "error")
    await bob.sees_text("Still alive.", room)
    assert bob.texts(room) == ["Still alive."], bob.texts(room)


async def a_sync_survives_bad_answers(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    faults, me = stage.world.homeserver.faults, stage.matrix_id("alice")
    faults.answers("GET", "/sync", 504, html=True, times=2, user=me)
    faults.breaks_off("GET", "/sync", user=me)
    faults.answers("GET", "/sync", 200, html=True, times=1, user=me)
    faults.answers("GET", "/sync", 429, {"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": 300}, times=1,
                   user=me)
    alice.patience = 40
    await bob.says(room, "one")
    await bob.says(room, "two")
    await alice.sees("line", where=address, text="two")
    assert lines(alice, address) == ["one", "two"], lines(alice, address)


async def an_event_that_nobody_can_read_stops_nothing(stage):
    """Halves of characters, depths, numbers that are none, and things in the places of others."""
    alice, address, room, (bob,) = await stage.in_a_room()
    homeserver = stage.world.homeserver
    strange = {"HALF": '"\\ud800 and \\udc00"', "DEEP": '{"a":' * 5000 + "1" + "}" * 5000, "FLOAT": "1e999",
               "HUGE": "99999999999999999999999999"}

    def rewritten(text):
        for name, value in strange.items():
            text = text.replace(f'"{name}"', value)
        return text

    homeserver.faults.rewrites("GET", "/sync", rewritten, user=stage.matrix_id("alice"))

    def say(content, kind="m.room.message"):
        homeserver.say(room, bob.id, content, kind)

    await bob.says(room, "before")
    for content in ({"msgtype": "m.text", "body": "HALF"}, {"msgtype": "m.text", "body": "x", "extra": "DEEP"},
                    {"msgtype": "m.text", "body": ["no text"]}, {"msgtype": 5}, {"body": {"a": 1}},
                    {"msgtype": "m.text", "body": "x", "n": "HUGE", "f": "FLOAT"},
                    {"msgtype": "m.image", "body": "x", "url": 7, "info": []}, {"m.relates_to": "x", "body": "y"},
                    {"msgtype": "m.text", "body": "z", "format": "org.matrix.custom.html", "formatted_body": {}}):
        say(content)
    for kind, key in (("m.room.power_levels", ""), ("m.room.name", ""), ("m.room.topic", ""), ("m.room.member", "@x:y"),
                      ("m.room.canonical_alias", ""), ("m.room.tombstone", "")):
        event = homeserver.say(room, bob.id, {"users": "nobody", "name": 5, "topic": {}, "membership": [], "alias": 1,
                                              "replacement_room": None}, kind, state_key=key)
        assert event.is_state
    say({"body": "é\u0000\u0007\uffff\u202e", "msgtype": "m.text"})
    await bob.says(room, "after")
    await alice.sees("line", where=address, text="after")
    assert (await alice.asks(DOMAIN, "<ping xmlns='urn:xmpp:ping'/>")).get("type") == "result"
    heard = lines(alice, address)
    assert heard[0] == "before" and heard[-1] == "after" and any(each.startswith("é") for each in heard), heard


async def what_lost_against_another_event_changes_nothing(stage):
    """Servers disagree: the timeline has a topic, and somebody who comes, that the state does not know (MSC4222)."""
    alice, address, room, (bob,) = await stage.in_a_room(topic="Leaves")
    homeserver = stage.world.homeserver
    here, now = homeserver.rooms[room], homeserver.clock.milliseconds
    await bob.says(room, "before")
    await alice.sees("line", where=address, text="before")
    since = alice.now()
    here.append(Event(room, "m.room.topic", bob.id, {"topic": "Coffee"}, "", now()), lost=True)
    here.append(Event(room, "m.room.member", "@mallory:hs.test", {"membership": "join"}, "@mallory:hs.test", now()), lost=True)
    await bob.says(room, "after")
    await alice.sees("line", where=address, text="after")
    told = [describe(each) for each in alice.stanzas[since:] if is_from(each, address)]
    assert not any("Coffee" in each or "mallory" in each for each in told), told
    asked = [each for each in homeserver.asked if each.user == stage.matrix_id("alice") and each.path.endswith("/sync")]
    assert asked[-1].query.get("use_state_after") == "true", asked[-1].query


async def what_came_twice_is_told_once(stage):
    """The same sync answered again, as a proxy that repeats itself."""
    alice, address, room, (bob,) = await stage.in_a_room()
    import json
    seen = []

    def again(text):
        found = json.loads(text)
        events = found.get("rooms", {}).get("join", {}).get(room, {}).get("timeline", {}).get("events", [])
        if events:
            events[:0] = seen
            seen.extend(each for each in events if each not in seen)
        return json.dumps(found)

    stage.world.homeserver.faults.rewrites("GET", "/sync", again, user=stage.matrix_id("alice"))
    for text in ("one", "two", "three"):
        await bob.says(room, text)
        await alice.sees("line", where=address, text=text)
    assert lines(alice, address) == ["one", "two", "three"], lines(alice, address)


async def a_position_that_is_forgotten_is_looked_for(stage):
    """Reliability input 24: the homeserver does not know the token of the last sync; what was heard is not heard again."""
    alice, address, room, (bob,) = await stage.in_a_room()
    await bob.says(room, "before")
    await alice.sees("line", where=address, text="before")
    # The first one is taken for one about the filter.
    forgotten = stage.world.homeserver.faults.answers("GET", "/sync", 400, {"errcode": "M_UNKNOWN_POS", "error": "who are you?"}, times=2,
                                                      user=stage.matrix_id("alice"))
    await bob.says(room, "between")
    await forgotten.has_hit(2)
    await bob.says(room, "after")
    await alice.sees("line", where=address, text="after")
    assert lines(alice, address) == ["before", "between", "after"], lines(alice, address)


async def a_wait_of_years_stops_nothing_else(stage):
    """Reliability input 25: what is said is kept for later, and what others say is heard."""
    alice, address, room, (bob,) = await stage.in_a_room()
    limited = stage.world.homeserver.faults.answers("PUT", "/send/", 429, {
        "errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": 10**12}, user=stage.matrix_id("alice"))
    since = alice.now()
    alice.say(address, "in time")
    await limited.has_hit(1)
    await bob.says(room, "meanwhile")
    await alice.sees("line", where=address, text="meanwhile")
    assert (await alice.asks(DOMAIN, "<ping xmlns='urn:xmpp:ping'/>")).get("type") == "result"
    assert lines(alice, address, since) == ["meanwhile"], lines(alice, address, since)
    await stage.open_rows_are(1)    # it waits, and is not given back; what others have said is known to have arrived


async def an_answer_to_another_room_quotes_nothing(stage):
    """Reliability input 27: of what was said elsewhere nobody here learns."""
    alice, address, room, (bob,) = await stage.in_a_room()
    other = await bob.creates_room(preset="public_chat", alias=f"secret-{stage.number}", name="Secret")
    elsewhere = await stage.enters(alice, f"#secret-{stage.number}:hs.test")
    secret = await bob.says(other, "the treasure is in the pot")
    await alice.sees("line", where=elsewhere, text="treasure")
    since = alice.now()
    await bob.replies(room, secret, "Do you know it?")
    await alice.sees("line", where=address, text="Do you know it?")
    told = ["".join(each.itertext()) for each in alice.stanzas[since:] if is_from(each, address)]
    assert told and not any("treasure" in each for each in told), told


async def a_clock_that_is_wrong_orders_nothing(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    for number, skew in enumerate((0, -86400 * 400, 86400 * 400, -60)):
        stage.world.homeserver.clock.skew = skew
        await bob.says(room, f"line {number}")
        await alice.sees("line", where=address, text=f"line {number}")
    assert lines(alice, address) == [f"line {number}" for number in range(4)], lines(alice, address)


async def a_homeserver_that_is_away_is_waited_for(stage):
    """Who is inside stays, what is said meanwhile arrives, and the room says what happened."""
    alice, address, room, (bob,) = await stage.in_a_room()
    alice.patience = bob.patience = 40
    await bob.says(room, "before")
    await alice.sees("line", where=address, text="before")
    since = alice.now()
    await stage.world.homeserver.web.close()
    alice.say(address, "Is anybody there?")
    await alice.catches_up()
    await stage.world.homeserver.web.open()
    await bob.sees_text("Is anybody there?", room, stage.matrix_id("alice"))
    await bob.says(room, "after")
    await alice.sees("line", where=address, text="after")
    assert lines(alice, address, since) == ["Is anybody there?", "after"], lines(alice, address, since)
    gone = [describe(each) for each in alice.stanzas[since:]
            if is_from(each, address) and each.get("type") == "unavailable"]
    assert not gone, gone


async def a_restart_begins_where_it_stopped(stage):
    """No sync without `since`, no login, no whole state."""
    alice, address, room, (bob,) = await stage.in_a_room()
    await bob.says(room, "before")
    await alice.sees("line", where=address, text="before")
    asked = len(stage.world.homeserver.asked)
    await stage.gateway_restarts()
    await alice.asks_until_answered(DOMAIN)
    homeserver, me = stage.world.homeserver, stage.matrix_id("alice")
    await stage.enters(alice, address)
    syncs = [each for each in homeserver.requests("GET", f"{V3}/sync", asked) if each.user == me]
    assert syncs and all("since" in each.query for each in syncs), [each.query for each in syncs]
    assert not any(each.query.get("full_state") == "true" for each in syncs)
    assert not homeserver.requests("POST", "/login", asked)


async def an_encrypted_room_gets_no_plain_text(stage):
    """It is said once that it cannot be read, and what one says is refused."""
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", initial_state=[
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}])
    alice, own = await stage.registered()
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    assert address == at_gateway(f"#tea-{stage.number}:hs.test")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='plain'><body>Nobody may read this.</body></message>")
    error = await alice.gets("a refusal", lambda each: each.get("id") == "plain" and each.get("type") == "error")
    assert error_of(error).startswith("not-acceptable"), describe(error)
    for number in range(3):
        await bob.sends(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": f"{number}",
                                                   "session_id": "s", "device_id": "D", "sender_key": "k"})
    await bob.sets_state(room, "m.room.topic", {"topic": "done"})
    await alice.gets("the topic", lambda each: is_from(each, address) and text_of(each, f"{CLIENT}subject") == "done")
    assert stage.matrix_id("alice") not in [event["sender"] for event in await bob.timeline(room)]
    assert len(lines(alice, address)) == 1, lines(alice, address)
    said = next(each for each in alice.stanzas if is_from(each, address) and each.find(f"{EME}encryption") is not None)
    assert said.find(f"{EME}encryption").get("namespace") == "m.megolm.v1.aes-sha2", describe(said)
    assert "encrypted" in text_of(said, f"{CLIENT}body"), describe(said)


async def a_homeserver_that_encrypts_every_room_gets_no_plain_text(stage):
    """The first message to somebody makes a room, which such a homeserver encrypts as it makes it."""
    bob = await stage.matrix("bob")
    alice, own = await stage.registered()
    homeserver = stage.world.homeserver
    homeserver.encrypts_new_rooms = True
    contact = at_gateway(bob.id)
    alice.send_xml(f"<message to='{contact}' type='chat' id='first'><body>Nobody may read this.</body></message>")
    error = await alice.gets("a refusal", lambda each: each.get("id") == "first" and each.get("type") == "error")
    assert error_of(error).startswith("not-acceptable"), describe(error)
    await bob.waits_for("an invitation", lambda: bob.invites)
    room = await bob.joins(next(iter(bob.invites)))
    assert "m.room.message" not in [event["type"] for event in await bob.timeline(room)]


async def an_idle_account_asks_seldom(stage):
    """One long poll at a time."""
    alice, address, room, (bob,) = await stage.in_a_room()
    homeserver, me = stage.world.homeserver, stage.matrix_id("alice")
    await bob.says(room, "before")
    await alice.sees("line", where=address, text="before")
    await bob.goes()
    await stage.own("alice").goes()
    asked = len(homeserver.asked)
    await asyncio.sleep(3)
    syncs = [each for each in homeserver.asked[asked:] if each.user == me]
    assert len(syncs) <= 2, [(each.path, each.query) for each in syncs]
    assert all(int(each.query.get("timeout", 0)) >= 10000 for each in syncs), [each.query for each in syncs]


ACTS = [a_send_survives_bad_answers, a_send_that_kills_the_server_is_given_up, a_sync_survives_bad_answers,
        an_event_that_nobody_can_read_stops_nothing, what_lost_against_another_event_changes_nothing,
        what_came_twice_is_told_once, a_clock_that_is_wrong_orders_nothing,
        a_position_that_is_forgotten_is_looked_for, a_wait_of_years_stops_nothing_else,
        an_answer_to_another_room_quotes_nothing, a_homeserver_that_is_away_is_waited_for, a_restart_begins_where_it_stopped,
        an_encrypted_room_gets_no_plain_text, a_homeserver_that_encrypts_every_room_gets_no_plain_text,
        an_idle_account_asks_seldom]
