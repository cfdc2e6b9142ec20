"""Invitations, subjects, private messages and voice: XEP-0045 7.5, 7.8, 7.13, 8.1, XEP-0249."""

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, MUC_USER, describe, is_from, stanza_id, text_of

DIRECT = "{jabber:x:conference}x"
PING = "<ping xmlns='urn:xmpp:ping'/>"


async def invitations_go_to_irc(stage):
    """Mediated (through the room) and direct; each is one INVITE."""
    alice = await stage.xmpp_in_room("alice")
    carol = await stage.irc("carol", channel=None)
    alice.send_xml(f"<message to='{ROOM}'><x xmlns='http://jabber.org/protocol/muc#user'>"
                   f"<invite to='carol@{GATEWAY_DOMAIN}'><reason>Cake</reason></invite></x></message>")
    await carol.gets("INVITE", lambda line: line.startswith(":alice!") and f"INVITE carol {CHANNEL}" in
                     line.replace(" :", " "))
    since = carol.now()
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}'><x xmlns='jabber:x:conference' jid='{ROOM}' "
                   f"reason='More cake'/></message>")
    await carol.gets("INVITE", lambda line: line.startswith(":alice!") and f"INVITE carol {CHANNEL}" in
                     line.replace(" :", " "), since)
    await carol.catches_up()
    assert len(carol.relayed("INVITE")) == 2, carol.relayed("INVITE")


async def invitations_come_from_irc(stage):
    """From the room, with who invites; for old clients too. The way in is open then (+i)."""
    carol = await stage.irc("carol")
    dave = await stage.irc("dave", channel=None)
    alice = await stage.xmpp("alice")
    await enters_another_room(alice)    # somebody who is not on IRC cannot be invited
    await carol.sets_mode(CHANNEL, "+i")
    since = alice.now()
    carol.send(f"INVITE alice {CHANNEL}")
    invitation = await alice.gets("an invitation", lambda stanza: stanza.tag == f"{CLIENT}message"
                                  and stanza.find(f"{MUC_USER}x/{MUC_USER}invite") is not None, since)
    assert invitation.get("from") == ROOM, invitation.get("from")
    inviter = invitation.find(f"{MUC_USER}x/{MUC_USER}invite").get("from")
    assert inviter in (f"carol@{GATEWAY_DOMAIN}", f"{ROOM}/carol"), inviter
    direct = invitation.find(DIRECT)
    assert direct is not None and direct.get("jid") == ROOM, "the invitation for old clients is missing"
    await alice.catches_up()
    invitations = [stanza for stanza in alice.stanzas[since:] if stanza.find(f"{MUC_USER}x") is not None
                   or stanza.find(DIRECT) is not None]
    assert len(invitations) == 1, f"{len(invitations)} invitations came"
    await stage.enters(alice, carol)
    await dave.asks(f"JOIN {CHANNEL}", "473")    # for nobody else


async def enters_another_room(person, local="#milk"):
    room = f"{local}@{GATEWAY_DOMAIN}"
    person.join(room, person.name)
    await person.sees("subject", where=room)
    return room


async def an_invitation_that_cannot_be_is_refused(stage):
    """To nobody, and to a room where one is not."""
    carol = await stage.irc("carol", channel=None)
    alice = await stage.xmpp_in_room("alice")
    for ident, to, room, conditions in (
            ("nobody", "nobody", ROOM, ("item-not-found",)),
            ("elsewhere", "carol", f"#elsewhere@{GATEWAY_DOMAIN}", ("forbidden", "not-acceptable", "not-allowed"))):
        alice.send_xml(f"<message to='{room}' id='{ident}'><x xmlns='http://jabber.org/protocol/muc#user'>"
                       f"<invite to='{to}@{GATEWAY_DOMAIN}'/></x></message>")
        error = await alice.gets(f"a refusal of {ident}", lambda stanza: stanza.get("id") == ident)
        assert error.get("type") == "error", describe(error)
        condition = describe(error).partition("refused: ")[2].partition(" ")[0]
        assert condition in conditions, describe(error)
    await carol.catches_up()
    assert not carol.relayed("INVITE"), carol.relayed("INVITE")


async def a_subject_with_a_body_is_a_message(stage):
    """8.1: only a subject without a body changes the topic."""
    carol = await stage.irc("carol")
    await carol.sets_mode(CHANNEL, "+t-t")    # InspIRCd begins with a locked topic
    alice = await stage.xmpp_in_room("alice", carol)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='both'><subject>Not a topic</subject>"
                   f"<body>Only a message.</body></message>")
    await carol.sees("line", where=CHANNEL, who="alice", text="Only a message.")
    assert not carol.relayed("TOPIC"), carol.relayed("TOPIC")
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='topic'><subject>A topic</subject></message>")
    await carol.sees("subject", where=CHANNEL, who="alice", text="A topic")
    since = alice.now()
    await until_told(alice, "the subject by alice is: ", since,
                     lambda: alice.send_xml(f"<message to='{ROOM}' type='groupchat'><subject/></message>"))
    await carol.catches_up()
    emptied = carol.relayed("TOPIC")[-1]
    assert emptied.endswith(f"TOPIC {CHANNEL} :") or emptied.endswith(f"TOPIC {CHANNEL}"), emptied


async def until_told(person, line, since, action):
    """InspIRCd takes one topic a second and says "Retry topic change later"; so that is done."""
    while True:
        action()
        answer = await person.gets(f"{line}, or a refusal", lambda stanza: is_from(stanza, ROOM) and (
            describe(stanza) == line or stanza.get("type") == "error"), since)
        if answer.get("type") != "error":
            return
        since = person.stanzas.index(answer, since) + 1


