"""S6: texts and names that break what is careless with them. No server closes the stream (the wiretap sees to that), all
that XML allows comes as it was said, and what it does not allow is replaced, not lost. Neither of the two IRC servers has
nicknames outside ASCII: those are in scenarios/irc/nicknames_that_are_no_resource."""

import asyncio

from acts.joining import join
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe, is_from, nickname, text_of

# What XML can carry comes through byte by byte (XML 1.0 2.2).
CARRIED = ("😀", "👨‍👩‍👧‍👦 family", "abc שלום", "\u202eRLO", "a\u200bb", "fi ﬁ", "\u0085", "\uf8ff private", "\U000e0041 tag",
           "]]>", "<!-- no comment -->", "<?no pi?>", "&lt;&amp;&#65;&#1;", "<body>nested</body>", "'\"", "\t tabs\t", "a\\20b",
           "\ufeffmark")
CONTROLS = ("\u0085", "\t tabs\t")    # IRC gets none: a line may not end where somebody wants it
# What it cannot carry: what was around it still comes.
REPLACED = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"\xed\xa0\x80", b"\xed\xb0\x80\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf",
            b"\x0b", b"\x0c", b"\x1b[31m", b"\x05", b"\x7f\x80\xff", b"\xf0\x9f\x98", b"\xe2\x82")
EVIL = "#evil"
NICKNAMES = ("[a]{b}", "`x^y|", "a\\20b", "_-_", "\\\\")


