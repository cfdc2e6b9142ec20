"""Scenario 9: the gateway is an application service of the homeserver, and people of XMPP are there as ghosts."""

import asyncio
from uuid import uuid4

from acts.commands import form, run, session_of, status
from matrix_http import exchange
from matrix_stage import DOMAIN, ROOMS, at_gateway
from matrix_user import V3, Refused, path
from stanzas import CLIENT, describe, is_from, text_of

PING = "/_matrix/app/v1/ping"


def said_privately(person, contact):
    return [text_of(each, f"{CLIENT}body") for each in person.stanzas if is_from(each, contact)
            and each.find(f"{CLIENT}body") is not None and each.get("type") == "chat"]


def lines(person, address):
    return [text_of(each, f"{CLIENT}body") for each in person.stanzas if is_from(each, address)
            and each.get("type") == "groupchat" and each.find(f"{CLIENT}body") is not None]


async def tea(stage, alice):
    """A public room of bob's, where alice is as a ghost: bob, the room, its address."""
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    await bob.sees_member(room, stage.ghost("alice"), "join")
    return bob, room, address


async def writes_to_the_ghost(stage, bob):
    """bob wants to talk with alice alone; the room."""
    room = await bob.creates_room(direct=True, invite=[stage.ghost("alice")])
    await bob.sees_member(room, stage.ghost("alice"), "join")
    return room


async def tells(stage, ident, body, old_style=False, token=None):
    """A transaction, as if the homeserver sent it; the status of the answer."""
    base = stage.registration["url"]
    token = token or stage.registration["hs_token"]
    if old_style:
        answer = await exchange("PUT", f"{base}/transactions/{ident}?access_token={token}", body)
    else:
        answer = await exchange("PUT", f"{base}/_matrix/app/v1/transactions/{ident}", body, token)
    return answer.status


async def the_homeserver_gives_up(stage, times):
    """So often it finds nobody who listens where the gateway should be."""
    tries = asyncio.Semaphore(0)

    async def hang_up(_, writer):
        tries.release()
        writer.close()

    deaf = await asyncio.start_server(hang_up, "127.0.0.1", stage.theatre.service.port)
    async with deaf, asyncio.timeout(60):
        for _ in range(times):
            await tries.acquire()


async def hears(person, room, sender, part):
    await person.sees(f"a text with {part!r}", lambda event: event["type"] == "m.room.message"
                      and event["sender"] == sender and part in event["content"].get("body", ""), room)


def invented(room, sender, text):
    """An event that nobody has told before."""
    return {"type": "m.room.message", "room_id": room, "sender": sender, "event_id": f"${uuid4().hex}",
            "origin_server_ts": 1700000000000, "content": {"msgtype": "m.text", "body": text}}


async def nobody_needs_an_account(stage):
    """A room: the ghost has a name, both are heard, each line once."""
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    bob, room, address = await tea(stage, alice)
    member = await bob.state(room, "m.room.member", stage.ghost("alice"))
    assert member.get("displayname") == f"alice-{stage.number}", member
    for number in range(3):
        await bob.says(room, f"from Matrix {number}")
        alice.say(address, f"from XMPP {number}")
    await bob.sees_text("from XMPP 2", room, stage.ghost("alice"))
    await alice.sees("line", where=address, text="from Matrix 2")
    await alice.sees("line", where=address, text="from XMPP 2")
    assert bob.texts(room, stage.ghost("alice")) == [f"from XMPP {n}" for n in range(3)], bob.texts(room)
    heard = lines(alice, address)
    assert sorted(heard) == sorted([f"from {of} {n}" for of in ("Matrix", "XMPP") for n in range(3)]), heard


async def whoever_writes_to_a_ghost_reaches_the_person(stage):
    """Nobody has heard of alice before; she is a contact then, and answers in the same room."""
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    bob = await stage.matrix("bob")
    room = await writes_to_the_ghost(stage, bob)
    await bob.says(room, "Are you there?")
    contact = at_gateway(bob.id)
    await alice.sees("private", who=contact, text="Are you there?")
    alice.send_xml(f"<message to='{contact}' type='chat' id='back'><body>I am.</body></message>")
    await bob.sees_text("I am.", room, stage.ghost("alice"))
    assert len(bob.joined) == 1, "another room was made"
    await bob.says(room, "Good.")
    await alice.sees("private", who=contact, text="Good.")
    assert said_privately(alice, contact) == ["Are you there?", "Good."], said_privately(alice, contact)


