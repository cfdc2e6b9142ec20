"""The archive of a room (XEP-0313 with RSM) and the history of a join (XEP-0045 7.2.13)."""

import asyncio

from acts.joining import join
from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, DELAY, OCCUPANT_ID, STANZA_ID, codes, describe, error_of, is_from, stanza_id, text_of

MAM = "{urn:xmpp:mam:2}"
RSM = "{http://jabber.org/protocol/rsm}"
FORWARDED = "{urn:xmpp:forward:0}forwarded"
LINES = 30


class Page:
    """One answer of the archive: ids and texts in the order of their coming, and what RSM says."""

    def __init__(self, results, answer):
        self.results = results
        self.ids = [result.get("id") for result in results]
        self.messages = [result.find(f"{FORWARDED}/{CLIENT}message") for result in results]
        self.texts = [text_of(message, f"{CLIENT}body") for message in self.messages]
        fin = answer.find(f"{MAM}fin")
        assert fin is not None, "there is no <fin/>"
        self.complete = fin.get("complete") == "true"
        self.first, self.last = text_of(fin, f"{RSM}set/{RSM}first"), text_of(fin, f"{RSM}set/{RSM}last")
        self.count = text_of(fin, f"{RSM}set/{RSM}count")


async def page(person, rsm="<max>100</max>", form="", room=ROOM):
    """Asks the archive of the room; all results carry the query's id and come before the answer. `room` may be one's own
    account, whose stanzas may leave `from` out (RFC 6120 8.1.2.1)."""
    since = person.now()
    queryid = f"q{since}"
    fields = ("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2"
              f"</value></field>{form}</x>") if form else ""
    answer = await person.asks(room, f"<query xmlns='urn:xmpp:mam:2' queryid='{queryid}'>{fields}"
                               f"<set xmlns='http://jabber.org/protocol/rsm'>{rsm}</set></query>", kind="set")
    assert answer.get("type") == "result", describe(answer)
    results = []
    for stanza in person.stanzas[since:]:
        if stanza is answer:
            break
        result = stanza.find(f"{MAM}result")
        if result is not None:
            own = not stanza.get("from") and person.address.startswith(f"{room}/")
            assert (own or is_from(stanza, room)) and result.get("queryid") == queryid, describe(stanza)
            assert result.find(f"{FORWARDED}/{DELAY}") is not None, "an entry has no time"
            results.append(result)
    return Page(results, answer)


async def they_talk(stage, alice, carol, count=LINES):
    """Lines in turn, each heard before the next is said; returns text -> live stanza-id, as alice saw them."""
    live = {}
    for number in range(count):
        speaker = carol if number % 2 else alice
        since, text = alice.now(), f"line {number:02} of {speaker.name}"
        speaker.say(CHANNEL if speaker is carol else ROOM, text)
        heard = await alice.gets(text, lambda stanza: text_of(stanza, f"{CLIENT}body") == text, since)
        live[text] = stanza_id(heard, ROOM)
        assert live[text], f"{text} has no stanza-id"
    return live


async def a_talk(stage, count=LINES):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    return alice, carol, await they_talk(stage, alice, carol, count)


async def the_archive_has_what_was_said_with_the_same_ids(stage):
    alice, carol, live = await a_talk(stage)
    everything = await page(alice)
    assert everything.texts == list(live), everything.texts
    assert everything.ids == list(live.values()), "the ids differ from those of the live messages"
    assert everything.complete and everything.count in ("", str(LINES)), (everything.complete, everything.count)
    for message, text in zip(everything.messages, live):
        assert message.get("from") == f"{ROOM}/{text.rpartition(' ')[2]}", message.get("from")
        assert message.get("type") == "groupchat", message.get("type")
    carol.tell("alice", "private, and not for the archive")
    await alice.sees("private", text="private, and not")
    assert (await page(alice)).texts == list(live), "a private message is in the archive of the room"


async def pages_go_forwards_and_backwards(stage):
    """RSM: 7 at a time, after the last, before the first; each once, in order, and complete at the end only."""
    alice, _, live = await a_talk(stage)
    texts, after = [], ""
    while True:
        one = await page(alice, f"<max>7</max>{f'<after>{after}</after>' if after else ''}")
        assert one.first == one.ids[0] and one.last == one.ids[-1], (one.first, one.last, one.ids)
        texts += one.texts
        assert one.complete == (len(texts) == LINES), f"after {len(texts)} it says complete={one.complete}"
        if one.complete:
            break
        after = one.last
    assert texts == list(live), texts
    texts, before = [], ""
    while True:
        one = await page(alice, f"<max>7</max><before>{before}</before>")
        texts = one.texts + texts
        if one.complete:
            break
        before = one.first
    assert texts == list(live), texts
    newest = await page(alice, "<max>1</max><before/>")
    assert newest.texts == [list(live)[-1]] and not newest.complete, newest.texts
    nothing = await page(alice, f"<max>10</max><after>{list(live.values())[-1]}</after>")
    assert nothing.texts == [] and nothing.complete, nothing.texts
    counted = await page(alice, "<max>0</max>")
    assert counted.texts == [] and counted.count == str(LINES), (counted.texts, counted.count)


