"""Scenario 7: direct chats are contacts."""

from acts.contacts import presences, shows
from matrix_stage import at_gateway
from matrix_user import V3, path
from stanzas import CLIENT, text_of

ITEM = "{jabber:iq:roster}item"


async def direct_chat(stage, alice, own, bob):
    """bob has invited, alice has said yes; the room's id."""
    room = await bob.creates_room(direct=True, invite=[own.id])
    await shows(alice, at_gateway(bob.id), "subscribe")
    alice.send_xml(f"<presence to='{at_gateway(bob.id)}' type='subscribed'/>")
    await bob.sees_member(room, own.id, "join")
    return room


async def two_quick_messages_make_one_room(stage):
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    contact = at_gateway(bob.id)
    for number in range(2):
        alice.send_xml(f"<message to='{contact}' type='chat' id='first-{number}'><body>Hello {number}</body>"
                       f"<request xmlns='urn:xmpp:receipts'/></message>")
    room = await bob.is_invited(own.id)
    mine = next(each for each in bob.invites[room] if each.get("state_key") == bob.id)
    assert mine["content"].get("is_direct") is True, mine
    await bob.joins(room)
    await bob.sees_text("Hello 1", room, own.id)
    assert bob.texts(room, own.id) == ["Hello 0", "Hello 1"], bob.texts(room)
    assert len(bob.invites) == 0 and len(bob.joined) == 1, (bob.invites, bob.joined)
    await alice.gets("a receipt", lambda stanza: (found := stanza.find("{urn:xmpp:receipts}received")) is not None
                     and found.get("id") == "first-1")
    where = f"{V3}/user/{path(own.id)}/account_data/m.direct"
    assert await own.asks("GET", where) == {bob.id: [room]}
    await bob.says(room, "Hello yourself.")
    await alice.sees("private", who=contact, text="Hello yourself.")


async def an_invitation_is_a_request_for_a_subscription(stage):
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    room = await direct_chat(stage, alice, own, bob)
    await bob.says(room, "At last.")
    await alice.sees("private", who=at_gateway(bob.id), text="At last.")
    alice.send_xml(f"<message to='{at_gateway(bob.id)}' type='chat' id='back'><body>Indeed.</body></message>")
    await bob.sees_text("Indeed.", room, own.id)
    assert len(bob.joined) == 1, "another room was made"


async def a_request_that_is_declined_leaves(stage):
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    room = await bob.creates_room(direct=True, invite=[own.id])
    await shows(alice, at_gateway(bob.id), "subscribe")
    alice.send_xml(f"<presence to='{at_gateway(bob.id)}' type='unsubscribed'/>")
    await bob.sees_member(room, own.id, "leave")


async def a_subscription_alone_invites_nobody(stage):
    """The gateway agrees; on Matrix there is nothing to ask for. With the first word there is a room."""
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    contact = at_gateway(bob.id)
    await alice.asks(alice.address.partition("/")[0], "<query xmlns='jabber:iq:roster'/>")
    since = alice.now()
    alice.send_xml(f"<presence to='{contact}' type='subscribe'/>")
    await alice.gets(f"the consent of {contact}", lambda stanza: any(
        item.get("jid") == contact and item.get("subscription") in ("to", "both") for item in stanza.iter(ITEM)), since)
    assert not bob.invites, bob.invites
    alice.send_xml(f"<message to='{contact}' type='chat' id='hello'><body>Hello.</body></message>")
    room = await bob.is_invited(own.id)
    await bob.joins(room)
    await bob.sees_text("Hello.", room, own.id)


async def own_words_from_elsewhere_do_not_come_as_those_of_others(stage):
    """Said with another client of one's own: never a message of the contact."""
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    room = await direct_chat(stage, alice, own, bob)
    await own.says(room, "From my other client.")
    await bob.says(room, "I see.")
    await alice.sees("private", who=at_gateway(bob.id), text="I see.")
    wrong = [stanza for stanza in alice.stanzas if stanza.get("from", "").partition("/")[0] == at_gateway(bob.id)
             and text_of(stanza, f"{CLIENT}body") == "From my other client."]
    assert not wrong, "bob is said to have said it"


async def names_and_pictures_are_those_of_the_profile(stage):
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    await bob.calls_oneself("Bob of Tea")
    await direct_chat(stage, alice, own, bob)
    answer = await alice.asks(at_gateway(bob.id), "<vCard xmlns='vcard-temp'/>")
    assert answer.get("type") == "result" and "Bob of Tea" in "".join(answer.itertext()), answer.attrib


async def presence_is_shown(stage):
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    await direct_chat(stage, alice, own, bob)
    alice.send_xml(f"<presence to='{at_gateway(bob.id)}' type='subscribe'/>")
    await bob.asks("PUT", f"{V3}/presence/{path(bob.id)}/status", {"presence": "online", "status_msg": "Tea time"})
    await alice.gets("bob's status", lambda stanza: stanza.tag == f"{CLIENT}presence" and not stanza.get("type")
                     and stanza.get("from", "").partition("/")[0] == at_gateway(bob.id)
                     and text_of(stanza, f"{CLIENT}status") == "Tea time")
    assert "subscribe" in presences(alice, at_gateway(bob.id))


ACTS = [two_quick_messages_make_one_room, an_invitation_is_a_request_for_a_subscription,
        a_request_that_is_declined_leaves, a_subscription_alone_invites_nobody,
        own_words_from_elsewhere_do_not_come_as_those_of_others, names_and_pictures_are_those_of_the_profile,
        presence_is_shown]