async def a_locked_subject_is_forbidden(stage):
    """8.1: with the id; the subject stays."""
    carol = await stage.irc("carol")
    await carol.sets_mode(CHANNEL, "-t+t")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='locked'><subject>Mine</subject></message>")
    await alice.gets_error("locked", "forbidden")
    await carol.catches_up()
    assert not carol.relayed("TOPIC"), carol.relayed("TOPIC")


async def private_messages_to_occupants(stage):
    """7.5: chat to room/nick is PRIVMSG nick; the answer comes as a private message, marked for clients."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    alice.send_xml(f"<message to='{ROOM}/carol' type='chat' id='pm'><body>Between us.</body>"
                   f"<x xmlns='http://jabber.org/protocol/muc#user'/><request xmlns='urn:xmpp:receipts'/></message>")
    await carol.sees("private", who="alice", text="Between us.")
    await alice.gets("a receipt", lambda stanza: (found := stanza.find("{urn:xmpp:receipts}received")) is not None
                     and found.get("id") == "pm")
    carol.tell("alice", "Only for you.")
    answer = await alice.gets("the answer", lambda stanza: text_of(stanza, f"{CLIENT}body") == "Only for you.")
    assert answer.get("type") == "chat", answer.get("type")
    assert answer.get("from") in (f"carol@{GATEWAY_DOMAIN}", f"{ROOM}/carol"), answer.get("from")
    alice.send_xml(f"<message to='{ROOM}/nobody' type='chat' id='pm-2'><body>Hello?</body></message>")
    await alice.gets_error("pm-2", "item-not-found")
    await bob.catches_up()
    assert not [seen for seen in bob.seen if seen.kind == "private"], bob.seen
    assert "Between us." not in " ".join(bob.told_by(ROOM)), bob.told_by(ROOM)


async def a_message_from_a_client_comes_to_all_of_its_owners(stage):
    """The reflection: same id, and one stanza-id for everybody's archive of this person."""
    carol = await stage.irc("carol")
    phone, desk = await stage.xmpp("alice", "phone"), await stage.xmpp("alice", "desk")
    await stage.enters(phone, carol)
    await stage.enters(desk)
    phone.send_xml(f"<message to='{ROOM}' type='groupchat' id='mine'><body>One message.</body></message>")
    copies = [await each.gets("the reflection", lambda stanza: stanza.get("id") == "mine") for each in (phone, desk)]
    ids = {stanza_id(copy, ROOM) for copy in copies}
    assert len(ids) == 1 and None not in ids, ids
    assert all(describe(copy) == "alice says: One message." for copy in copies), [describe(copy) for copy in copies]
    await carol.catches_up()
    said = [line for line in carol.relayed("PRIVMSG") if line.endswith(":One message.")]
    assert len(said) == 1, said


async def a_long_message_is_one_message(stage):
    """Many lines on IRC: one reflection, one id, one receipt."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    text = "\n".join(f"{number}: " + "a cup of tea and " * 40 for number in range(5)) + "\nend"
    since = alice.now()
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='long'><body>{text}</body></message>")
    await carol.gets("the end", lambda line: line.endswith(":end"))
    reflection = await alice.gets("the reflection", lambda stanza: stanza.get("id") == "long", since)
    assert text_of(reflection, f"{CLIENT}body") == text, "the reflection is another text"
    await alice.catches_up()
    mine = [stanza for stanza in alice.stanzas[since:] if is_from(stanza, ROOM)]
    assert len(mine) == 1, alice.told_by(ROOM, since)
    assert len(carol.relayed("PRIVMSG")) > 5, "it was not split"
    since = alice.now()
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}' type='chat' id='long-private'><body>{text}</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    await carol.gets("the end", lambda line: " PRIVMSG carol " in line and line.endswith(":end"))
    await alice.gets("a receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None, since)
    await alice.catches_up()
    receipts = [stanza for stanza in alice.stanzas[since:] if stanza.tag == f"{CLIENT}message"]
    assert len(receipts) == 1, [describe(stanza) for stanza in receipts]


async def every_question_is_answered(stage):
    """To the service, a room, an occupant, a person, somebody who is not there: what is unknown is an error at once."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    for to in (GATEWAY_DOMAIN, ROOM, f"{ROOM}/carol", f"{ROOM}/alice", f"{ROOM}/nobody", f"carol@{GATEWAY_DOMAIN}",
               f"nobody@{GATEWAY_DOMAIN}", f"#never@{GATEWAY_DOMAIN}"):
        for kind in ("get", "set"):
            answer = await alice.asks(to, "<query xmlns='urn:example:unknown'/>", kind)
            assert answer.get("type") == "error" and answer.get("from") == to, f"{to}: {describe(answer)}"
    for to in (f"{ROOM}/alice", GATEWAY_DOMAIN, ROOM):
        answer = await alice.asks(to, PING)
        assert answer.get("type") == "result", f"a ping to {to} was refused"


ACTS = [invitations_go_to_irc, invitations_come_from_irc, an_invitation_that_cannot_be_is_refused,
        a_subject_with_a_body_is_a_message, a_locked_subject_is_forbidden, private_messages_to_occupants,
        a_message_from_a_client_comes_to_all_of_its_owners, a_long_message_is_one_message, every_question_is_answered]
