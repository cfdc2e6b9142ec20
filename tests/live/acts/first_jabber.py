"""S5: a client of the first years, which knows groupchat 1.0 and nothing of XEP-0045; and one of today in its place."""

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, MUC_USER, codes, describe, is_from, item, text_of

CAPS = "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://client.example' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>"


def told(person, since):
    """What such a client understands of a room: presences by their type, and lines."""
    lines = []
    for stanza in person.stanzas[since:]:
        if not is_from(stanza, ROOM):
            continue
        assert stanza.find(f"{MUC_USER}x") is None, f"a client of the first years gets {describe(stanza)}"
        who = stanza.get("from").partition("/")[2]
        if stanza.tag == f"{CLIENT}presence":
            lines.append(f"{who}: {stanza.get('type') or 'available'}")
        else:
            lines.append(f"{who + ': ' if who else ''}{text_of(stanza, f'{CLIENT}body')}")
    return lines


async def enters(person, nickname="alice"):
    since = person.now()
    person.send_xml(f"<presence to='{ROOM}/{nickname}'/>")
    await person.gets("the end of entering", lambda stanza: is_from(stanza, ROOM)
                      and (stanza.find(f"{CLIENT}subject") is not None), since)
    await person.catches_up()
    return told(person, since)


async def presence_enters_a_room(stage):
    """Without <x/>: lines of text say who comes and goes, and presences have nothing that was invented later."""
    carol = await stage.irc("carol")
    carol.set_topic(CHANNEL, "All about tea")
    alice = await stage.xmpp("alice")
    lines = await enters(alice)
    assert "alice has arrived." in lines and "carol: available" in lines and "alice: available" in lines, lines
    assert "All about tea" in lines[-1], lines
    await carol.sees("joined", where=CHANNEL, who="alice")
    since = alice.now()
    dave = await stage.irc("dave")
    await alice.gets("a line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "dave has arrived.", since)
    dave.send("NICK erin")
    await alice.gets("a line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "dave is now known as erin.", since)
    dave.send(f"PART {CHANNEL}")
    await alice.gets("a line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "erin has left.", since)
    alice.say(ROOM, "Good day.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Good day.")
    alice.send_xml(f"<presence to='{ROOM}/alicia'/>")
    await alice.gets("a line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "alice is now known as alicia.", since)
    await carol.gets("NICK", lambda line: line.startswith(":alice!") and line.endswith("alicia"))
    alice.send_xml(f"<presence to='{ROOM}/alicia' type='unavailable'/>")
    await carol.sees("left", who="alicia")
    await alice.catches_up()
    lines = told(alice, since)
    for line in ("dave: available", "dave: unavailable", "erin: available", "erin: unavailable", "alice: Good day.",
                 "alice: unavailable", "alicia: available", "alicia: unavailable"):
        assert lines.count(line) == 1, f"{line} came {lines.count(line)} times: {lines}"


async def an_invitation_by_its_subject(stage):
    """`invite:` and an address: for people of today it is an invitation as any other, on IRC an INVITE."""
    carol = await stage.irc("carol", channel=None)
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    await enters(alice)
    alice.send_xml(f"<message to='{ROOM}'><subject>invite:{stage.account('bob')}</subject><body>Cake?</body></message>")
    invitation = await bob.gets("an invitation", lambda stanza: stanza.find("{jabber:x:conference}x") is not None)
    assert invitation.find("{jabber:x:conference}x").get("jid") == ROOM, describe(invitation)
    assert invitation.find(f"{MUC_USER}x/{MUC_USER}invite") is not None, describe(invitation)
    alice.send_xml(f"<message to='{ROOM}'><subject>invite:carol@{GATEWAY_DOMAIN}</subject></message>")
    await carol.gets("INVITE", lambda line: line.startswith(":alice!")
                     and f"INVITE carol {CHANNEL}" in line.replace(" :", " "))


async def a_client_of_today_is_told_that_it_is_outside(stage):
    """7.2.1: the same stanza by a client with capabilities, or one that has been here in today's way."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    alice.send_xml(f"<presence to='{ROOM}/alice'>{CAPS}</presence>")
    await stage.enters(bob, carol)
    since = bob.now()
    carol.send(f"KICK {CHANNEL} bob :and does not know it")
    await bob.gets("the kick", lambda stanza: 307 in codes(stanza), since)
    since = bob.now()
    bob.send_xml(f"<presence to='{ROOM}/bob'/>")
    for person, index in ((alice, 0), (bob, since)):
        answer = await person.gets("an answer", lambda stanza: stanza.get("from") == f"{ROOM}/{person.name}", index)
        assert answer.get("type") == "unavailable" and codes(answer) == [110, 307, 333], describe(answer)
        assert item(answer) == "none/none", describe(answer)
    await carol.catches_up()
    joins = [line for line in carol.relayed("JOIN") if line.startswith((":alice!", ":bob!"))]
    assert len(joins) == 1, joins


ACTS = [presence_enters_a_room, an_invitation_by_its_subject, a_client_of_today_is_told_that_it_is_outside]
