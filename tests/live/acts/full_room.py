"""S4: a room with fifty people of every rank, entered by two clients; each stanza of it, in its order (XEP-0045 7.2)."""

import asyncio

from acts.archive import page
from acts.joining import join
from stage import CHANNEL, ROOM
from stanzas import CLIENT, DELAY, OCCUPANT_ID, STANZA_ID, describe, is_from, nickname, stanza_id, text_of

PEOPLE = 50
RANKS = {"q": "owner/moderator", "a": "admin/moderator", "o": "admin/moderator", "h": "member/moderator",
         "v": "member/participant"}
LINES = 20
MUC = "http://jabber.org/protocol/muc"


async def a_full_room(stage):
    """carol, and p00 to p49, the first five with a rank each; returns carol and nickname -> affiliation/role."""
    carol = await stage.irc("carol")
    await carol.becomes_operator()
    people = await asyncio.gather(*(stage.irc(f"p{number:02}") for number in range(PEOPLE)))
    await carol.catches_up()
    mode = "SAMODE" if stage.theatre.irc_kind == "inspircd" else "MODE"
    wanted = {person.name: "none/participant" for person in people} | {"carol": "admin/moderator"}
    for person, (letter, line) in zip(people, RANKS.items()):
        since = carol.now()
        carol.send(f"{mode} {CHANNEL} +{letter} {person.name}")
        await carol.gets(f"+{letter}", lambda line: " MODE " in line and f"+{letter} " in line, since)
        wanted[person.name] = line
    return carol, people, wanted


def history(count):
    return f"<x xmlns='{MUC}'><history maxstanzas='{count}'/></x>"


async def enters(client, inside, ident):
    """All that the room sends for a join, as stanzas."""
    since = client.now()
    client.send_xml(join("alice", inside=inside, ident=ident))
    await client.gets("the subject", lambda stanza: is_from(stanza, ROOM)
                      and describe(stanza).startswith("the subject"), since)
    await client.catches_up()
    return [stanza for stanza in client.stanzas[since:] if is_from(stanza, ROOM)]


def is_whole_and_in_order(stanzas, wanted, said, own="alice is here: none/participant [110]"):
    told = [describe(stanza) for stanza in stanzas]
    presences = [line for stanza, line in zip(stanzas, told) if stanza.tag == f"{CLIENT}presence"]
    others = sorted(f"{name} is here: {line}" for name, line in wanted.items())
    assert sorted(presences[:-1]) == others, sorted(set(presences[:-1]) ^ set(others))
    assert presences[-1] == own, presences[-1]
    assert told == [*presences, *(f"{text.rpartition(' ')[2]} says: {text} (delayed)" for text in said),
                    "the subject by carol is: Full house (delayed)"], told[len(presences):]
    occupants = {nickname(stanza): stanza.find(OCCUPANT_ID).get("id") for stanza in stanzas[:len(presences)]}
    assert len(set(occupants.values())) == len(presences), "two occupants have one occupant-id"
    for stanza in stanzas[len(presences):-1]:
        assert stanza.find(OCCUPANT_ID).get("id") == occupants[nickname(stanza)], describe(stanza)
        assert stanza.find(DELAY).get("from") == ROOM, describe(stanza)
        old = stanza.find("{jabber:x:delay}x")
        assert old is not None and len(old.get("stamp")) == 17, "the time for old clients is missing"
        assert len(stanza.findall(STANZA_ID)) == 1, "a message has more than one id of the archive"


async def everybody_is_told_of_everybody(stage):
    carol, people, wanted = await a_full_room(stage)
    carol.set_topic(CHANNEL, "Full house")
    phone, desk = await stage.xmpp("alice", "phone"), await stage.xmpp("alice", "desk")
    is_whole_and_in_order(await enters(phone, history(0), "first"), wanted, [])
    said = []
    for number in range(LINES):
        said.append(f"line {number:02} of {people[number].name}")
        people[number].say(CHANNEL, said[-1])
        await phone.sees("line", where=ROOM, text=said[-1])
    archived = await page(phone)
    assert archived.texts == said, archived.texts
    # The second client gets all of it, and the first one nothing; so does a client that lost the thread.
    before = phone.now()
    of_desk = await enters(desk, history(3), "second")
    is_whole_and_in_order(of_desk, wanted, said[-3:])
    await phone.catches_up()
    assert phone.told_by(ROOM, before) == [], phone.told_by(ROOM, before)
    live = {text_of(stanza, f"{CLIENT}body"): stanza_id(stanza, ROOM) for stanza in of_desk
            if stanza.find(f"{CLIENT}body") is not None}
    assert live == dict(zip(archived.texts[-3:], archived.ids[-3:])), live
    is_whole_and_in_order(await enters(phone, history(0), "again"), wanted, [])
    phone.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'/>")
    await phone.is_told(ROOM, "alice is gone: none/none [110]")
    desk.say(ROOM, "Still here.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Still here.")
    joins = [line for line in carol.relayed("JOIN") if line.startswith(":alice!")]
    assert len(joins) == 1, joins


ACTS = [everybody_is_told_of_everybody]
