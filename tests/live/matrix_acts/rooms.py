"""Scenario 3, and what rooms of Matrix are in multi-user chat: who is in them, who may what, coming and going."""

import asyncio

from matrix_stage import DOMAIN, at_gateway, only_scripted
from stanzas import CLIENT, codes, describe, error_of, error_text, is_from, item, nickname, text_of

CROWD = 600
OVER_THE_CAP = 250
WITHIN = 2          # seconds until one sees oneself among so many,
TIMES_ALONE = 10    # or as often the time that an empty room takes on the same machine at the same time
MUC = "http://jabber.org/protocol/muc"
ADMIN = "http://jabber.org/protocol/muc#admin"
DISCO = "http://jabber.org/protocol/disco#info"


def present(person, address, since=0):
    """nickname -> affiliation/role, of those whose last presence was not their end."""
    found = {}
    for stanza in person.stanzas[since:]:
        told = stanza.tag == f"{CLIENT}presence" and stanza.get("type") in (None, "unavailable")
        if told and is_from(stanza, address):
            found[nickname(stanza)] = item(stanza) if stanza.get("type") is None else None
    return {nick: what for nick, what in found.items() if what}


async def shown(person, address, nick, what, since=0):
    """Somebody's presence: affiliation/role, or `gone`."""
    def fits(stanza):
        if stanza.tag != f"{CLIENT}presence" or not is_from(stanza, address) or nickname(stanza) != nick:
            return False
        return stanza.get("type") == "unavailable" if what == "gone" else (
            stanza.get("type") is None and item(stanza) == what)
    return await person.gets(f"{nick} {what}", fits, since)


async def sees_oneself(stage, person, alias):
    """Enters; the room's address, and how many seconds it took until the own presence came."""
    address = at_gateway(f"#{alias}:hs.test")
    began, since = asyncio.get_running_loop().time(), person.now()
    person.send_xml(f"<presence to='{address}/{stage.nick(person.name)}'><x xmlns='{MUC}'><history maxstanzas='0'/></x>"
                    f"</presence>")
    await person.gets("oneself", lambda stanza: is_from(stanza, address) and 110 in codes(stanza), since)
    return address, asyncio.get_running_loop().time() - began


async def a_crowd_is_entered_quickly(stage):
    """600 people: oneself soon, the subject last, no nickname twice; two clients, and one that breaks off."""
    bob, carol = await stage.matrix("bob"), await stage.matrix("carol")
    alias = f"tea-{stage.number}"
    room = await bob.creates_room(preset="public_chat", alias=alias, name="Tea", topic="Leaves",
                                   room_version="12")    # its creator stands in no list of levels
    await carol.joins(room)
    await bob.sets_level(room, carol.id, 50)
    await stage.world.fill(room, CROWD, bob)
    alice, own = await stage.registered()
    await bob.creates_room(preset="public_chat", alias=f"quiet-{stage.number}", name="Quiet")
    _, alone = await sees_oneself(stage, alice, f"quiet-{stage.number}")
    since = alice.now()
    address, took = await sees_oneself(stage, alice, alias)
    print(f"oneself came after {took:.2f} s, without a crowd after {alone:.2f} s")
    subject = await alice.gets("the subject", lambda stanza: is_from(stanza, address)
                               and stanza.find(f"{CLIENT}subject") is not None, since)
    assert text_of(subject, f"{CLIENT}subject") == "Leaves", describe(subject)
    entering = [each for each in alice.stanzas[since:alice.stanzas.index(subject) + 1] if is_from(each, address)]
    presences = [each for each in entering if each.tag == f"{CLIENT}presence"]
    assert 110 in codes(presences[-1]), "others come behind oneself: " + describe(presences[-1])
    nicks = [nickname(each) for each in presences]
    assert len(set(nicks)) == len(nicks), "somebody is shown twice"
    roles = {nickname(each): item(each) for each in presences}
    assert roles[bob.id[1:].partition(":")[0]] == "owner/moderator", roles
    assert roles[carol.id[1:].partition(":")[0]] == "admin/moderator", roles
    assert took < max(WITHIN, TIMES_ALONE * alone), f"oneself came after {took:.1f} s, without a crowd after {alone:.1f} s"
    desk = await stage.xmpp("alice", "desk")
    await stage.enters(desk, address)
    alice.send_xml(f"<presence to='{address}/{stage.nick('alice')}' type='unavailable'/>")
    await alice.gets("the end of one client", lambda stanza: is_from(stanza, address)
                     and stanza.get("type") == "unavailable" and 110 in codes(stanza))
    await bob.says(room, "Full house.")
    await desk.sees("line", where=address, text="Full house.")
    await stage.enters(alice, address)
    desk.client.abort()    # as when a cable is pulled
    await bob.says(room, "Who was that?")
    await alice.sees("line", where=address, text="Who was that?")
    assert own.id in await bob.members(room)


