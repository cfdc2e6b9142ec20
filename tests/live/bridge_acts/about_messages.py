"""Edits, replies, reactions, retractions and files: as what they are where the network knows them, else as text."""

from stanzas import CLIENT, stanza_id, text_of

REPLACE = "{urn:xmpp:message-correct:0}replace"
REPLY = "{urn:xmpp:reply:0}reply"
REACTIONS = "{urn:xmpp:reactions:0}reactions"
RETRACT = "{urn:xmpp:message-retract:1}retract"
OOB = "{jabber:x:oob}x/{jabber:x:oob}url"


def about(person, name, since=0):
    """The first stanza in the person's room that has this element; it is about what the room has called so."""
    return person.gets(f"a stanza with {name}", lambda each: each.find(name) is not None and each.get("type") == "groupchat"
                       and person.room in each.get("from", "") and not each.get("from").endswith(f"/{person.name}"), since)


async def relation(person, kind, since=0):
    """The first event of others that relates to another one in this way."""
    return await person.sees(f"a {kind}", lambda event: event["sender"] != person.id
                             and event["content"].get("m.relates_to", {}).get("rel_type") == kind, person.room, since)


async def edits_follow_to_every_room(stage):
    await stage.opens()
    said = await stage.alice.says("teh tea")
    first = {leg: await person.hears("teh tea", stage.alice.name) for leg, person in stage.others("prosody").items()}
    await stage.alice.says("the tea", more=f"<replace xmlns='urn:xmpp:message-correct:0' id='{said.get('id')}'/>")
    edited = await about(stage.erika, REPLACE)
    assert edited.find(REPLACE).get("id") == first["ejabberd"].raw.get("id"), edited.attrib
    assert "the tea" in text_of(edited, f"{CLIENT}body")
    event = await relation(stage.bob, "m.replace")
    assert event["content"]["m.relates_to"]["event_id"] == first["synapse"].raw["event_id"], event["content"]
    assert "the tea" in event["content"]["m.new_content"]["body"], event["content"]
    for person in (stage.carol, stage.dave):
        await person.hears("the tea (edited)", stage.alice.name)
    told = (await stage.hook.hears("the tea", stage.alice.name)).raw
    assert told["type"] == "message.updated", told

    event = await stage.bob.speaks("mlik")
    before = [await person.hears("mlik", stage.bob.name) for person in (stage.alice, stage.erika)]
    since = [person.now() for person in (stage.alice, stage.erika)]
    await stage.bob.edits(stage.bob.room, event, "milk")
    for person, known, now in zip((stage.alice, stage.erika), before, since):
        edited = await about(person, REPLACE, now)
        assert edited.find(REPLACE).get("id") == known.raw.get("id"), edited.attrib
    for person in (stage.carol, stage.dave):
        await person.hears("milk (edited)", stage.bob.name)


async def replies_name_what_they_answer(stage):
    await stage.opens()
    await stage.carol.says("milk first?")
    heard = {leg: await person.hears("milk first?", stage.carol.name) for leg, person in stage.others("ngircd").items()}
    await stage.bob.replies(stage.bob.room, heard["synapse"].raw["event_id"], "never")
    for person, leg in ((stage.alice, "prosody"), (stage.erika, "ejabberd")):
        reply = await about(person, REPLY)
        assert reply.find(REPLY).get("id") == stanza_id(heard[leg].raw, person.room), reply.find(REPLY).attrib
    await stage.carol.hears(f"{stage.carol.name}: never", stage.bob.name)    # on its own network her name is enough
    question = await stage.dave.gets_tagged("the question", lambda tags, line: "msgid" in tags and line.endswith("milk first?"))
    answer = await stage.dave.gets_tagged("the answer", lambda tags, line: line.endswith(" never"))
    assert answer["+draft/reply"] == question["msgid"], (question, answer)
    told = (await stage.hook.hears("never", stage.bob.name)).raw["data"]
    assert told["reply_to"], told

    sid = stanza_id(heard["prosody"].raw, stage.alice.room)
    await stage.alice.says("always", more=f"<reply xmlns='urn:xmpp:reply:0' id='{sid}' to='{heard['prosody'].raw.get('from')}'/>")
    event = (await stage.bob.hears("always", stage.alice.name)).raw
    named = event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
    assert named == heard["synapse"].raw["event_id"], event["content"]


