"""S7: a message of today's clients and what becomes of it: once on IRC, once in the room, in words where IRC has nothing
for it, and with an error where words would not do."""

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe, error_of, is_from, stanza_id, text_of

CAROL = f"carol@{GATEWAY_DOMAIN}"
ORIGIN = "{urn:xmpp:sid:0}origin-id"
REPLACE = "{urn:xmpp:message-correct:0}replace"
REPLY = "{urn:xmpp:reply:0}reply"
STORE = "<store xmlns='urn:xmpp:hints'/>"


async def they_meet(stage):
    carol = await stage.irc("carol")
    return await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol), carol


async def sends(person, ident, inside):
    """A message to the room; what comes back with its id."""
    since = person.now()
    person.send_xml(f"<message to='{ROOM}' type='groupchat' id='{ident}'>{inside}</message>")
    return await person.gets(f"what became of {ident}", lambda stanza: stanza.get("id") == ident, since)


def on_irc(carol, since=0):
    return [line.partition(f" {CHANNEL} :")[2] for line in carol.relayed("PRIVMSG", since) if f" {CHANNEL} :" in line]


async def it_is_said_once(stage):
    """As Conversations sends it; one line on IRC, one copy for each, the id and the origin-id kept, a receipt for a person."""
    alice, bob, carol = await they_meet(stage)
    reflection = await sends(alice, "once", "<body>hi</body><origin-id xmlns='urn:xmpp:sid:0' id='once'/>"
                             "<markable xmlns='urn:xmpp:chat-markers:0'/><active xmlns='http://jabber.org/protocol/chatstates'/>")
    assert reflection.get("type") == "groupchat" and reflection.find(ORIGIN).get("id") == "once", describe(reflection)
    await bob.gets("hi", lambda stanza: describe(stanza).startswith("alice says: hi"))
    since = alice.now()
    alice.send_xml(f"<message to='{CAROL}' type='chat' id='private'><body>hi, you</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    await alice.gets("a receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None, since)
    carol.tell("alice", "hi, too")
    await alice.sees("private", who=CAROL, text="hi, too")
    await carol.catches_up()
    await bob.catches_up()
    assert on_irc(carol) == ["hi"], on_irc(carol)
    for person in (alice, bob):
        copies = [describe(stanza) for stanza in person.stanzas if text_of(stanza, f"{CLIENT}body") == "hi"]
        assert len(copies) == 1, copies


async def a_correction_is_said_anew(stage):
    """XEP-0308: whoever speaks XMPP sees it corrected, on IRC it is said as people do it there."""
    alice, bob, carol = await they_meet(stage)
    await sends(alice, "wrong", "<body>tea at five</body>")
    reflection = await sends(alice, "right", "<body>tea at six</body>"
                             "<replace xmlns='urn:xmpp:message-correct:0' id='wrong'/>")
    assert reflection.find(REPLACE) is not None and reflection.find(REPLACE).get("id") == "wrong", describe(reflection)
    await carol.gets("the new text", lambda line: " PRIVMSG " in line and "tea at six" in line)
    await bob.gets("the new text", lambda stanza: "tea at six" in text_of(stanza, f"{CLIENT}body"))


async def a_reply_is_addressed(stage):
    """XEP-0461: without the quotation that is for clients which cannot reply."""
    alice, _, carol = await they_meet(stage)
    carol.say(CHANNEL, "sweet?")
    question = await alice.gets("the question", lambda stanza: describe(stanza) == "carol says: sweet?")
    ident = stanza_id(question, ROOM)
    reflection = await sends(
        alice, "reply", f"<body>&gt; sweet?\nvery</body><reply xmlns='urn:xmpp:reply:0' to='{ROOM}/carol' id='{ident}'/>"
        "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='9'/></fallback>")
    assert reflection.find(REPLY) is not None and reflection.find(REPLY).get("id") == ident, describe(reflection)
    await carol.gets("the answer", lambda line: line.endswith("very"))
    # Where a tag of the line says what it answers, words need not.
    expected = "very" if stage.theatre.irc_kind == "inspircd" else "carol: very"
    assert on_irc(carol)[-1] == expected, on_irc(carol)


async def what_irc_has_no_words_for_is_refused(stage):
    """So that the client takes it back: a reaction, a retraction. Nothing of it is said on IRC."""
    alice, bob, carol = await they_meet(stage)
    said = stanza_id(await sends(alice, "said", "<body>oops</body>"), ROOM)
    since = carol.now()
    for ident, inside in (
            ("react", f"<reactions xmlns='urn:xmpp:reactions:0' id='{said}'><reaction>👍</reaction></reactions>{STORE}"),
            ("unreact", f"<reactions xmlns='urn:xmpp:reactions:0' id='{said}'/>{STORE}"),
            ("retract", f"<retract xmlns='urn:xmpp:message-retract:1' id='{said}'/><fallback xmlns='urn:xmpp:fallback:0' "
             f"for='urn:xmpp:message-retract:1'/><body>This person took a message back.</body>{STORE}")):
        answer = await sends(alice, ident, inside)
        if stage.theatre.irc_kind == "inspircd" and ident != "retract":
            assert answer.get("type") == "groupchat", f"{ident} is a tag there: {describe(answer)}"
            continue
        assert answer.get("type") == "error", f"{ident}: {describe(answer)}"
        assert error_of(answer).partition(" ")[0] in ("not-acceptable", "feature-not-implemented"), describe(answer)
    await carol.catches_up()
    await bob.catches_up()
    assert on_irc(carol, since) == [], on_irc(carol, since)


async def what_says_nothing_is_not_said(stage):
    """Chat states and markers: neither on IRC nor as an error."""
    alice, _, carol = await they_meet(stage)
    await alice.catches_up()
    since, of_carol = alice.now(), carol.now()
    for to, kind in ((ROOM, "groupchat"), (CAROL, "chat"), (GATEWAY_DOMAIN, "normal")):
        for inside in ("<composing xmlns='http://jabber.org/protocol/chatstates'/>",
                       "<displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>",
                       "<received xmlns='urn:xmpp:receipts' id='x'/>"):
            alice.send_xml(f"<message to='{to}' type='{kind}' id='silent'>{inside}</message>")
    await alice.catches_up()
    await carol.catches_up()
    assert carol.relayed("PRIVMSG", of_carol) == [], carol.relayed("PRIVMSG", of_carol)
    got = [describe(stanza) for stanza in alice.stanzas[since:] if stanza.tag == f"{CLIENT}message"
           and not is_from(stanza, alice.address.partition("/")[0])]
    assert got == [], got


async def encryption_ends_here(stage):
    """OMEMO: the words that stand in for it are not said, and the sender is told."""
    alice, _, carol = await they_meet(stage)
    since = carol.now()
    answer = await sends(alice, "omemo", "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/>"
                         "<payload>AAAA</payload></encrypted><encryption xmlns='urn:xmpp:eme:0' "
                         "namespace='eu.siacs.conversations.axolotl' name='OMEMO'/>"
                         "<body>I sent you an OMEMO encrypted message</body>")
    assert answer.get("type") == "error" and error_of(answer) == "not-acceptable modify 406", describe(answer)
    await carol.catches_up()
    assert on_irc(carol, since) == [], on_irc(carol, since)


ACTS = [it_is_said_once, a_correction_is_said_anew, a_reply_is_addressed, what_irc_has_no_words_for_is_refused,
        what_says_nothing_is_not_said, encryption_ends_here]