async def who_spoke_lately_is_shown_in_a_crowd(stage):
    """Over `presence_cap` not everybody is shown: those who have spoken are, and all are counted."""
    bob, carol = await stage.matrix("bob"), await stage.matrix("carol")
    alias = f"tea-{stage.number}"
    room = await bob.creates_room(preset="public_chat", alias=alias, name="Tea")
    await carol.joins(room)
    await stage.world.fill(room, OVER_THE_CAP, bob)
    await carol.says(room, "Anybody here?")
    alice, _ = await stage.registered()
    address = await stage.enters(alice, f"#{alias}:hs.test")
    shown_there = present(alice, address)
    assert carol.id[1:].partition(":")[0] in shown_there, shown_there
    assert len(shown_there) < 200, f"{len(shown_there)} are shown"
    answer = await alice.asks(address, f"<query xmlns='{DISCO}'/>")
    found = {each.get("var"): "".join(each.itertext()) for each in answer.iter("{jabber:x:data}field")}
    assert int(found["muc#roominfo_occupants"]) >= OVER_THE_CAP, found


async def a_room_says_what_it_is(stage):
    alice, address, room, (bob,) = await stage.in_a_room(topic="Leaves")
    answer = await alice.asks(address, f"<query xmlns='{DISCO}'/>")
    identity = answer.find(f".//{{{DISCO}}}identity")
    assert (identity.get("category"), identity.get("type"), identity.get("name")) == ("conference", "text", "Tea")
    found = {each.get("var"): "".join(each.itertext()) for each in answer.iter("{jabber:x:data}field")}
    assert found["muc#roominfo_occupants"] == "2" and found["muc#roominfo_description"] == "Leaves", found
    features = {each.get("var") for each in answer.iter(f"{{{DISCO}}}feature")}
    assert {"muc_nonanonymous", "muc_open", "urn:xmpp:mam:2", "urn:xmpp:occupant-id:0"} <= features, features


async def who_enters_is_told_that_the_room_is_logged(stage):
    """XEP-0045 "Room Logging" and 10.2.1: whoever enters later can read it (m.room.history_visibility), or not any more."""
    alice, address, room, (bob,) = await stage.in_a_room()
    assert any({110, 170} <= set(codes(each)) for each in alice.stanzas if is_from(each, address))
    for visibility, code in (("joined", 171), ("shared", 170)):
        since = alice.now()
        await bob.sets_state(room, "m.room.history_visibility", {"history_visibility": visibility})
        await alice.gets(f"{code}", lambda stanza: is_from(stanza, address) and code in codes(stanza), since)


async def who_people_are_is_told(stage):
    """Rooms of Matrix hide nobody: the item has the address (XEP-0045, muc_nonanonymous), whoever enters is told (100)."""
    alice, address, room, (bob,) = await stage.in_a_room()
    addresses = {nickname(each): found.get("jid", "").partition("/")[0] for each in alice.stanzas
                 if is_from(each, address) and (found := each.find(".//*[@affiliation]")) is not None}
    assert addresses[stage.nick("bob")] == at_gateway(bob.id), addresses
    assert any({100, 110} <= set(codes(each)) for each in alice.stanzas if is_from(each, address))


async def a_new_name_is_told(stage):
    """XEP-0045 10.2.1: whoever is inside asks anew."""
    alice, address, room, (bob,) = await stage.in_a_room()
    since = alice.now()
    await bob.sets_state(room, "m.room.name", {"name": "Coffee"})
    await alice.gets("the change", lambda stanza: is_from(stanza, address) and 104 in codes(stanza), since)
    answer = await alice.asks(address, f"<query xmlns='{DISCO}'/>")
    assert answer.find(f".//{{{DISCO}}}identity").get("name") == "Coffee", describe(answer)