async def reactions_are_shown_or_told(stage):
    await stage.opens()
    event = await stage.bob.speaks("cake!")
    heard = {leg: await person.hears("cake!", stage.bob.name) for leg, person in stage.others("synapse").items()}
    sid = stanza_id(heard["prosody"].raw, stage.alice.room)
    await stage.alice.sends(f"<reactions xmlns='urn:xmpp:reactions:0' id='{sid}'><reaction>\N{THUMBS UP SIGN}</reaction></reactions>", "like")
    seen = await stage.bob.sees("a reaction", lambda each: each["type"] == "m.reaction", stage.bob.room)
    assert seen["content"]["m.relates_to"] == {"rel_type": "m.annotation", "event_id": event, "key": "\N{THUMBS UP SIGN}"}, seen
    stanza = await about(stage.erika, REACTIONS)
    assert stanza.find(REACTIONS).get("id") == stanza_id(heard["ejabberd"].raw, stage.erika.room), stanza.find(REACTIONS).attrib
    # ngIRCd has no tags.
    await stage.carol.hears_that("the reaction as text", lambda each: "\N{THUMBS UP SIGN}" in each.text and "cake!" in each.text)
    cake = await stage.dave.gets_tagged("what it is about", lambda tags, line: "msgid" in tags and line.endswith("cake!"))
    reaction = await stage.dave.gets_tagged("the reaction", lambda tags, line: " TAGMSG " in line)
    assert (reaction["+draft/react"], reaction["+draft/reply"]) == ("\N{THUMBS UP SIGN}", cake["msgid"]), (cake, reaction)


async def what_is_taken_back_goes_everywhere(stage):
    await stage.opens()
    said = await stage.alice.says("oops")
    heard = {leg: await person.hears("oops", stage.alice.name) for leg, person in stage.others("prosody").items()}
    sid = stanza_id(said, stage.alice.room)
    await stage.alice.sends(f"<retract xmlns='urn:xmpp:message-retract:1' id='{sid}'/><body>This person retracted a message</body>"
                            "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:message-retract:1'/>", "gone")
    await stage.bob.sees("a redaction", lambda each: each["type"] == "m.room.redaction"
                         and heard["synapse"].raw["event_id"] in (each.get("redacts"), each["content"].get("redacts")), stage.bob.room)
    stanza = await about(stage.erika, RETRACT)
    assert stanza.find(RETRACT).get("id") == stanza_id(heard["ejabberd"].raw, stage.erika.room), stanza.find(RETRACT).attrib
    await stage.hook.hears_that("message.deleted", lambda each: each.raw["type"] == "message.deleted")
    await stage.alice.says("on with it")
    for person in (stage.carol, stage.dave):
        await person.hears("on with it", stage.alice.name)
        assert not any("retracted" in each.text for each in person.heard()), "the fallback text was said"

    event = await stage.bob.speaks("wrong room")
    known = await stage.alice.hears("wrong room", stage.bob.name)
    now = stage.alice.now()
    await stage.bob.redacts(stage.bob.room, event)
    stanza = await about(stage.alice, RETRACT, now)
    assert stanza.find(RETRACT).get("id") == stanza_id(known.raw, stage.alice.room), stanza.find(RETRACT).attrib


async def files_arrive_as_files_or_links(stage):
    await stage.opens()
    mxc = await stage.bob.uploads(b"not really a picture", "image/png", "kettle.png")
    await stage.bob.sends(stage.bob.room, "m.room.message", {
        "msgtype": "m.image", "body": "kettle.png", "url": mxc, "info": {"mimetype": "image/png", "size": 20}})
    for person in (stage.alice, stage.erika):
        stanza = await person.gets("a file", lambda each, room=person.room: each.find(OOB) is not None and room in each.get("from", ""))
        assert "kettle.png" in text_of(stanza, OOB), text_of(stanza, OOB)
    for person in (stage.carol, stage.dave):
        line = await person.hears_that("a link", lambda each: "http" in each.text and "kettle.png" in each.text)
        assert line.by == stage.bob.name, line
    await stage.hook.hears_that("the file", lambda each: each.raw["data"]["attachments"])

    await stage.alice.says("https://example.test/pot.jpg", more="<x xmlns='jabber:x:oob'><url>https://example.test/pot.jpg</url></x>")
    for person in (stage.carol, stage.dave):
        await person.hears_that("the link", lambda each: "https://example.test/pot.jpg" in each.text)
    await stage.bob.hears_that("the link", lambda each: "https://example.test/pot.jpg" in each.text)


ACTS = [edits_follow_to_every_room, replies_name_what_they_answer, reactions_are_shown_or_told, what_is_taken_back_goes_everywhere,
        files_arrive_as_files_or_links]