async def a_contact_that_is_written_to_gets_an_invitation(stage):
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    bob = await stage.matrix("bob")
    alice.send_xml(f"<message to='{at_gateway(bob.id)}' type='chat' id='first'><body>Hello.</body></message>")
    room = await bob.is_invited(stage.ghost("alice"))
    await bob.joins(room)
    await bob.sees_text("Hello.", room, stage.ghost("alice"))
    await bob.says(room, "Hello yourself.")
    await alice.sees("private", who=at_gateway(bob.id), text="Hello yourself.")


async def who_is_away_finds_it_when_they_come_back(stage):
    """Their own server keeps it for them."""
    await stage.becomes_a_service()
    bob = await stage.matrix("bob")
    room = await writes_to_the_ghost(stage, bob)
    await bob.says(room, "For later.")
    await stage.says_in_its_log("matrix ready")
    alice = await stage.xmpp("alice")
    await alice.sees("private", who=at_gateway(bob.id), text="For later.")


async def what_was_missed_comes_with_the_ping(stage):
    """The gateway was away; the homeserver would be patient for minutes."""
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    bob, room, address = await tea(stage, alice)
    chat = await writes_to_the_ghost(stage, bob)
    contact = at_gateway(bob.id)
    await bob.says(chat, "before")
    await alice.sees("private", who=contact, text="before")
    await stage.gateway_is_killed()
    for number in range(12):
        await bob.says(chat, f"meanwhile {number}")
    await the_homeserver_gives_up(stage, times=3)    # it waits longer each time, seconds by now
    await stage.gateway_starts()
    await alice.sees("private", who=contact, text="meanwhile 11")
    await bob.says(chat, "after")
    await alice.sees("private", who=contact, text="after")
    expected = ["before", *(f"meanwhile {number}" for number in range(12)), "after"]
    assert said_privately(alice, contact) == expected, said_privately(alice, contact)


async def a_transaction_is_taken_once(stage):
    """By id and body; an event by its id, in whatever transaction; the homeserver by its token, in both styles."""
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    bob, room, address = await tea(stage, alice)
    one, two, three = (invented(room, bob.id, text) for text in ("one", "two", "three"))
    assert await tells(stage, "t1", {"events": [one]}, token="wrong") == 403
    assert (await exchange("PUT", f"{stage.registration['url']}/_matrix/app/v1/transactions/t1", {"events": [one]})
            ).status == 401
    assert await tells(stage, "t1", {"events": [one]}) == 200
    assert await tells(stage, "t1", {"events": [one]}) == 200
    assert await tells(stage, "t1", {"events": [two]}, old_style=True) == 200
    assert await tells(stage, "t2", {"events": [one, two]}) == 200
    await alice.sees("line", where=address, text="two")    # the homeserver has never heard of it: /sync would not have it
    await stage.gateway_is_killed()
    await stage.gateway_starts()
    await stage.enters(alice, address)
    assert await tells(stage, "t1", {"events": [one]}) == 200
    assert await tells(stage, "t3", {"events": [two, three]}) == 200
    await alice.sees("line", where=address, text="three")
    assert lines(alice, address) == ["one", "two", "three"], lines(alice, address)


async def what_the_homeserver_asks_is_answered(stage):
    await stage.becomes_a_service()
    base, token = stage.registration["url"], stage.registration["hs_token"]

    async def asks(method, where, body=None):
        answer = await exchange(method, base + where, body, token)
        return answer.status, answer.json

    assert await asks("POST", PING, {"transaction_id": "x"}) == (200, {})
    assert (await asks("GET", "/_matrix/app/v1/unheard"))[1]["errcode"] == "M_UNRECOGNIZED"
    assert (await asks("GET", PING))[0] == 405
    assert (await asks("PUT", "/_matrix/app/v1/transactions/x", b"no JSON"))[1]["errcode"] == "M_NOT_JSON"
    assert (await asks("GET", f"/_matrix/app/v1/users/{path(stage.ghost('dora'))}"))[0] == 200
    for stranger in ("@_xmpp_nobody:hs.test", "@_xmpp_alice=40elsewhere.test:hs.test", "@bob:hs.test"):
        assert (await asks("GET", f"/users/{path(stranger)}"))[1]["errcode"] == "M_NOT_FOUND", stranger
    found = (await asks("GET", f"/_matrix/app/v1/thirdparty/user/xmpp?jid={path(stage.account('alice'))}"))[1]
    assert found[0]["userid"] == stage.ghost("alice"), found


