"""A bridge between a channel of IRC and rooms of Matrix, where it has one account: what it says there, and what it hears."""

import re

from matrix_http import exchange
from matrix_stage import only_scripted

PROFILE = "com.beeper.per_message_profile"    # MSC4144


async def tea_party(stage, *guests):
    """carol on IRC, bob in a room on Matrix, and each guest in one of their own there; all are bridged: carol, and each
    of the others with their room's id."""
    hosts, aliases, rooms = [], [], []
    for name in ("bob", *guests):
        host = await stage.matrix(name)
        host.patience = 30
        hosts.append(host)
        aliases.append(f"tea-of-{name}-{stage.number}")
        rooms.append(await host.creates_room(preset="public_chat", alias=aliases[-1], name=f"Tea of {name}"))
    carol = await stage.becomes_a_bridge(*(f"#{alias}" for alias in aliases))
    for host, room in zip(hosts, rooms):
        await host.sees_member(room, stage.matrix_id("relay"), "join")
    return carol, *zip(hosts, rooms)


def of(nick, text):
    return f"**{nick}**: {text}"


async def carol_hears(carol, text, since=0):
    return await carol.sees("line", where="#tea", who="dev", text=text, since=since)


def lines(carol):
    return [each.text for each in carol.seen if each.kind == "line" and each.who == "dev"]


async def relayed(stage, bob, room, text, since=0):
    """The event in which the bridge says this."""
    return await bob.sees_text(text, room, stage.matrix_id("relay"), since)


async def relates(stage, bob, room, kind, since):
    return await bob.sees(f"{kind} by the bridge", lambda event: event["sender"] == stage.matrix_id("relay")
                          and event["content"].get("m.relates_to", {}).get("rel_type") == kind, room, since)


async def what_is_said_goes_both_ways(stage):
    """Each line once, in order, with who said it as text and as a profile; nothing comes back."""
    carol, (bob, room) = await tea_party(stage)
    carol.say("#tea", "one")
    event = await relayed(stage, bob, room, of("carol", "one"))
    assert event["content"][PROFILE]["displayname"] == "carol", event["content"]
    assert event["content"]["m.mentions"] == {}, event["content"]
    for number in range(5):
        carol.say("#tea", f"line {number}")
        await bob.says(room, f"answer {number}")
    await relayed(stage, bob, room, of("carol", "line 4"))
    await carol_hears(carol, f"<{bob.localpart}> answer 4")
    said = bob.texts(room, stage.matrix_id("relay"))
    assert said == [of("carol", text) for text in ("one", *(f"line {n}" for n in range(5)))], said
    assert lines(carol) == [f"<{bob.localpart}> answer {n}" for n in range(5)], lines(carol)
    carol.say("#tea", "\x01ACTION pours\x01")
    await bob.sees("an action", lambda each: "carol pours" in each["content"].get("body", "").replace("*", ""), room)
    await bob.sends(room, "m.room.message", {"msgtype": "m.emote", "body": "drinks"})
    await carol.sees("line", where="#tea", who="dev", text=f"\x01ACTION {bob.localpart} drinks\x01")
    await bob.sends(room, "m.room.message", {"msgtype": "m.notice", "body": "not for bots"})
    await bob.says(room, "the end")
    await carol_hears(carol, f"<{bob.localpart}> the end")
    assert not any("not for bots" in each for each in lines(carol)), lines(carol)