async def the_archive_is_asked_by_time(stage):
    alice, carol, live = await a_talk(stage, 6)
    stamps = [result.find(f"{FORWARDED}/{DELAY}").get("stamp") for result in (await page(alice)).results]
    assert stamps == sorted(stamps), stamps
    later = await page(alice, form=f"<field var='start'><value>{stamps[3]}</value></field>")
    assert later.texts == [text for text, stamp in zip(live, stamps) if stamp >= stamps[3]], later.texts
    earlier = await page(alice, form=f"<field var='end'><value>{stamps[2]}</value></field>")
    assert earlier.texts == [text for text, stamp in zip(live, stamps) if stamp <= stamps[2]], earlier.texts
    carol.send("QUIT")


async def an_unknown_id_is_not_found(stage):
    alice, _, _ = await a_talk(stage, 2)
    answer = await alice.asks(ROOM, "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>"
                              "<max>5</max><after>no-such-id</after></set></query>", "set")
    assert answer.get("type") == "error" and error_of(answer) == "item-not-found cancel 404", describe(answer)


async def one_may_ask_before_one_joins(stage):
    """Poezio waits for the archive before it sends presence (clients.md 2): answered at once, empty or not."""
    alice = await stage.xmpp("alice")
    empty = await page(alice)
    assert empty.texts == [] and empty.complete
    carol = await stage.irc("carol")
    await stage.enters(alice, carol)
    live = await they_talk(stage, alice, carol, 4)
    alice.leave(ROOM)
    await alice.is_told(ROOM, "alice is gone: none/none [110]")
    outside = await page(alice)
    assert outside.texts == list(live), outside.texts


async def nobody_reads_what_they_could_not_hear(stage):
    """Each person sees what was said while they were there."""
    alice, carol, live = await a_talk(stage, 4)
    bob = await stage.xmpp("bob")
    assert (await page(bob)).texts == [], "bob has never been there"
    await stage.enters(bob, carol)
    carol.say(CHANNEL, "Welcome, bob.")
    await bob.sees("line", where=ROOM, text="Welcome, bob.")
    await alice.sees("line", where=ROOM, text="Welcome, bob.")
    assert (await page(bob)).texts == ["Welcome, bob."], (await page(bob)).texts
    assert (await page(alice)).texts == [*live, "Welcome, bob."]


async def the_archive_survives_a_restart(stage):
    alice, _, live = await a_talk(stage, 6)
    await stage.in_state(DELIVERED, 6)    # what is under way may come once more
    since = alice.now()
    stage.gateway.kill()
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    again = await page(alice)
    assert again.texts == list(live) and again.ids == list(live.values()), again.texts
    assert not [line for line in alice.told_by(ROOM, since) if "says: line" in line], "something was said twice"


