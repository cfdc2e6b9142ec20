"""People and rooms as contacts: XEP-0100 4.5-4.9, XEP-0054, XEP-0092, XEP-0202; presence by MONITOR or ISON."""

import asyncio

from season import needs
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe, text_of

CAROL = f"carol@{GATEWAY_DOMAIN}"
VCARD = "{vcard-temp}"
ITEM = "{jabber:iq:roster}item"


def presences(person, address, since=0):
    """The plain presences from a bare address: `available`, `away: Out for milk`, `unavailable`, `subscribed` ..."""
    found = []
    for stanza in person.stanzas[since:]:
        if stanza.tag == f"{CLIENT}presence" and (stanza.get("from") or "").partition("/")[0] == address:
            kind = stanza.get("type") or text_of(stanza, f"{CLIENT}show") or "available"
            status = text_of(stanza, f"{CLIENT}status")
            found.append(f"{kind}: {status}" if status and not stanza.get("type") else kind)
    return found


async def shows(person, address, kind, since=0):
    """A presence of the address that begins with `kind`."""
    return await person.gets(f"{kind} of {address}", lambda stanza: stanza.tag == f"{CLIENT}presence"
                             and (stanza.get("from") or "").partition("/")[0] == address
                             and (stanza.get("type") or text_of(stanza, f"{CLIENT}show") or "available") == kind, since)


async def subscribes(stage, person, address):
    """Until the gateway has agreed. ejabberd passes its `subscribed` on, Prosody tells only that the roster changed."""
    stage.expects_subscriptions = True    # theirs to us, as the answer to ours
    since = person.now()
    await person.asks(person.address.partition("/")[0], "<query xmlns='jabber:iq:roster'/>")    # now it is told changes
    person.send_xml(f"<presence to='{address}' type='subscribe'/>")
    await person.gets(f"the consent of {address}", lambda stanza: any(
        item.get("jid") == address and item.get("subscription") in ("to", "both") for item in stanza.iter(ITEM)), since)
    if not address.startswith("#"):
        await shows(person, address, "subscribe", since)    # in return: whose presence is unknown gets none
        person.send_xml(f"<presence to='{address}' type='subscribed'/>")
    return since


async def a_person_who_is_there_is_shown_at_once(stage):
    """With MONITOR as with ISON the first answer comes at once."""
    alice, _ = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol", channel=None))
    since = await subscribes(stage, alice, CAROL)
    await shows(alice, CAROL, "available", since)
    requests = [each for each in presences(alice, CAROL) if each == "subscribe"]
    assert len(requests) <= 1, requests


async def a_person_who_is_not_there_is_not_shown(stage):
    alice = await stage.xmpp("alice")
    since = await subscribes(stage, alice, CAROL)
    await alice.gets("anything of the service, later", lambda _: True, since)
    await alice.catches_up()
    assert "available" not in presences(alice, CAROL), presences(alice, CAROL)


@needs("monitor")
async def coming_and_going_is_shown(stage):
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol", channel=None))
    since = await subscribes(stage, alice, CAROL)
    await shows(alice, CAROL, "available", since)
    for _ in range(2):
        since = alice.now()
        await carol.log_out()
        await shows(alice, CAROL, "unavailable", since)
        since = alice.now()
        carol = await stage.irc("carol", channel=None)
        await shows(alice, CAROL, "available", since)
    requests = [each for each in presences(alice, CAROL) if each == "subscribe"]
    assert len(requests) <= 1, requests


@needs("monitor")    # away-notify and extended-monitor come with IRCv3
async def away_is_shown(stage):
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    since = await subscribes(stage, alice, CAROL)
    await stage.enters(alice, carol)
    await shows(alice, CAROL, "available", since)
    since = alice.now()
    carol.send("AWAY :Out for milk")
    shown = await shows(alice, CAROL, "away", since)
    assert text_of(shown, f"{CLIENT}status") == "Out for milk", describe(shown)
    since = alice.now()
    carol.send("AWAY")
    await shows(alice, CAROL, "available", since)