async def what_is_about_a_message_follows_it(stage):
    """From one room of Matrix to the other and to IRC: an edit, a reply, a reaction, a retraction; the gateway is started
    again between what is said and what is said about it."""
    carol, (bob, here), (erin, there) = await tea_party(stage, "erin")
    original, doomed = await bob.says(here, "teh tea"), await bob.says(here, "nonsense")
    told = await relayed(stage, erin, there, of(bob.localpart, "teh tea"))
    told_nonsense = await relayed(stage, erin, there, of(bob.localpart, "nonsense"))
    carol.say("#tea", "milk first?")
    question = await relayed(stage, bob, here, of("carol", "milk first?"))
    told_question = await relayed(stage, erin, there, of("carol", "milk first?"))
    await carol_hears(carol, f"<{bob.localpart}> nonsense")
    await stage.gateway_is_killed()
    since = len(carol.seen)
    await stage.gateway_starts()
    await carol.sees("joined", where="#tea", who="dev", since=since)

    since = erin.now()
    await bob.edits(here, original, "the tea")
    edit = await relates(stage, erin, there, "m.replace", since)
    assert edit["content"]["m.relates_to"]["event_id"] == told["event_id"], edit["content"]
    assert edit["content"]["m.new_content"]["body"] == of(bob.localpart, "the tea"), edit["content"]
    await carol_hears(carol, f"<{bob.localpart}> the tea (edited)")

    await erin.replies(there, told_question["event_id"], "never")
    reply = await relayed(stage, bob, here, of(erin.localpart, "never"))
    assert reply["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == question["event_id"], reply["content"]
    await carol_hears(carol, f"<{erin.localpart}> carol: never")

    since = erin.now()
    mark = await bob.reacts(here, question["event_id"], "🍵")
    reaction = await relates(stage, erin, there, "m.annotation", since)
    assert reaction["content"]["m.relates_to"] == {"rel_type": "m.annotation", "event_id": told_question["event_id"],
                                                   "key": "🍵"}, reaction["content"]
    await bob.redacts(here, mark)
    await is_redacted(erin, there, reaction)
    await bob.redacts(here, doomed)
    await is_redacted(erin, there, told_nonsense)


async def is_redacted(person, room, event):
    await person.sees(f"{event['event_id']} is taken back", lambda each: each["type"] == "m.room.redaction"
                      and gone(each) == event["event_id"], room)


def gone(redaction):
    """Of rooms of version 11 in the content, before at the top."""
    return redaction["content"].get("redacts") or redaction.get("redacts")


async def files_are_links_that_open(stage):
    """IRC gets an address at the gateway, Matrix the file itself or that; what people on IRC link to is text."""
    carol, (bob, here), (erin, there) = await tea_party(stage, "erin")
    content = b"Two spoons of tea."
    mxc = await bob.uploads(content, "text/plain", "recipe.txt")
    await bob.sends(here, "m.room.message", {"msgtype": "m.file", "body": "recipe.txt", "url": mxc,
                                             "info": {"mimetype": "text/plain", "size": len(content)}})
    line = await carol.sees("line", where="#tea", who="dev")
    link = re.search(r"http://\S+", line.text)
    assert link and line.text.startswith(f"<{bob.localpart}> "), line
    opened = await exchange("GET", link[0])
    assert (opened.status, opened.content) == (200, content), opened
    event = await erin.sees("the file or where it is", lambda each: each["type"] == "m.room.message"
                            and each["sender"] == stage.matrix_id("relay"), there)
    if event["content"]["msgtype"] == "m.text":
        link = re.search(r"http://\S+", event["content"]["body"])
        assert link and (await exchange("GET", link[0])).content == content, event["content"]
    else:
        assert (await erin.downloads(event["content"]["url"])).content == content, event["content"]
    carol.say("#tea", "https://example.org/cake.png")
    await relayed(stage, bob, here, of("carol", "https://example.org/cake.png"))


async def a_homeserver_that_was_away_misses_nothing(stage):
    """What is said meanwhile follows, once and in order, and the bridge hears again."""
    carol, (bob, room) = await tea_party(stage)
    carol.say("#tea", "before")
    await relayed(stage, bob, room, of("carol", "before"))
    for number in range(3):
        carol.say("#tea", f"just then {number}")
    await stage.world.restarts()
    for number in range(3):
        carol.say("#tea", f"after {number}")
    await relayed(stage, bob, room, of("carol", "after 2"))
    said = [event["content"]["body"] for event in await bob.timeline(room)
            if event["sender"] == stage.matrix_id("relay")]
    expected = [of("carol", text) for text in ("before", *(f"just then {n}" for n in range(3)),
                                               *(f"after {n}" for n in range(3)))]
    assert "\n".join(said).split("\n") == expected, said
    await bob.says(room, "Here I am.")
    await carol_hears(carol, f"<{bob.localpart}> Here I am.")


async def a_killed_gateway_says_everything_once(stage):
    carol, (bob, room) = await tea_party(stage)
    for number in range(10):
        carol.say("#tea", f"line {number}")
        await bob.says(room, f"answer {number}")
    await relayed(stage, bob, room, of("carol", "line 9"))
    await carol_hears(carol, f"<{bob.localpart}> answer 9")
    await stage.gateway_is_killed()
    await bob.says(room, "while you slept")
    since = len(carol.seen)
    await stage.gateway_starts()
    await carol.sees("joined", where="#tea", who="dev", since=since)
    await carol.sees("line", where="#tea", who="dev", since=since)
    assert any("while you slept" in each for each in lines(carol)), lines(carol)
    assert len(lines(carol)) == 11, lines(carol)
    said = bob.texts(room, stage.matrix_id("relay"))
    assert said == [of("carol", f"line {n}") for n in range(10)], said


@only_scripted("a Synapse of its own would be needed for its limit")
async def a_strict_homeserver_gets_lines_together(stage):
    """Those that wait become one event of several lines; one of them can still be corrected from elsewhere."""
    carol, (bob, room) = await tea_party(stage)
    limiter = stage.world.homeserver.limit("message", 1, burst=2)
    for number in range(30):
        carol.say("#tea", f"line {number:02}")
    await bob.sees("the last line", lambda event: event["sender"] == stage.matrix_id("relay")
                   and "line 29" in event["content"].get("body", ""), room)
    said = bob.texts(room, stage.matrix_id("relay"))
    assert "\n".join(said).split("\n") == [of("carol", f"line {n:02}") for n in range(30)], said
    assert len(said) < 15 and limiter.refusals < 10, (len(said), limiter.refusals)


ACTS = (what_is_said_goes_both_ways, what_is_about_a_message_follows_it, files_are_links_that_open,
        a_homeserver_that_was_away_misses_nothing, a_killed_gateway_says_everything_once,
        a_strict_homeserver_gets_lines_together)
