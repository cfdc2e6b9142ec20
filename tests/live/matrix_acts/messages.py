"""Scenario 5: edits, retractions, moderation, replies, reactions, threads; both ways, and with a restart between what
is said and what is said about it."""

from matrix_stage import DOMAIN
from matrix_user import V1, path
from stanzas import CLIENT, is_from, nickname, stanza_id, text_of

REPLACE = "{urn:xmpp:message-correct:0}replace"
RETRACT = "{urn:xmpp:message-retract:1}retract"
MODERATED = "{urn:xmpp:message-moderate:1}moderated"
REPLY = "{urn:xmpp:reply:0}reply"
REACTIONS = "{urn:xmpp:reactions:0}reactions"


async def heard(person, address, text):
    """The message of that text in the room, and its stanza-id."""
    stanza = await person.gets(f"{text!r} in {address}", lambda each: is_from(each, address)
                               and each.get("type") == "groupchat" and text_of(each, f"{CLIENT}body") == text)
    assert stanza_id(stanza, address), "it has no stanza-id"
    return stanza, stanza_id(stanza, address)


async def said_before_a_restart(stage):
    """One line of each, known to both; then the gateway is started again and alice comes back."""
    alice, address, room, (bob,) = await stage.in_a_room()
    theirs = await bob.says(room, "The kettle is on.")
    _, their_id = await heard(alice, address, "The kettle is on.")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='mine'><body>Two sugars.</body></message>")
    mine = (await bob.sees_text("Two sugars.", room))["event_id"]
    _, my_id = await heard(alice, address, "Two sugars.")
    await stage.gateway_restarts()
    await alice.asks_until_answered(DOMAIN)
    await stage.enters(alice, address)
    return alice, address, room, bob, theirs, their_id, mine, my_id


async def about(alice, address, element, since):
    """The next message of the room that holds the element."""
    return await alice.gets(element, lambda each: is_from(each, address) and each.find(element) is not None, since)