async def a_long_message_is_one_entry(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    text = "first line\nsecond line, " + "which is long, " * 80 + "\nlast line"
    since = alice.now()
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='long'><body>{text}</body></message>")
    reflection = await alice.gets("the reflection", lambda stanza: stanza.get("id") == "long", since)
    entries = await page(alice)
    assert entries.texts == [text], entries.texts
    assert entries.ids == [stanza_id(reflection, ROOM)], entries.ids


async def an_id_in_the_name_of_the_room_is_not_kept(stage):
    """XEP-0359 3.1: what a client says about the archive is taken out, in the reflection and in the archive."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    forged = "".join(f"<stanza-id xmlns='urn:xmpp:sid:0' by='{ROOM}' id='forged-{number}'/>" for number in range(2))
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='forger'><body>Believe me.</body>{forged}"
                   f"<delay xmlns='urn:xmpp:delay' from='{ROOM}' stamp='2001-01-01T00:00:00Z'/>"
                   f"<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></message>")
    reflection = await alice.gets("the reflection", lambda stanza: stanza.get("id") == "forger")
    for message in (reflection, *(await page(alice)).messages):
        ids = [each.get("id") for each in message.findall(STANZA_ID) if each.get("by") == ROOM]
        assert len(ids) <= 1 and "forged" not in "".join(ids), ids
        occupants = [each.get("id") for each in message.findall(OCCUPANT_ID)]
        assert len(occupants) == 1 and "forged" not in occupants, occupants
    entry = (await page(alice)).results[0]
    assert not entry.find(f"{FORWARDED}/{DELAY}").get("stamp").startswith("2001"), "the time was forged"
    assert entry.get("id") == stanza_id(reflection, ROOM), (entry.get("id"), stanza_id(reflection, ROOM))


async def who_is_banned_does_not_read_it(stage):
    """XEP-0313 8: closed with the ban, open again when one is let in."""
    alice, carol, live = await a_talk(stage, 2)
    since = alice.now()
    carol.send(f"MODE {CHANNEL} +b alice!*@*", f"KICK {CHANNEL} alice :never again")
    await alice.gets("301", lambda stanza: 301 in codes(stanza), since)
    answer = await alice.asks(ROOM, "<query xmlns='urn:xmpp:mam:2'/>", "set")
    assert answer.get("type") == "error" and error_of(answer) == "forbidden auth 403", describe(answer)
    await carol.sets_mode(CHANNEL, "-b alice!*@*")
    await stage.enters(alice)
    assert (await page(alice)).texts == list(live)


async def history_comes_with_the_join(stage):
    """7.2.13: between oneself and the subject, delayed, with the ids of the archive; the smallest limit wins."""
    alice, carol, live = await a_talk(stage, 10)
    texts = list(live)
    for limits, wanted in (("maxstanzas='3'", texts[-3:]), ("maxstanzas='0'", []), ("maxchars='0'", []),
                           ("seconds='3600'", texts), ("since='1990-01-01T00:00:00Z'", texts),
                           ("since='2990-01-01T00:00:00Z'", []), ("seconds='3600' maxstanzas='2'", texts[-2:])):
        await leaves(alice)
        since = alice.now()
        alice.send_xml(join("alice", inside="<x xmlns='http://jabber.org/protocol/muc'>"
                                            f"<history {limits}/></x>"))
        await alice.is_told(ROOM, "the subject by nobody is: ", since)
        await alice.catches_up()
        told = alice.told_by(ROOM, since)
        history = [f"{text.rpartition(' ')[2]} says: {text} (delayed)" for text in wanted]
        assert told == ["carol is here: admin/moderator", "alice is here: none/participant [110]", *history,
                        "the subject by nobody is: "], f"{limits}: {told}"
        for stanza in alice.stanzas[since:]:
            if (text := text_of(stanza, f"{CLIENT}body")) in live:
                assert stanza_id(stanza, ROOM) == live[text], f"{text} has another id"
                assert stanza.find(DELAY).get("from") == ROOM, "the delay is not the room's"
                assert stanza.find(STANZA_ID) is not None
    carol.send("QUIT")


async def leaves(person):
    since = person.now()
    person.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'/>")
    await person.is_told(ROOM, "alice is gone: none/none [110]", since)


async def without_limits_some_history_comes(stage):
    """Psi, Profanity and Pidgin ask for none and rely on it (clients.md 2)."""
    alice, carol, live = await a_talk(stage, 3)
    await leaves(alice)
    since = alice.now()
    alice.send_xml(join("alice", inside="<x xmlns='http://jabber.org/protocol/muc'/>"))
    await alice.is_told(ROOM, "the subject by nobody is: ", since)
    heard = [text_of(stanza, f"{CLIENT}body") for stanza in alice.stanzas[since:] if stanza.find(DELAY) is not None]
    assert heard == list(live), heard
    await asyncio.gather(carol.catches_up(), alice.catches_up())


async def the_archive_is_announced(stage):
    """disco#info of the room, and the form of the query."""
    alice, _, _ = await a_talk(stage, 1)
    answer = await alice.asks(ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
    features = {each.get("var") for each in answer.iter("{http://jabber.org/protocol/disco#info}feature")}
    assert "urn:xmpp:mam:2" in features and "urn:xmpp:sid:0" in features, sorted(features)
    answer = await alice.asks(ROOM, "<query xmlns='urn:xmpp:mam:2'/>")
    fields = {field.get("var") for field in answer.iter("{jabber:x:data}field")}
    assert {"start", "end", "with"} <= fields, fields


ACTS = [the_archive_has_what_was_said_with_the_same_ids, pages_go_forwards_and_backwards, the_archive_is_asked_by_time,
        an_unknown_id_is_not_found, an_id_in_the_name_of_the_room_is_not_kept, who_is_banned_does_not_read_it,
        one_may_ask_before_one_joins, nobody_reads_what_they_could_not_hear, the_archive_survives_a_restart,
        a_long_message_is_one_entry, history_comes_with_the_join, without_limits_some_history_comes,
        the_archive_is_announced]