async def texts_of_irc(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    for text in CARRIED:
        since = alice.now()
        carol.say(CHANNEL, f"begin {text} end")
        heard = await alice.gets(text, lambda stanza: is_from(stanza, ROOM)
                                 and text_of(stanza, f"{CLIENT}body").startswith("begin"), since)
        assert text_of(heard, f"{CLIENT}body") == f"begin {text} end", ascii(text_of(heard, f"{CLIENT}body"))
    for raw in REPLACED:
        since = alice.now()
        carol.send_bytes(b"PRIVMSG #tea :begin " + raw + b" end\r\n")
        heard = await alice.gets(ascii(raw), lambda stanza: is_from(stanza, ROOM)
                                 and text_of(stanza, f"{CLIENT}body").startswith("begin "), since)
        assert text_of(heard, f"{CLIENT}body").endswith(" end"), ascii(text_of(heard, f"{CLIENT}body"))


async def texts_elsewhere(stage):
    """Topics, goodbyes, reasons, away, real names: whatever reaches the stream in another way than a message."""
    carol, erin = await stage.irc("carol"), await stage.irc("erin", channel=None)
    alice = await stage.xmpp_in_room("alice", carol)
    everything = "".join(CARRIED)[:60].encode() + b"".join(REPLACED)
    for command in (b"TOPIC #tea :", b"AWAY :", b"NOTICE #tea :", b"PRIVMSG alice :", b"NOTICE alice :",
                    b"PRIVMSG #tea :\x01ACTION "):
        carol.send_bytes(command + everything + b"\r\n")
    for _ in range(2):
        since = alice.now()
        erin.join(CHANNEL)
        await alice.is_told(ROOM, "erin is here: none/participant", since)
        erin.send_bytes(b"PART #tea :" + everything + b"\r\n")
        await alice.gets("erin's goodbye", lambda stanza: stanza.get("from") == f"{ROOM}/erin"
                         and stanza.get("type") == "unavailable", since)
    answer = await alice.asks(f"carol@{GATEWAY_DOMAIN}", "<vCard xmlns='vcard-temp'/>")
    assert answer.get("type") == "result", describe(answer)
    since = alice.now()
    carol.send_bytes(b"KICK #tea alice :" + everything + b"\r\n")
    kicked = await alice.gets("the kick", lambda stanza: describe(stanza).startswith("alice is gone"), since)
    assert " 307] by carol: " in describe(kicked), describe(kicked)
    await alice.catches_up()


async def texts_to_irc_and_back(stage):
    """Through IRC to somebody else on XMPP, and the own reflection: both as they were written."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    for number, text in enumerate(text for text in CARRIED if text not in CONTROLS):
        body = f"begin {text} end".replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='strange-{number}'><body>{body}</body></message>")
        reflection = await alice.gets(text, lambda stanza: stanza.get("id") == f"strange-{number}")
        assert describe(reflection) == f"alice says: begin {text} end", ascii(describe(reflection))
        await bob.gets(text, lambda stanza: describe(stanza) == f"alice says: begin {text} end")


async def a_message_that_is_very_long(stage):
    """60,000 letters, one and a half hundred lines: all of it arrives, and it is one message."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    text = "a cup of tea and " * 3500 + "#end"
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='huge'><body>{text}</body></message>")
    await carol.gets("the end", lambda line: line.endswith("#end"))
    heard = " ".join(line.partition(f" {CHANNEL} :")[2].rstrip() for line in carol.relayed("PRIVMSG"))
    assert heard == text, f"{len(heard)} letters came of {len(text)}"
    reflection = await alice.gets("the reflection", lambda stanza: stanza.get("id") == "huge")
    assert text_of(reflection, f"{CLIENT}body") == text, "the reflection is another text"


async def names_are_shown_as_they_are(stage):
    """Brackets, a backtick and backslashes are letters on IRC, and `a\\20b` is no escaped space."""
    carol = await stage.irc("carol")
    people = await asyncio.gather(*(stage.irc(f"p{number:02}") for number in range(len(NICKNAMES))))
    for person, name in zip(people, NICKNAMES):    # no server takes such a user name, so that they come with another
        person.send(f"NICK {name}")
        await person.gets(f"NICK {name}", lambda line: " NICK " in line and line.endswith(name))
        person.name = name
    alice = await stage.xmpp("alice")
    alice.send_xml(join("alice"))
    await alice.is_told(ROOM, "the subject by nobody is: ")
    shown = {nickname(stanza) for stanza in alice.stanzas if is_from(stanza, ROOM) and stanza.tag == f"{CLIENT}presence"}
    assert shown == {"alice", "carol", *NICKNAMES}, shown
    for person in people:
        since = alice.now()
        alice.send_xml(f"<message to='{ROOM}/{person.name}' type='chat' id='pm'><body>Hello, {person.name}.</body>"
                       f"</message>")
        await person.sees("private", who="alice", text=f"Hello, {person.name}.")
        person.tell("alice", f"I am {person.name}.")
        private = await alice.gets("the answer", lambda stanza: text_of(stanza, f"{CLIENT}body")
                                   == f"I am {person.name}.", since)
        address = private.get("from")
        alice.tell(address, "And this is your address.")
        await person.sees("private", who="alice", text="And this is your address.")
    carol.say(CHANNEL, "Enough.")
    await alice.sees("line", where=ROOM, text="Enough.")


# What would be a second command to a server that ends lines at CR, as ngIRCd does, at LF, as all do, or at what Unicode
# calls an end of a line.
INJECTIONS = tuple(f"x{end}JOIN {EVIL}" for end in ("&#13;", "&#10;", "&#13;&#10;", "\u2028", "\u0085")) + (
    "&#13;&#10;JOIN 0&#13;&#10;", ":x", ",", " ", "JOIN 0", "x" * 8192 + f"&#13;JOIN {EVIL}")


async def no_text_is_a_second_command(stage):
    """Everything that a person on XMPP writes goes into lines of IRC somewhere: none of it is more than text there."""
    carol = await stage.irc("carol")
    carol.join(EVIL)
    await carol.sees("joined", where=EVIL, who="carol")
    alice = await stage.xmpp_in_room("alice", carol)
    own, keyed = f"#own@{GATEWAY_DOMAIN}", f"#keyed@{GATEWAY_DOMAIN}"
    for room in (own, keyed):    # the first one there may do everything
        since = len(alice.seen)
        alice.join(room, "alice")
        await alice.sees("subject", where=room, since=since)
    admin, owner = "http://jabber.org/protocol/muc#admin", "http://jabber.org/protocol/muc#owner"
    for number, text in enumerate(INJECTIONS):
        since, on_irc = alice.now(), carol.now()
        carol.join("#own")
        await alice.is_told(own, "carol is here: none/participant", since)
        for to, kind in ((ROOM, "groupchat"), (f"carol@{GATEWAY_DOMAIN}", "chat"), (f"{ROOM}/carol", "chat")):
            alice.send_xml(f"<message to='{to}' type='{kind}' id='i{number}'><body>{text}</body></message>")
        for part in (f"<subject>{text}</subject>", f"<body>/me {text}</body>"):
            alice.send_xml(f"<message to='{own}' type='groupchat' id='s{number}'>{part}</message>")
        alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}'><show>away</show><status>{text}</status></presence>")
        alice.send_xml(f"<presence to='#locked@{GATEWAY_DOMAIN}/alice'><x xmlns='http://jabber.org/protocol/muc'>"
                       f"<password>{text}</password></x></presence>")
        alice.send_xml(f"<presence to='#locked@{GATEWAY_DOMAIN}' type='unavailable'><status>{text}</status></presence>")
        # Each of these has an answer, whatever it is.
        await alice.asks(keyed, f"<query xmlns='{owner}'><x xmlns='jabber:x:data' type='submit'>"
                         f"<field var='muc#roomconfig_roomsecret'><value>{text}</value></field></x></query>", "set")
        await alice.asks(own, f"<query xmlns='{admin}'><item affiliation='outcast' jid='evil@{GATEWAY_DOMAIN}'>"
                         f"<reason>{text}</reason></item></query>", "set")
        await alice.asks(own, f"<query xmlns='{admin}'><item nick='carol' role='none'><reason>{text}</reason></item>"
                         "</query>", "set")
        await carol.gets("the kick", lambda line: " KICK #own carol" in line, on_irc)
    await alice.catches_up()
    await carol.catches_up()
    evil = [line for line in carol.lines if line.startswith(":alice!") and (f" {EVIL}" in line.split(" :")[0]
                                                                            or " QUIT" in line.split(" :")[0])]
    assert not evil, f"a text became a command: {evil[:3]}"
    assert "alice" in await carol.names(CHANNEL), "alice is not in the channel any more"


ACTS = [texts_of_irc, texts_elsewhere, texts_to_irc_and_back, a_message_that_is_very_long, names_are_shown_as_they_are,
        no_text_is_a_second_command]