async def edits_go_both_ways(stage):
    """XEP-0308, m.replace"""
    alice, address, room, bob, theirs, their_id, mine, _ = await said_before_a_restart(stage)
    since = alice.now()
    await bob.edits(room, theirs, "The kettle is off.")
    stanza = await about(alice, address, REPLACE, since)
    assert text_of(stanza, f"{CLIENT}body") == "The kettle is off.", text_of(stanza, f"{CLIENT}body")
    original, _ = await heard(alice, address, "The kettle is on.")
    assert stanza.find(REPLACE).get("id") in (original.get("id"), their_id), stanza.find(REPLACE).attrib
    alice.send_xml(f"<message to='{address}' type='groupchat' id='mine-2'><body>Three sugars.</body>"
                   f"<replace xmlns='urn:xmpp:message-correct:0' id='mine'/></message>")
    event = await bob.sees("the edit", lambda each: each["type"] == "m.room.message"
                           and each["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
                           and each["sender"] == stage.matrix_id("alice"), room)
    assert event["content"]["m.relates_to"]["event_id"] == mine, event
    assert event["content"]["m.new_content"]["body"] == "Three sugars.", event


async def retractions_go_both_ways(stage):
    """XEP-0424, m.room.redaction"""
    alice, address, room, bob, theirs, their_id, mine, my_id = await said_before_a_restart(stage)
    since = alice.now()
    await bob.redacts(room, theirs, "oops")
    stanza = await about(alice, address, RETRACT, since)
    assert stanza.find(RETRACT).get("id") == their_id, stanza.find(RETRACT).attrib
    alice.send_xml(f"<message to='{address}' type='groupchat' id='retract'><retract xmlns='urn:xmpp:message-retract:1' "
                   f"id='{my_id}'/></message>")
    event = await bob.sees("the redaction", lambda each: each["type"] == "m.room.redaction"
                           and each["sender"] == stage.matrix_id("alice"), room)
    assert event["content"].get("redacts", event.get("redacts")) == mine, event


async def moderation_goes_both_ways(stage):
    """XEP-0425: by whom and why."""
    alice, address, room, bob, theirs, their_id, mine, my_id = await said_before_a_restart(stage)
    since = alice.now()
    await bob.redacts(room, mine, "rude")
    stanza = await about(alice, address, RETRACT, since)
    retract = stanza.find(RETRACT)
    assert retract.get("id") == my_id and retract.find(MODERATED) is not None, retract.attrib
    assert text_of(retract, "{urn:xmpp:message-retract:1}reason") == "rude", "the reason is missing"
    await bob.sets_level(room, stage.matrix_id("alice"), 50)
    await alice.gets("alice as a moderator", lambda each: each.tag == f"{CLIENT}presence" and is_from(each, address)
                     and nickname(each) == stage.nick("alice")
                     and each.find(".//*[@role='moderator']") is not None, since)
    answer = await alice.asks(address, f"<moderate xmlns='urn:xmpp:message-moderate:1' id='{their_id}'>"
                              "<retract xmlns='urn:xmpp:message-retract:1'/><reason>too loud</reason></moderate>",
                              "set")
    assert answer.get("type") == "result", answer.attrib
    event = await bob.sees("the redaction", lambda each: each["type"] == "m.room.redaction"
                           and each["sender"] == stage.matrix_id("alice"), room)
    assert event["content"].get("redacts", event.get("redacts")) == theirs and event["content"]["reason"] == "too loud"


async def replies_go_both_ways(stage):
    """XEP-0461, m.in_reply_to"""
    alice, address, room, bob, theirs, their_id, mine, my_id = await said_before_a_restart(stage)
    since = alice.now()
    await bob.replies(room, mine, "Only one.")
    stanza = await about(alice, address, REPLY, since)
    assert stanza.find(REPLY).get("id") == my_id, stanza.find(REPLY).attrib
    assert text_of(stanza, f"{CLIENT}body").endswith("Only one."), text_of(stanza, f"{CLIENT}body")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='reply'><body>Is it?</body>"
                   f"<reply xmlns='urn:xmpp:reply:0' to='{address}/bob' id='{their_id}'/></message>")
    event = await bob.sees_text("Is it?", room)
    assert event["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == theirs, event


async def reactions_go_both_ways(stage):
    """XEP-0444 has the whole set of a person, Matrix an event for each: added, changed, taken away."""
    alice, address, room, bob, theirs, their_id, mine, my_id = await said_before_a_restart(stage)
    since = alice.now()
    first = await bob.reacts(room, mine, "👍")

    async def alice_sees(*emoji):
        await alice.gets(f"bob's reactions {emoji}", lambda each: is_from(each, address)
                         and (found := each.find(REACTIONS)) is not None and found.get("id") == my_id
                         and sorted(child.text for child in found) == sorted(emoji), since)

    await alice_sees("👍")
    await bob.reacts(room, mine, "🍵")
    await alice_sees("👍", "🍵")
    await bob.redacts(room, first)
    await alice_sees("🍵")

    async def react(*emoji):
        inside = "".join(f"<reaction>{each}</reaction>" for each in emoji)
        alice.send_xml(f"<message to='{address}' type='groupchat' id='react-{''.join(emoji)}'>"
                       f"<reactions xmlns='urn:xmpp:reactions:0' id='{their_id}'>{inside}</reactions></message>")

    async def bob_sees(key):
        return await bob.sees(f"the reaction {key}", lambda each: each["type"] == "m.reaction"
                              and each["sender"] == stage.matrix_id("alice")
                              and each["content"]["m.relates_to"] == {
                                  "rel_type": "m.annotation", "event_id": theirs, "key": key}, room)

    await react("❤")
    await bob_sees("❤")
    await react("🎉")
    await bob_sees("🎉")
    await react()
    await bob.sees("the end of the last reaction", lambda each: each["type"] == "m.room.redaction"
                   and each["sender"] == stage.matrix_id("alice"), room)
    await alice.catches_up()
    await eventually_none(bob, room, theirs)


async def eventually_none(bob, room, event):
    from matrix_acts.accounts import eventually

    async def ask(_):
        return (await bob.asks("GET", f"{V1}/rooms/{path(room)}/relations/{path(event)}/m.annotation"))["chunk"]
    await eventually(bob, ask, lambda found: found == [])


async def threads_keep_their_root(stage):
    alice, address, room, bob, theirs, their_id, mine, my_id = await said_before_a_restart(stage)
    since = alice.now()
    await bob.says_in_thread(room, mine, "About the sugar.")
    stanza = await alice.gets("the thread", lambda each: is_from(each, address)
                              and text_of(each, f"{CLIENT}body").endswith("About the sugar."), since)
    thread = text_of(stanza, f"{CLIENT}thread")
    assert thread, "there is no <thread/>"
    alice.send_xml(f"<message to='{address}' type='groupchat' id='t'><body>What of it?</body><thread>{thread}</thread>"
                   f"</message>")
    event = await bob.sees_text("What of it?", room)
    relation = event["content"].get("m.relates_to", {})
    assert (relation.get("rel_type"), relation.get("event_id")) == ("m.thread", mine), event


async def threads_stand_in_the_room_as_answers(stage):
    """`threads = "inline"`: what is said in a thread quotes what it answers, and an answer to it goes there."""
    await stage.restart_gateway_with(network='  threads = "inline"\n')
    alice, address, room, (bob,) = await stage.in_a_room()
    root = await bob.says(room, "The kettle is on.")
    _, root_id = await heard(alice, address, "The kettle is on.")
    since = alice.now()
    inside = await bob.says_in_thread(room, root, "Until noon.")
    stanza = await about(alice, address, REPLY, since)
    assert stanza.find(REPLY).get("id") == root_id, stanza.find(REPLY).attrib
    assert text_of(stanza, f"{CLIENT}body") == "> The kettle is on.\nUntil noon.", text_of(stanza, f"{CLIENT}body")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='t'><body>Thanks.</body>"
                   f"<reply xmlns='urn:xmpp:reply:0' to='{address}/bob' id='{stanza_id(stanza, address)}'/></message>")
    event = await bob.sees_text("Thanks.", room)
    relation = event["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root), event
    assert relation["m.in_reply_to"]["event_id"] == inside and not relation["is_falling_back"], event


def poll(question, *answers):
    """The content of m.poll.start as Element sends it (MSC3381, before it was stable)."""
    return {"org.matrix.msc3381.poll.start": {
        "kind": "org.matrix.msc3381.poll.disclosed", "max_selections": 1,
        "question": {"org.matrix.msc1767.text": question},
        "answers": [{"id": f"a{number}", "org.matrix.msc1767.text": each} for number, each in enumerate(answers)]}}


async def polls_are_text_that_is_corrected(stage):
    """MSC3381: votes change the text of the poll (XEP-0308), also of one from before a restart; a number as the answer
    to it is a vote."""
    alice, address, room, (bob,) = await stage.in_a_room()
    since = alice.now()
    asked = await bob.sends(room, "org.matrix.msc3381.poll.start", poll("What?", "Cake", "Scone"))
    stanza, poll_id = await heard(alice, address, "What?\n1. Cake\n2. Scone")

    async def votes(answer):
        return await bob.sends(room, "org.matrix.msc3381.poll.response", {
            "m.relates_to": {"rel_type": "m.reference", "event_id": asked},
            "org.matrix.msc3381.poll.response": {"answers": [answer]}})

    async def alice_sees(text):
        changed = await alice.gets(f"the poll as {text!r}", lambda each: each.find(REPLACE) is not None
                                   and is_from(each, address) and text_of(each, f"{CLIENT}body") == text, since)
        assert nickname(changed) == nickname(stanza) and changed.find(REPLACE).get("id") == stanza.get("id"), changed.attrib

    await votes("a0")
    await alice_sees("What?\n1. Cake (1)\n2. Scone (0)\n1 person has voted.")
    await stage.gateway_restarts()
    await alice.asks_until_answered(DOMAIN)
    await stage.enters(alice, address)
    alice.send_xml(f"<message to='{address}' type='groupchat' id='vote'><body>2</body>"
                   f"<reply xmlns='urn:xmpp:reply:0' to='{address}/bob' id='{poll_id}'/></message>")
    vote = await bob.sees("alice's vote", lambda each: each["type"] == "org.matrix.msc3381.poll.response"
                          and each["sender"] == stage.matrix_id("alice"), room)
    assert vote["content"]["org.matrix.msc3381.poll.response"]["answers"] == ["a1"], vote
    await alice_sees("What?\n1. Cake (1)\n2. Scone (1)\n2 people have voted.")
    await bob.sends(room, "org.matrix.msc3381.poll.end", {
        "m.relates_to": {"rel_type": "m.reference", "event_id": asked}, "org.matrix.msc1767.text": "Over."})
    await alice_sees("What?\n1. Cake (1)\n2. Scone (1)\n2 people have voted. The poll has ended.")
    await alice.gets("the result", lambda each: is_from(each, address)
                     and text_of(each, f"{CLIENT}body").endswith("The poll has ended: Cake 1, Scone 1."), since)


async def text_has_its_form(stage):
    """HTML to styling (XEP-0393) and back; `/me`; mentions."""
    alice, address, room, (bob,) = await stage.in_a_room()
    await bob.says(room, "bold and code", format="org.matrix.custom.html",
                   formatted_body="<strong>bold</strong> and <code>code</code>")
    await heard(alice, address, "*bold* and `code`")
    await bob.sends(room, "m.room.message", {"msgtype": "m.emote", "body": "pours"})
    await heard(alice, address, "/me pours")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='s'><body>*strong* and &lt;b&gt;</body></message>")
    event = await bob.sees("alice's words", lambda each: each["type"] == "m.room.message"
                           and each["sender"] == stage.matrix_id("alice"), room)
    assert "<strong>strong</strong> and &lt;b&gt;" in event["content"]["formatted_body"], event
    assert event["content"]["m.mentions"] == {}, event
    alice.send_xml(f"<message to='{address}' type='groupchat' id='m'><body>/me hands {stage.nick('bob')} a cup</body>"
                   f"</message>")
    event = await bob.sees("the action", lambda each: each["content"].get("msgtype") == "m.emote"
                           and each["sender"] == stage.matrix_id("alice"), room)
    assert event["content"]["m.mentions"] == {"user_ids": [bob.id]}, event


async def typing_and_reading_go_both_ways(stage):
    """XEP-0085 and m.typing, XEP-0333 and m.read."""
    alice, address, room, (bob,) = await stage.in_a_room()
    await bob.types(room)
    await alice.gets("bob types", lambda each: is_from(each, address)
                     and each.find("{http://jabber.org/protocol/chatstates}composing") is not None)
    event = await bob.says(room, "Read this.")
    _, ident = await heard(alice, address, "Read this.")
    alice.send_xml(f"<message to='{address}' type='groupchat' id='d'><displayed xmlns='urn:xmpp:chat-markers:0' "
                   f"id='{ident}'/></message>")
    await bob.waits_for("alice has read it", lambda: any(
        each["type"] == "m.receipt" and stage.matrix_id("alice") in each["content"].get(event, {}).get("m.read", {})
        for of, each in bob.ephemeral if of == room))
    alice.send_xml(f"<message to='{address}' type='groupchat' id='c'>"
                   f"<composing xmlns='http://jabber.org/protocol/chatstates'/></message>")
    await bob.waits_for("alice types", lambda: any(
        each["type"] == "m.typing" and stage.matrix_id("alice") in each["content"]["user_ids"]
        for of, each in bob.ephemeral if of == room))


ACTS = [edits_go_both_ways, retractions_go_both_ways, moderation_goes_both_ways, replies_go_both_ways,
        reactions_go_both_ways, threads_keep_their_root, threads_stand_in_the_room_as_answers,
        polls_are_text_that_is_corrected, text_has_its_form, typing_and_reading_go_both_ways]