def xmpp_room(stage):
    """A room of this play on the XMPP server, and its alias on Matrix."""
    name = f"tea-{stage.number}"
    return f"{name}@{ROOMS}", f"#_xmpp_{name}=40{ROOMS}:hs.test"


async def owns(person, room, **settings):
    """Enters a room that is new, and configures it; names without `muc#roomconfig_`."""
    since = person.now()
    person.send_xml(f"<presence to='{room}/{person.name}'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    await person.gets(f"the subject of {room}", lambda each: is_from(each, room)
                      and each.find(f"{CLIENT}subject") is not None, since)
    fields = "".join(f"<field var='muc#roomconfig_{name}'><value>{value}</value></field>"
                     for name, value in settings.items())
    answer = await person.asks(room, f"<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
                               f"type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#roomconfig"
                               f"</value></field>{fields}</x></query>", kind="set")
    assert answer.get("type") == "result", describe(answer)


async def looks_for(person, alias):
    """The room of an alias; None: the homeserver knows none."""
    try:
        found = await person.asks("GET", f"{V3}/directory/room/{path(alias)}")
    except Refused as refused:
        assert refused.status == 404, refused
        return None
    return found["room_id"]


async def both_hear(alice, xmpp, bob, room, word):
    """What is said on either side is said on the other one, once."""
    await bob.says(room, f"{word} from Matrix")
    await alice.sees("line", where=xmpp, text=f"{word} from Matrix")
    alice.say(xmpp, f"{word} from XMPP")
    await bob.sees(f"{word} from XMPP", lambda event: event["type"] == "m.room.message"
                   and event["content"].get("body", "").endswith(f"{word} from XMPP"), room)


async def who_joins_an_alias_is_in_the_room_of_xmpp(stage):
    """Over a restart; until a moderator of it does not want that any more."""
    await stage.becomes_a_service(f'  portals = ["{ROOMS}"]\n')
    alice, bob = await stage.xmpp("alice"), await stage.matrix("bob")
    xmpp, alias = xmpp_room(stage)
    await owns(alice, xmpp, publicroom="1")
    room = await looks_for(bob, alias)
    assert room is not None
    await bob.joins(room)
    assert (await bob.state(room, "m.room.name"))["name"] == xmpp
    await alice.sees("line", where=xmpp, text="This room is linked with")
    await bridge_is_in(bob, room)
    await both_hear(alice, xmpp, bob, room, "first")
    assert await looks_for(bob, alias) == room
    listed = await stage.verb("bridge", "list")
    assert xmpp in listed.stdout, listed.stdout + listed.stderr
    await stage.gateway_restarts()
    await stage.says_in_its_log("knows and reaches us")
    await both_hear(alice, xmpp, bob, room, "second")
    alice.say(xmpp, "!unlink")
    await alice.sees("line", where=xmpp, text="This room is not linked any more")
    await stage.says_in_its_log("portal removed")
    assert await looks_for(bob, alias) is None
    assert xmpp not in (await stage.verb("bridge", "list")).stdout


async def bridge_is_in(bob, room):
    await bob.sees("the bridge comes in", lambda event: event["type"] == "m.room.member"
                   and event["state_key"].startswith("@_xmpp_=40") and event["content"].get("membership") == "join", room)


