"""Entering and leaving a room, stanza by stanza: XEP-0045 7.2, 7.6, 7.14."""

import asyncio

from season import needs
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import codes, describe, item, nickname, text_of

MUC = "http://jabber.org/protocol/muc"
JOIN = f"<x xmlns='{MUC}'><history maxstanzas='0'/></x>"


def join(nick, room=ROOM, inside=JOIN, ident="join"):
    return f"<presence to='{room}/{nick}' id='{ident}'>{inside}</presence>"


async def first_the_others_then_oneself_then_the_subject(stage):
    """7.2.2 and 7.2.15: the order is a MUST."""
    carol, dave = await stage.irc("carol"), await stage.irc("dave")
    await carol.sets_mode(CHANNEL, "+v dave")
    carol.set_topic(CHANNEL, "All about tea")
    await dave.sees("subject", where=CHANNEL, text="All about tea")
    alice = await stage.xmpp("alice")
    alice.send_xml(join("alice"))
    await alice.is_told(ROOM, "the subject by carol is: All about tea (delayed)")
    await alice.catches_up()
    told = alice.told_by(ROOM)
    assert sorted(told[:2]) == ["carol is here: admin/moderator", "dave is here: member/participant"], told
    assert told[2:] == ["alice is here: none/participant [110]",
                        "the subject by carol is: All about tea (delayed)"], told


async def a_room_without_a_subject_says_so(stage):
    """7.2.15: an empty subject ends the join."""
    alice = await stage.xmpp("alice")
    alice.send_xml(join("alice"))
    await alice.is_told(ROOM, "the subject by nobody is: ")
    await alice.catches_up()
    assert alice.told_by(ROOM)[-2:] == ["alice is here: admin/moderator [110]", "the subject by nobody is: "], (
        alice.told_by(ROOM))


async def irc_sees_one_join_however_many_clients_come(stage):
    """Two clients of one person are one occupant; each gets the whole room."""
    carol = await stage.irc("carol")
    phone, desk = await stage.xmpp("alice", "phone"), await stage.xmpp("alice", "desk")
    await stage.enters(phone, carol)
    since = phone.now()
    await stage.enters(desk)
    assert desk.told_by(ROOM) == ["carol is here: admin/moderator", "alice is here: none/participant [110]",
                                  "the subject by nobody is: "], desk.told_by(ROOM)
    await phone.catches_up()
    assert phone.told_by(ROOM, since) == [], "the first client was told of the second"
    await carol.catches_up()
    joins = [line for line in carol.relayed("JOIN") if line.startswith(":alice!")]
    assert len(joins) == 1, joins
    carol.say(CHANNEL, "Hello, both of you.")
    for client in (phone, desk):
        await client.sees("line", where=ROOM, who="carol", text="Hello, both of you.")
    phone.say(ROOM, "From the phone.")
    for client in (phone, desk):
        await client.sees("line", where=ROOM, who="alice", text="From the phone.")


async def the_room_is_left_when_the_last_client_leaves(stage):
    """7.14"""
    carol = await stage.irc("carol")
    phone, desk = await stage.xmpp("alice", "phone"), await stage.xmpp("alice", "desk")
    await stage.enters(phone, carol)
    await stage.enters(desk)
    since = desk.now()
    phone.leave(ROOM)
    await phone.is_told(ROOM, "alice is gone: none/none [110]")
    await desk.catches_up()
    assert desk.told_by(ROOM, since) == [], "the other client was told of it"
    await carol.catches_up()
    assert "alice" in await carol.names(CHANNEL), "alice left IRC with her first client"
    desk.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'><status>Good night</status></presence>")
    await desk.is_told(ROOM, "alice is gone: none/none [110]: Good night")
    gone = await carol.gets("alice's farewell", lambda line: line.startswith(":alice!")
                            and line.split(" ")[1] in ("PART", "QUIT"))
    assert "Good night" in gone, gone


async def a_client_that_lost_the_thread_gets_the_whole_room_again(stage):
    """A join from within is a request for everything: Gajim and Conversations do it after a bad connection."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    carol.set_topic(CHANNEL, "Milk first?")
    await alice.is_told(ROOM, "the subject by carol is: Milk first?")
    since = alice.now()
    alice.send_xml(join("alice"))
    await alice.is_told(ROOM, "the subject by carol is: Milk first? (delayed)", since)
    await alice.catches_up()
    assert alice.told_by(ROOM, since) == ["carol is here: admin/moderator", "alice is here: none/participant [110]",
                                          "the subject by carol is: Milk first? (delayed)"], alice.told_by(ROOM, since)
    await carol.catches_up()
    joins = [line for line in carol.relayed("JOIN") if line.startswith(":alice!")]
    assert len(joins) == 1, joins


async def a_nickname_in_use_becomes_another_with_210(stage):
    await stage.irc("alice")
    carol = await stage.irc("carol")
    alice = await stage.xmpp("alice")
    alice.send_xml(join("alice"))
    await alice.gets("the subject", lambda stanza: describe(stanza).startswith("the subject"))
    myself = next(stanza for stanza in alice.stanzas if 110 in codes(stanza))
    assert codes(myself) == [110, 210], codes(myself)
    assert nickname(myself) not in ("alice", ""), nickname(myself)
    await carol.sees("joined", where=CHANNEL, who=nickname(myself))
    told = alice.told_by(ROOM)
    assert "alice is here: admin/moderator" in told, "the alice of IRC is missing: " + " | ".join(told)
    return nickname(myself)


async def a_nickname_in_use_cannot_be_taken_later(stage):
    """7.6: conflict, and everything stays as it was."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    alice.send_xml(f"<presence to='{ROOM}/carol' id='nick-1'/>")
    error = await alice.gets("conflict", lambda stanza: stanza.get("type") == "error", since)
    line = describe(error)
    assert line.startswith(f"carol is refused: conflict cancel 409 by {ROOM}: "), line
    assert error.get("id") == "nick-1", error.get("id")
    alice.say(ROOM, "Still alice.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Still alice.")