async def who_is_no_contact_any_more_is_not_shown(stage):
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    since = await subscribes(stage, alice, CAROL)
    await shows(alice, CAROL, "available", since)
    since = alice.now()
    alice.send_xml(f"<presence to='{CAROL}' type='unsubscribe'/>")
    await shows(alice, CAROL, "unavailable", since)
    since = alice.now()
    await carol.log_out()
    await alice.catches_up()
    assert presences(alice, CAROL, since) == [], presences(alice, CAROL, since)


async def one_knows_who_is_there_when_one_comes_back(stage):
    """A probe, which the server sends for everybody in the roster at login."""
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol", channel=None))
    since = await subscribes(stage, alice, CAROL)
    await shows(alice, CAROL, "available", since)
    await alice.log_out()
    alice = await stage.xmpp("alice")
    await shows(alice, CAROL, "available")
    await alice.catches_up()
    assert "subscribe" not in presences(alice, CAROL), "one was asked again"
    carol.tell("alice", "Welcome back.")


async def a_room_can_be_a_contact(stage):
    """"Groups can be subscribed to and exist in the user's roster"."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp("alice")
    since = await subscribes(stage, alice, ROOM)
    await stage.enters(alice, carol)
    await shows(alice, ROOM, "available", since)
    await alice.catches_up()
    assert "subscribe" not in presences(alice, ROOM), "a room has nothing to see in people"
    since = alice.now()
    alice.send_xml(f"<presence to='{ROOM}' type='unsubscribe'/>")
    await shows(alice, ROOM, "unavailable", since)
    alice.say(ROOM, "Still inside.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Still inside.")


async def a_vcard_is_whois(stage):
    """XEP-0054 to the person, and to the occupant."""
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    await stage.enters(alice, carol)
    for address in (CAROL, f"{ROOM}/carol"):
        answer = await alice.asks(address, "<vCard xmlns='vcard-temp'/>")
        assert answer.get("type") == "result", describe(answer)
        card = answer.find(f"{VCARD}vCard")
        texts = {each.tag.removeprefix(VCARD): each.text for each in card.iter()}
        assert texts.get("NICKNAME") == "carol", texts
        assert texts.get("FN") == "carol", texts    # the real name of the IRC client
    answer = await alice.asks(f"nobody@{GATEWAY_DOMAIN}", "<vCard xmlns='vcard-temp'/>")
    assert answer.get("type") == "error", "nobody has a vCard"
    assert describe(answer).startswith(" is refused: item-not-found cancel 404"), describe(answer)


async def the_version_is_what_the_client_says(stage):
    """XEP-0092 is CTCP VERSION, and the answer is a NOTICE."""
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    await stage.enters(alice, carol)

    async def answers(question):
        await carol.gets("CTCP VERSION", lambda line: line.startswith(":alice!") and "\x01VERSION\x01" in line, question)
        carol.send("NOTICE alice :\x01VERSION Kettle 3.1 on Copper\x01")

    for address in (CAROL, f"{ROOM}/carol"):
        answer, _ = await asyncio.gather(alice.asks(address, "<query xmlns='jabber:iq:version'/>"),
                                         answers(carol.now()))
        assert answer.get("type") == "result", describe(answer)
        assert "Kettle 3.1 on Copper" in " ".join(each.text or "" for each in answer.iter()), (
            [each.text for each in answer.iter()])
    answer = await alice.asks(f"nobody@{GATEWAY_DOMAIN}", "<query xmlns='jabber:iq:version'/>")
    assert answer.get("type") == "error", "nobody has a client"


async def somebody_without_a_room_gets_messages(stage):
    """The first message connects; the nickname is that of the account."""
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol", channel=None))
    alice.tell(CAROL, "Hello.")
    message = await carol.gets("the message", lambda line: line.endswith(" PRIVMSG carol :Hello."))
    nickname = message[1:].partition("!")[0]
    carol.tell(nickname, "Hello yourself.")
    await alice.sees("private", who=CAROL, text="Hello yourself.")
    assert nickname.startswith("alice"), nickname
    carol.send("QUIT")


ACTS = [a_person_who_is_there_is_shown_at_once, a_person_who_is_not_there_is_not_shown, coming_and_going_is_shown,
        away_is_shown, who_is_no_contact_any_more_is_not_shown, one_knows_who_is_there_when_one_comes_back,
        a_room_can_be_a_contact, a_vcard_is_whois, the_version_is_what_the_client_says,
        somebody_without_a_room_gets_messages]