async def rooms_that_are_not_for_everybody_have_no_alias(stage):
    """Nor those that the operator has not named, nor those that there are not."""
    await stage.becomes_a_service(f'  portals = ["{ROOMS}"]\n')
    alice, bob = await stage.xmpp("alice"), await stage.matrix("bob")
    xmpp, alias = xmpp_room(stage)
    assert await looks_for(bob, alias) is None, "there is no such room"
    closed = {"members": {"membersonly": "1"}, "secret": {"passwordprotectedroom": "1", "roomsecret": "milk"},
              "hidden": {"publicroom": "0"}}
    for name, settings in closed.items():
        await owns(alice, f"{name}-{xmpp}", **settings)
        assert await looks_for(bob, alias.replace("tea-", f"{name}-tea-")) is None, name
    assert await looks_for(bob, "#_xmpp_tea=40elsewhere.localhost:hs.test") is None
    answer = await exchange("GET", f"{stage.registration['url']}/_matrix/app/v1/rooms/"
                            f"{path(alias.replace('tea-', 'members-tea-'))}", token=stage.registration["hs_token"])
    assert (answer.status, answer.json["errcode"]) == (404, "M_NOT_FOUND"), answer
    assert "only members" in answer.json["error"], answer.json
    assert not bob.joined, bob.joined


async def an_account_is_linked_by_a_code(stage):
    """alice has an account on the homeserver: she proves it, and is there as herself."""
    await stage.becomes_a_service()
    alice, own = await stage.xmpp("alice"), await stage.matrix("alice")
    answer = await run(alice, "link-account", action="execute")
    session = session_of(answer)
    answer = await run(alice, "link-account", session, "complete", form(user="@somebody:elsewhere.test"))
    assert status(answer) == "executing", describe(answer)
    answer = await run(alice, "link-account", session, "complete", form(user=own.id))
    shown = " ".join(answer.itertext())
    code = next(word for word in shown.replace(".", " ").split() if len(word) == 9 and word[4] == "-")
    bot = f"@{stage.registration['sender_localpart']}:hs.test"
    dora = await stage.matrix("dora")
    hers = await dora.creates_room(direct=True, invite=[bot])
    await dora.sees_member(hers, bot, "join")
    await dora.says(hers, code)
    await hears(dora, hers, bot, "I am the gateway")
    room = await own.creates_room(direct=True, invite=[bot])
    await own.sees_member(room, bot, "join")
    end = asyncio.ensure_future(run(alice, "link-account", session, "next"))
    await own.says(room, code)
    answer = await end
    await hears(own, room, bot, stage.account("alice"))
    assert status(answer) == "completed", describe(answer)
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    alice.say(address, "It is me.")
    await bob.sees_text("It is me.", room, own.id)
    await own.says(room, "From my own client.")
    await alice.sees("line", where=address, text="From my own client.")


async def who_registers_says_how_they_are_called(stage):
    """The only thing that there is to say."""
    await stage.becomes_a_service()
    alice = await stage.xmpp("alice")
    since = alice.now()
    answer = await alice.asks(DOMAIN, "<query xmlns='jabber:iq:register'><nick>Alice in Tea</nick></query>", kind="set")
    assert answer.get("type") == "result", describe(answer)
    await alice.gets("the gateway's subscription request", lambda each: each.get("type") == "subscribe", since)
    alice.send_xml(f"<presence to='{DOMAIN}' type='subscribed'/>")
    bob, room, _ = await tea(stage, alice)
    member = await bob.state(room, "m.room.member", stage.ghost("alice"))
    assert member.get("displayname") == "Alice in Tea", member


async def check_and_status_say_how_it_is(stage):
    await stage.becomes_a_service()
    check = await stage.verb("check")
    assert "the homeserver knows it as @_xmpp_bot:hs.test" in check.stdout, check.stdout
    assert "the homeserver reaches it in" in check.stdout, check.stdout
    again = await stage.verb("matrix", "registration")
    assert f"as_token: '{stage.registration['as_token']}'" in again.stdout
    for secret in ("as_token", "hs_token"):
        assert stage.registration[secret] not in check.stdout + check.stderr
        assert stage.registration[secret] not in stage.gateway.log.read_text(errors="replace")


ACTS = (nobody_needs_an_account, whoever_writes_to_a_ghost_reaches_the_person,
        a_contact_that_is_written_to_gets_an_invitation, who_is_away_finds_it_when_they_come_back,
        what_was_missed_comes_with_the_ping, a_transaction_is_taken_once, what_the_homeserver_asks_is_answered,
        who_joins_an_alias_is_in_the_room_of_xmpp, rooms_that_are_not_for_everybody_have_no_alias,
        an_account_is_linked_by_a_code, who_registers_says_how_they_are_called,
        check_and_status_say_how_it_is)