async def who_comes_and_goes_is_shown(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    carol = await stage.matrix("carol")
    nick = carol.id[1:].partition(":")[0]
    since = alice.now()
    await carol.joins(room)
    await shown(alice, address, nick, "member/participant", since)
    since = alice.now()
    await carol.calls_oneself("Carol")
    await shown(alice, address, nick, "gone", since)
    await shown(alice, address, "Carol", "member/participant", since)
    await carol.leaves(room, "enough")
    await shown(alice, address, "Carol", "gone", since)


async def kicks_and_bans_are_told_with_their_reasons(stage):
    alice, address, room, (bob, carol) = await stage.in_a_room("carol")
    nick = carol.id[1:].partition(":")[0]
    since = alice.now()
    await bob.kicks(room, carol.id, "spam")
    stanza = await shown(alice, address, nick, "gone", since)
    assert 307 in codes(stanza) and describe(stanza).endswith(": spam"), describe(stanza)
    await carol.joins(room)
    await shown(alice, address, nick, "member/participant", since)
    since = alice.now()
    await bob.bans(room, carol.id, "more spam")
    stanza = await shown(alice, address, nick, "gone", since)
    assert 301 in codes(stanza) and item(stanza).startswith("outcast/"), describe(stanza)
    since = alice.now()
    await bob.kicks(room, stage.matrix_id("alice"), "you too")
    stanza = await alice.gets("her own end", lambda each: is_from(each, address) and each.get("type") == "unavailable"
                              and 110 in codes(each), since)
    assert 307 in codes(stanza) and "you too" in describe(stanza), describe(stanza)


async def administration_goes_to_matrix(stage):
    """Affiliations are power levels, invitations and bans; roles are kicks."""
    alice, address, room, (bob, carol) = await stage.in_a_room("carol")
    me, nick = stage.matrix_id("alice"), carol.id[1:].partition(":")[0]

    async def sets(attributes, reason=""):
        inside = f"<reason>{reason}</reason>" if reason else ""
        return await alice.asks(address, f"<query xmlns='{ADMIN}'><item {attributes}>{inside}</item></query>", "set")

    answer = await sets(f"nick='{nick}' role='none'", "no")
    assert answer.get("type") == "error" and error_of(answer).startswith("forbidden"), describe(answer)
    await bob.sets_level(room, me, 100)
    await alice.gets("alice as an owner", lambda each: each.tag == f"{CLIENT}presence" and is_from(each, address)
                     and nickname(each) == stage.nick("alice") and item(each) == "owner/moderator")
    assert (await sets(f"nick='{nick}' role='none'", "out")).get("type") == "result"
    event = await bob.sees_member(room, carol.id, "leave")
    assert (event["sender"], event["content"]["reason"]) == (me, "out"), event
    await carol.joins(room)
    await shown(alice, address, nick, "member/participant", alice.now() - 1)
    contact = at_gateway(carol.id)
    assert (await sets(f"jid='{contact}' affiliation='admin'")).get("type") == "result"
    event = await bob.sees("carol's power", lambda each: each["type"] == "m.room.power_levels"
                           and carol.id in each["content"]["users"], room)
    assert event["content"]["users"][carol.id] >= 50, event
    since = alice.now()
    answer = await sets(f"jid='{contact}' affiliation='outcast'", "gone for good")
    assert answer.get("type") == "result", f"{error_of(answer)}: {error_text(answer)}"
    await shown(alice, address, nick, "gone", since)
    event = await bob.sees_member(room, carol.id, "ban")
    assert event["content"]["reason"] == "gone for good", event
    listed = await alice.asks(address, f"<query xmlns='{ADMIN}'><item affiliation='outcast'/></query>")
    assert [each.get("jid") for each in listed.iter(f"{{{ADMIN}}}item")] == [contact], describe(listed)


async def the_subject_goes_both_ways(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    since = alice.now()
    await bob.sets_state(room, "m.room.topic", {"topic": "Coffee?"})
    await alice.gets("the topic", lambda each: is_from(each, address)
                     and text_of(each, f"{CLIENT}subject") == "Coffee?", since)
    alice.send_xml(f"<message to='{address}' type='groupchat' id='s1'><subject>Mine</subject></message>")
    error = await alice.gets("a refusal", lambda each: each.get("id") == "s1" and each.get("type") == "error")
    assert error_of(error).startswith("forbidden"), describe(error)
    await bob.sets_level(room, stage.matrix_id("alice"), 50)
    await shown(alice, address, stage.nick("alice"), "admin/moderator", since)
    alice.send_xml(f"<message to='{address}' type='groupchat' id='s2'><subject>All about tea 🍵</subject></message>")
    await bob.sees("the topic", lambda each: each["type"] == "m.room.topic"
                   and each["content"]["topic"] == "All about tea 🍵", room)


async def invitations_go_both_ways(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    private = await bob.creates_room(name="Secrets")
    since = alice.now()
    await bob.invites_to(private, stage.matrix_id("alice"), "come in")
    stanza = await alice.gets("an invitation", lambda each: each.tag == f"{CLIENT}message" and (
        each.find("{http://jabber.org/protocol/muc#user}x/{http://jabber.org/protocol/muc#user}invite") is not None
        or each.find("{jabber:x:conference}x") is not None), since)
    direct = stanza.find("{jabber:x:conference}x")
    where = direct.get("jid") if direct is not None else stanza.get("from").partition("/")[0]
    await stage.enters(alice, where)
    await bob.sees_member(private, stage.matrix_id("alice"), "join")
    carol = await stage.matrix("carol")
    since = alice.now()
    await bob.sets_level(room, stage.matrix_id("alice"), 50)    # to invite is for moderators, where the homeserver is Synapse
    await shown(alice, address, stage.nick("alice"), "admin/moderator", since)
    alice.send_xml(f"<message to='{address}'><x xmlns='http://jabber.org/protocol/muc#user'>"
                   f"<invite to='{at_gateway(carol.id)}'><reason>tea</reason></invite></x></message>")
    assert await carol.is_invited(stage.matrix_id("alice")) == room


async def every_join_is_answered(stage):
    """What cannot be entered says why."""
    alice, own = await stage.registered()
    bob = await stage.matrix("bob")
    await bob.creates_room(alias=f"private-{stage.number}", name="Secrets")
    for alias, condition in ((f"#private-{stage.number}:hs.test", "registration-required"),
                             ("#nowhere:hs.test", "item-not-found")):
        since = alice.now()
        alice.send_xml(f"<presence to='{at_gateway(alias)}/{stage.nick('alice')}'><x xmlns='{MUC}'/></presence>")
        error = await alice.gets(f"an answer for {alias}", lambda each: is_from(each, at_gateway(alias))
                                 and each.get("type") == "error", since)
        assert error_of(error).startswith(condition), describe(error)
    banned = await bob.creates_room(alias=f"banned-{stage.number}", preset="public_chat")
    await bob.bans(banned, own.id)
    address = at_gateway(f"#banned-{stage.number}:hs.test")
    alice.send_xml(f"<presence to='{address}/{stage.nick('alice')}'><x xmlns='{MUC}'/></presence>")
    error = await alice.gets("an answer", lambda each: is_from(each, address) and each.get("type") == "error")
    assert error_of(error).startswith("forbidden"), describe(error)


async def an_upgraded_room_goes_on(stage):
    """The alias leads to the new room: the address, and who is in it, stay."""
    alice, address, room, (bob,) = await stage.in_a_room(room_version="11")
    new = await bob.upgrades(room, "12")
    await bob.sees_member(new, stage.matrix_id("alice"), "join")
    await bob.says(new, "Here we are.")
    await alice.sees("line", where=address, text="Here we are.")
    alice.say(address, "So we are.")
    await bob.sees_text("So we are.", new, stage.matrix_id("alice"))


async def nicknames_are_made_fit(stage):
    """Names that XMPP refuses, and two that are the same to it."""
    alice, address, room, (bob, carol, dave) = await stage.in_a_room("carol", "dave")
    await carol.calls_oneself("\u202eevil\u0007\nname")
    await dave.calls_oneself("ＦＵＬＬ")
    await bob.calls_oneself("FULL")
    await bob.says(room, "Who is who?")
    await alice.sees("line", where=address, text="Who is who?")
    nicks = list(present(alice, address))
    assert len({nick.casefold() for nick in nicks}) == len(nicks) == 4, nicks
    assert not any(ord(each) < 32 or each == "\u202e" for nick in nicks for each in nick), nicks


@only_scripted("Synapse takes too long to make so many")
async def a_huge_room_is_entered(stage):
    """50,000 people: one is inside in time, and not all of them are shown."""
    bob = await stage.matrix("bob")
    alias = f"tea-{stage.number}"
    room = await bob.creates_room(preset="public_chat", alias=alias, name="Tea")
    stage.world.homeserver.fill(room, 50000)
    alice, _ = await stage.registered()
    alice.patience = 60
    address = await stage.enters(alice, f"#{alias}:hs.test")
    assert len(present(alice, address)) < 1000, "all of them are shown"
    await bob.says(room, "Full house.")
    await alice.sees("line", where=address, text="Full house.")
    assert (await alice.asks(DOMAIN, "<ping xmlns='urn:xmpp:ping'/>")).get("type") == "result"


ACTS = [a_crowd_is_entered_quickly, a_room_says_what_it_is, who_enters_is_told_that_the_room_is_logged, who_spoke_lately_is_shown_in_a_crowd,
        who_people_are_is_told, a_new_name_is_told,
        who_comes_and_goes_is_shown, kicks_and_bans_are_told_with_their_reasons, administration_goes_to_matrix,
        the_subject_goes_both_ways, invitations_go_both_ways, every_join_is_answered, an_upgraded_room_goes_on,
        nicknames_are_made_fit, a_huge_room_is_entered]
