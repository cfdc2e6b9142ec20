"""Talking: messages in rooms and in private, their evidence, and what may stand in them."""

import asyncio
import re

import doap
from season import needs
from sources import PROJECT
from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, ROOM, TO_NETWORK, TO_PERSON

PING = "<ping xmlns='urn:xmpp:ping'/>"
DISCO = "http://jabber.org/protocol/disco#info"


async def everybody_hears_everybody_in_a_room(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    bob = await stage.xmpp_in_room("bob", carol)
    await alice.sees("joined", where=ROOM, who="carol")
    await alice.sees("joined", where=ROOM, who="bob")
    for speaker, text in ((alice, "The kettle is on."), (bob, "Ceylon, please. ☕"), (carol, "Two sugars for me.")):
        speaker.say(CHANNEL if speaker is carol else ROOM, text)
        for listener in (alice, bob):
            await listener.sees("line", where=ROOM, who=speaker.name, text=text)
        if speaker is not carol:
            await carol.sees("line", where=CHANNEL, who=speaker.name, text=text)
    for person in (alice, bob):
        said = [seen.who for seen in person.seen if seen.kind == "line" and seen.who]
        assert said == ["alice", "bob", "carol"], f"{person.name} heard {said}"


async def ones_own_message_comes_back_with_its_id(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='mine-1'><body>Is this on?</body>"
                   f"<origin-id xmlns='urn:xmpp:sid:0' id='origin-1'/></message>")
    reflection = await alice.gets("her own message", lambda stanza: stanza.get("id") == "mine-1")
    assert reflection.get("from") == f"{ROOM}/alice", reflection.get("from")
    origin = reflection.find("{urn:xmpp:sid:0}origin-id")
    assert origin is not None and origin.get("id") == "origin-1", "the origin-id is missing"
    archived = reflection.find("{urn:xmpp:sid:0}stanza-id")
    assert archived is not None and archived.get("by") == ROOM, "the stanza-id of the room is missing"
    await carol.sees("line", where=CHANNEL, who="alice", text="Is this on?")


async def private_messages_go_both_ways(stage):
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}' type='chat' id='secret-1'><body>Between us.</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    nickname = stage.account("alice").partition("@")[0]    # whoever has joined no room yet has no other
    await carol.sees("private", who=nickname, text="Between us.")
    receipt = await alice.gets("a receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None)
    assert receipt.find("{urn:xmpp:receipts}received").get("id") == "secret-1", "the receipt is for something else"
    assert receipt.get("from") == f"carol@{GATEWAY_DOMAIN}", receipt.get("from")
    carol.tell(nickname, "I tell nobody.")
    await alice.sees("private", who=f"carol@{GATEWAY_DOMAIN}", text="I tell nobody.")
    assert not [seen for seen in bob.seen if seen.kind == "private"], bob.seen


async def a_message_to_somebody_who_is_away_is_taken_once(stage):
    """Where there are labels the echo comes in a batch with the words of who is away (301)."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    carol.send("AWAY :Out for milk")
    await carol.gets("306", lambda line: line.split(" ")[1] == "306")
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}' type='chat' id='away-1'><body>Are you there?</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    receipt = await alice.gets("a receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None)
    assert receipt.find("{urn:xmpp:receipts}received").get("id") == "away-1"
    await carol.sees("private", who="alice", text="Are you there?")
    alice.say(ROOM, "so much for that")
    await alice.sees("line", where=ROOM, who="alice", text="so much for that")
    copies = [stanza for stanza in alice.stanzas if stanza.findtext("{jabber:client}body") == "Are you there?"]
    assert not copies, "her own message came back as one that she had said elsewhere"


async def there_is_no_receipt_for_somebody_who_is_not_there(stage):
    alice = await stage.xmpp_in_room("alice")
    alice.send_xml(f"<message to='nobody@{GATEWAY_DOMAIN}' type='chat' id='lost-1'><body>Hello?</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    error = await alice.gets_error("lost-1", "recipient-unavailable")
    assert error.get("from") == f"nobody@{GATEWAY_DOMAIN}", error.get("from")
    receipts = [stanza for stanza in alice.stanzas if stanza.find("{urn:xmpp:receipts}received") is not None]
    assert not receipts, "a receipt came as well"


async def the_subject_goes_both_ways(stage):
    carol = await stage.irc("carol")
    await carol.sets_mode(CHANNEL, "+t-t")    # InspIRCd begins with a locked topic
    alice = await stage.xmpp_in_room("alice", carol)
    bob = await stage.xmpp_in_room("bob", carol)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat'><subject>All about tea 🍵</subject></message>")
    await carol.sees("subject", where=CHANNEL, who="alice", text="All about tea 🍵")
    for person in (alice, bob):
        await person.sees("subject", where=ROOM, who="alice", text="All about tea 🍵")
    await takes_the_topic(carol, "All about coffee")
    for person in (alice, bob):
        await person.sees("subject", where=ROOM, who="carol", text="All about coffee")


async def takes_the_topic(carol, topic):
    """InspIRCd takes one topic a second, and says nothing that could be waited for when the next one is taken."""
    deadline = asyncio.get_running_loop().time() + carol.patience
    while not any(line.endswith(f":{topic}") for line in carol.relayed("TOPIC")):
        assert asyncio.get_running_loop().time() < deadline, f"{topic} was not taken: {carol.relayed('TOPIC')}"
        carol.set_topic(CHANNEL, topic)
        await carol.catches_up()
        await asyncio.sleep(0.2)


async def a_self_ping_tells_who_is_inside(stage):
    """XEP-0410"""
    alice, bob = await stage.xmpp_in_room("alice"), await stage.xmpp("bob")
    answer = await alice.asks(f"{ROOM}/alice", PING)
    assert answer.get("type") == "result", "who is inside is told otherwise"
    answer = await bob.asks(f"{ROOM}/bob", PING)
    assert answer.find(".//{urn:ietf:params:xml:ns:xmpp-stanzas}not-acceptable") is not None, "bob is not inside"
    alice.leave(ROOM)
    await alice.sees("left", where=ROOM, who="alice")
    answer = await alice.asks(f"{ROOM}/alice", PING)
    assert answer.get("type") == "error", "who left is inside"


async def joining_and_leaving_is_seen_on_both_sides(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    dave = await stage.irc("dave")
    await alice.sees("joined", where=ROOM, who="dave")
    dave.send(f"PART {CHANNEL} :enough")
    await alice.sees("left", where=ROOM, who="dave")
    dave.join(CHANNEL)
    await alice.gets("dave's return", lambda stanza: stanza.get("from") == f"{ROOM}/dave" and not stanza.get("type"),
                     since=len(alice.stanzas) - 1)
    dave.send("NICK david")
    renamed = await alice.gets("dave's new name", lambda stanza: stanza.get("from") == f"{ROOM}/dave"
                               and stanza.find(".//*[@code='303']") is not None)
    assert renamed.find(".//*[@nick='david']") is not None, "the new nickname is missing"
    await alice.sees("joined", where=ROOM, who="david")
    alice.leave(ROOM)
    await alice.sees("left", where=ROOM, who="alice")
    await carol.sees("left", who="alice")


async def nothing_that_people_write_becomes_a_command(stage):
    """CR, LF and what looks like NUL, in every field that reaches IRC."""
    observer = await stage.irc("observer")
    alice = await stage.xmpp_in_room("alice", observer)
    cr, lf, c1, separator, delete = "&#13;", "&#10;", "&#133;", "&#8232;", "&#127;"
    breaks = (cr, lf, cr + lf, lf + cr, cr + cr, separator, c1)
    evil = [f"one{cr}QUIT :pwned-{number}{each}PRIVMSG {CHANNEL} :spoofed{lf}{cr}{lf}NICK mallory"
            f"{separator}JOIN #evil{c1}{delete}" for number, each in enumerate(breaks)]
    for number, text in enumerate(evil):
        alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='evil-{number}'><body>{text}</body></message>")
        alice.send_xml(f"<message to='observer@{GATEWAY_DOMAIN}' type='chat' id='evil-private-{number}'>"
                       f"<body>{text}</body><thread>t{cr}QUIT</thread></message>")
        alice.send_xml(f"<message to='{ROOM}' type='groupchat'><subject>topic{text}</subject></message>")
    alice.send_xml(f"<presence to='{ROOM}/alice'><status>away{cr}QUIT :pwned</status><show>away</show></presence>")
    # Addresses: what may stand in a localpart and not in an IRC parameter.
    alice.send_xml(f"<message to='a\\20b@{GATEWAY_DOMAIN}' type='chat' id='evil-space'><body>QUIT</body></message>")
    alice.send_xml(f"<presence to='#x,#y@{GATEWAY_DOMAIN}/alice'><x xmlns='http://jabber.org/protocol/muc'>"
                   f"<password>key{cr}QUIT :pwned</password></x></presence>")
    alice.send_xml(f"<presence to='#other@{GATEWAY_DOMAIN}/alice'><x xmlns='http://jabber.org/protocol/muc'>"
                   f"<password>key{cr}QUIT :pwned</password></x></presence>")
    alice.say(ROOM, "That was all.")
    await observer.sees("line", where=CHANNEL, who="alice", text="That was all.")
    of_alice = observer.lines_of("alice")
    strange = [line for line in of_alice if not re.match(rf"(JOIN|PRIVMSG|TOPIC|MODE) :?({CHANNEL}|observer)\b", line)]
    assert not strange, f"the observer got {strange}"
    assert any(line.endswith(":QUIT :pwned-0") or ":QUIT :pwned-0" in line for line in of_alice), (
        "the second line of the message did not arrive as text")
    alice.send_xml(f"<presence to='{ROOM}/alice' type='unavailable'>"
                   f"<status>bye{cr}{lf}PRIVMSG {CHANNEL} :spoofed</status></presence>")
    await observer.sees("left", who="alice")
    spoofed = [line for line in observer.lines_of("alice") if re.match(r"PRIVMSG \S+ :?spoofed$", line)]
    assert not spoofed, f"{len(spoofed)} lines were spoofed"
    assert "mallory" not in await observer.names(CHANNEL)


async def what_is_taken_from_a_message_is_no_character_of_its_text(stage):
    """The other half of the test before: the text itself survives, whatever stands around it."""
    observer = await stage.irc("observer")
    alice = await stage.xmpp_in_room("alice", observer)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat'>"
                   f"<body>first&#13;&#10;second&#10;third: :colon  spaces </body></message>")
    for text in ("first", "second", "third: :colon  spaces"):
        await observer.sees("line", where=CHANNEL, who="alice", text=text)
    lines = [seen.text.rstrip() for seen in observer.seen if seen.kind == "line"]
    assert lines == ["first", "second", "third: :colon  spaces"], lines


async def long_text_is_split_and_is_whole_again(stage):
    observer = await stage.irc("observer")
    alice = await stage.xmpp_in_room("alice", observer)
    # It is cut behind a space if there is one, and ngIRCd takes spaces from the end of a line.
    for name, text, glue in (("letters without a gap", "äöü€😀" * 240 + "#end", ""),
                             ("words", "Grüße aus dem Teehaus, 茶 für alle! " * 60 + "#end", " ")):
        observer.lines.clear()
        alice.say(ROOM, text)
        await observer.gets("the end", lambda line: line.endswith("#end"))
        received = [line for line in observer.lines if line.startswith(":alice!") and " PRIVMSG " in line]
        assert len(received) > 2, f"{name}: {len(received)} lines"
        pieces = [line.partition(f" PRIVMSG {CHANNEL} :")[2].rstrip() for line in received]
        assert glue.join(pieces) == text, f"{name}: put together it is another text"
        assert "�" not in "".join(pieces), f"{name}: cut inside of a character"
        too_long = [line for line in received if len(line.encode()) > 510]
        assert not too_long, f"{name}: {len(too_long)} lines are longer than IRC allows"


async def every_message_gets_its_evidence(stage):
    """The XMPP side's is the gateway's ping to itself, which Prosody has to bring back."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    for number in range(5):
        carol.say(CHANNEL, f"from carol, number {number}")
        alice.say(ROOM, f"from alice, number {number}")
        carol.tell("alice", f"private, number {number}")
    rows = await stage.in_state(DELIVERED, 15)
    directions = [row["direction"] for row in rows]
    assert (directions.count(TO_NETWORK), directions.count(TO_PERSON)) == (5, 10), directions
    for number in range(5):
        await alice.sees("private", text=f"private, number {number}")


async def what_discovery_shows_is_what_doap_lists(stage):
    listed = doap.read_doap((PROJECT / "docs/doap.xml").read_text())
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    announced = set()
    for address in (GATEWAY_DOMAIN, ROOM, f"carol@{GATEWAY_DOMAIN}"):
        answer = await alice.asks(address, f"<query xmlns='{DISCO}'/>")
        if answer.get("type") == "result":
            announced.update(feature.get("var") for feature in answer.iter(f"{{{DISCO}}}feature"))
    assert announced, "discovery shows nothing"
    differences = list(doap.against_discovery(listed, announced))
    assert not differences, "\n".join(differences)


@needs("echo")
async def the_servers_echo_is_the_evidence(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='echoed'><body>Is there an echo?</body></message>")
    reflection = await alice.gets("her message", lambda stanza: stanza.get("id") == "echoed")
    assert reflection.get("type") == "groupchat" and reflection.get("from") == f"{ROOM}/alice"
    await carol.sees("line", where=CHANNEL, who="alice", text="Is there an echo?")
    carol.say(CHANNEL, "Yes, there is.")
    await alice.sees("line", where=ROOM, who="carol", text="Yes, there is.")
    rows = await stage.in_state(DELIVERED, 2)
    sent = next(row for row in rows if row["direction"] == TO_NETWORK)
    assert sent["network_id"], "the row does not hold the msgid of the echo"
    assert sent["sent"], "the row does not hold the time of the echo"


async def a_message_is_reflected_once_and_not_seen_as_anothers(stage):
    """Two people in one channel, each with an echo of their own."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    for number in range(5):
        alice.say(ROOM, f"alice {number}")
        bob.say(ROOM, f"bob {number}")
    alice.say(ROOM, "alice is done")
    bob.say(ROOM, "bob is done")
    wanted = {name: [f"{name} {number}" for number in range(5)] + [f"{name} is done"] for name in ("alice", "bob")}
    for person in (alice, bob):
        for name in wanted:
            await person.sees("line", where=ROOM, who=name, text=f"{name} is done")
            heard = [seen.text for seen in person.seen if seen.kind == "line" and seen.who == name]
            assert heard == wanted[name], f"{person.name} heard of {name}: {heard}"


async def who_is_banned_may_not_speak(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    carol.send(f"MODE {CHANNEL} +b alice!*@*")
    await carol.gets("the ban", lambda line: f"MODE {CHANNEL}" in line and "+b" in line)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='banned'><body>Hello?</body></message>")
    await alice.gets_error("banned", "forbidden")


ACTS = [everybody_hears_everybody_in_a_room, ones_own_message_comes_back_with_its_id, private_messages_go_both_ways,
        a_message_to_somebody_who_is_away_is_taken_once, there_is_no_receipt_for_somebody_who_is_not_there,
        the_subject_goes_both_ways, a_self_ping_tells_who_is_inside,
        joining_and_leaving_is_seen_on_both_sides, nothing_that_people_write_becomes_a_command,
        what_is_taken_from_a_message_is_no_character_of_its_text, long_text_is_split_and_is_whole_again,
        every_message_gets_its_evidence, the_servers_echo_is_the_evidence,
        a_message_is_reflected_once_and_not_seen_as_anothers, who_is_banned_may_not_speak,
        what_discovery_shows_is_what_doap_lists]