async def a_new_nickname_is_told_with_303(stage):
    """7.6: the old one is unavailable with the new one, then the new one comes; 110 for oneself."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    of_alice, of_bob = alice.now(), bob.now()
    alice.send_xml(f"<presence to='{ROOM}/alicia'/>")
    await bob.is_told(ROOM, "alicia is here: none/participant", of_bob)
    await alice.is_told(ROOM, "alicia is here: none/participant [110]", of_alice)
    await alice.catches_up()
    assert alice.told_by(ROOM, of_alice) == ["alice is gone: none/participant now alicia [110 303]",
                                             "alicia is here: none/participant [110]"], alice.told_by(ROOM, of_alice)
    assert bob.told_by(ROOM, of_bob) == ["alice is gone: none/participant now alicia [303]",
                                         "alicia is here: none/participant"], bob.told_by(ROOM, of_bob)
    await carol.gets("NICK", lambda line: line.startswith(":alice!") and " NICK " in line and "alicia" in line)
    since = alice.now()
    carol.send("NICK caroline")
    await alice.is_told(ROOM, "caroline is here: admin/moderator", since)
    await alice.catches_up()
    assert alice.told_by(ROOM, since) == ["carol is gone: admin/moderator now caroline [303]",
                                          "caroline is here: admin/moderator"], alice.told_by(ROOM, since)
    carol.send("NICK carol")
    await alice.is_told(ROOM, "carol is here: admin/moderator", since)


async def who_is_not_inside_is_told_so(stage):
    """7.2.1: a presence without <x/> to a room where one is not; XEP-0045 1.32: 110, 307 or 333."""
    alice = await stage.xmpp("alice")
    alice.send_xml(f"<presence to='{ROOM}/alice'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='x' "
                   f"ver='y'/></presence>")
    answer = await alice.gets("an answer", lambda stanza: stanza.get("from") == f"{ROOM}/alice")
    assert answer.get("type") == "unavailable" and codes(answer) == [110, 307, 333], describe(answer)
    assert item(answer) == "none/none", describe(answer)
    assert describe(answer).rpartition(": ")[2], "there is no reason"


async def away_is_seen_on_irc(stage):
    """7.7: show and status are AWAY."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.send_xml(f"<presence to='{ROOM}/alice'><show>away</show><status>Boiling water</status></presence>")
    line = await asks_until(carol, "WHOIS alice", "301", "318")
    assert line.endswith("Boiling water"), line
    alice.send_xml(f"<presence to='{ROOM}/alice'/>")
    await asks_until(carol, "WHOIS alice", "", "318")


async def asks_until(person, command, wanted, end):
    """Repeats a question until its answer holds the numeric, or, with "", until it holds no 301: nobody tells."""
    deadline = asyncio.get_running_loop().time() + person.patience
    while asyncio.get_running_loop().time() < deadline:
        since = person.now()
        await person.asks(command, end)
        answers = [line for line in person.lines[since:] if line.split(" ")[1] == (wanted or "301")]
        if bool(answers) == bool(wanted):
            return answers[0] if answers else ""
        await asyncio.sleep(0.05)
    raise AssertionError(f"{command} was not answered with {wanted or 'no 301'} for {person.patience} s")


@needs("monitor")    # away-notify comes with IRCv3
async def away_of_others_is_shown(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    carol.send("AWAY :Out for milk")
    shown = await alice.gets("carol away", lambda stanza: stanza.get("from") == f"{ROOM}/carol"
                             and text_of(stanza, "{jabber:client}show") in ("away", "xa"), since)
    assert describe(shown) == "carol is here: admin/moderator", describe(shown)
    since = alice.now()
    carol.send("AWAY")
    back = await alice.gets("carol back", lambda stanza: stanza.get("from") == f"{ROOM}/carol", since)
    assert text_of(back, "{jabber:client}show") == "", text_of(back, "{jabber:client}show")


async def a_local_channel_has_an_escaped_address(stage):
    """`&local` is \\26local (XEP-0106)."""
    channel, room = "&local", f"\\26local@{GATEWAY_DOMAIN}"
    carol = await stage.irc("carol", channel=None)
    if "CHANTYPES=#&" not in await isupport(carol):
        channel, room = "#a'b/c", f"#a\\27b\\2fc@{GATEWAY_DOMAIN}"
    carol.join(channel)
    await carol.sees("joined", where=channel, who="carol")
    alice = await stage.xmpp("alice")
    alice.send_xml(join("alice", room))
    await alice.is_told(room, "alice is here: none/participant [110]")
    await carol.sees("joined", where=channel, who="alice")
    alice.say(room, "Only for us.")
    await carol.gets("the line", lambda line: line.endswith(f"PRIVMSG {channel} :Only for us."))


async def isupport(person):
    """The 005 lines, as one text."""
    await person.catches_up()
    return " ".join(line for line in person.lines if " 005 " in line)


ACTS = [first_the_others_then_oneself_then_the_subject, a_room_without_a_subject_says_so,
        irc_sees_one_join_however_many_clients_come, the_room_is_left_when_the_last_client_leaves,
        a_client_that_lost_the_thread_gets_the_whole_room_again, a_nickname_in_use_becomes_another_with_210,
        a_nickname_in_use_cannot_be_taken_later, a_new_nickname_is_told_with_303, who_is_not_inside_is_told_so,
        away_is_seen_on_irc, away_of_others_is_shown, a_local_channel_has_an_escaped_address]
