"""Every refused join: the condition, its type and code, who says so, what was asked, and the server's own words
(XEP-0045 7.2.5 to 7.2.11)."""

import asyncio

from acts.accounts import registers, registers_with_nickserv, secret
from acts.joining import JOIN, join
from season import needs
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, MUC, codes, describe, error_of, error_text, is_from

SECONDS = 15 + 1    # nobody waits longer for an answer than 15 s; the rest is the way there and back


async def is_refused(person, wanted, words="", nick="alice", room=ROOM, inside=JOIN):
    """Joins and is refused with `condition type code`; the text must hold `words`. Returns the error."""
    since = person.now()
    ident = f"join-{since}"
    started = asyncio.get_running_loop().time()
    person.send_xml(join(nick, room, inside, ident))
    patience, person.patience = person.patience, SECONDS
    error = await person.gets(f"a refusal with {wanted}", lambda stanza: stanza.tag == f"{CLIENT}presence"
                              and is_from(stanza, room), since)
    person.patience = patience
    assert asyncio.get_running_loop().time() - started < SECONDS
    assert error.get("type") == "error", f"{describe(error)} instead of {wanted}"
    assert error_of(error) == wanted, f"{describe(error)} instead of {wanted}"
    assert error.get("from") == (f"{room}/{nick}" if nick else room), error.get("from")
    assert error.get("id") == ident, f"the id is {error.get('id')}, not {ident}"
    assert error.find(f"{CLIENT}error").get("by") == room, describe(error)
    echo = error.find(f"{MUC}x")
    assert echo is not None, "the <x/> is not echoed"
    assert echo.find(f"{MUC}password") is None, "the password is echoed"
    assert error_text(error), "there is no text"
    assert words in error_text(error), f"{error_text(error)!r} does not hold the server's {words!r}"
    return error


async def refused_by_mode(stage, mode, numeric, wanted, inside=JOIN):
    """The channel gets a mode; an IRC client that tries the same tells what the server says."""
    carol, dave = await asyncio.gather(stage.irc("carol"), stage.irc("dave", channel=None))
    await carol.sets_mode(CHANNEL, mode)
    said = await dave.asks(f"JOIN {CHANNEL}", numeric)
    alice = await stage.xmpp("alice")
    await is_refused(alice, wanted, said.partition(f" {CHANNEL} :")[2], inside=inside)
    await alice.catches_up()
    told = alice.told_by(ROOM)
    assert len(told) == 1, told
    return alice, carol


async def an_invite_only_channel(stage):
    alice, carol = await refused_by_mode(stage, "+i", "473", "registration-required auth 407")
    carol.send(f"MODE {CHANNEL} -i")    # and later it works
    await stage.enters(alice, carol)


async def a_password_that_was_not_given(stage):
    await refused_by_mode(stage, "+k sesame", "475", "not-authorized auth 401")


async def a_wrong_password_and_then_the_right_one(stage):
    wrong = "<x xmlns='http://jabber.org/protocol/muc'><password>guess</password></x>"
    alice, carol = await refused_by_mode(stage, "+k sesame", "475", "not-authorized auth 401", inside=wrong)
    alice.send_xml(join("alice", inside=wrong.replace("guess", "sesame")))
    await alice.is_told(ROOM, "alice is here: none/participant [110]")
    await carol.sees("joined", where=CHANNEL, who="alice")


async def a_full_channel(stage):
    await refused_by_mode(stage, "+l 1", "471", "service-unavailable wait 503")


async def a_ban(stage):
    carol, alice = await asyncio.gather(stage.irc("carol"), stage.xmpp("alice"))
    await carol.sets_mode(CHANNEL, "+b alice!*@*")
    await is_refused(alice, "forbidden auth 403", "annot join channel")


@needs("services")
async def a_channel_for_the_registered(stage):
    """+R: 477, and with an account of NickServ, given by SASL PLAIN over TLS, the door opens."""
    fiona = await stage.irc("fiona")
    await registers_with_nickserv(stage, "fiona", fiona)
    channel = f"#registered-{stage.number}"
    room = f"{channel}@{GATEWAY_DOMAIN}"
    fiona.join(channel)
    await fiona.sees("joined", where=channel, who="fiona")
    fiona.send(f"PRIVMSG ChanServ :REGISTER {channel}")
    await fiona.gets("ChanServ", lambda line: "NOTICE fiona" in line and "registered" in line)
    await fiona.sets_mode(channel, "+R")
    stage.restart_gateway(**stage.with_tls())
    alice = await stage.xmpp("alice")
    await is_refused(alice, "registration-required auth 407", room=room)
    await registers_with_nickserv(stage, "rose")
    stage.expects_subscriptions = True
    await registers(alice, nick="rose", password=secret("rose"))
    alice.send_xml(join("rose", room))
    await alice.is_told(room, "rose is here: none/participant [110]")
    await fiona.sees("joined", where=channel, who="rose")
    whois = await fiona.asks("WHOIS rose", "330")
    assert " rose rose :is logged in as" in whois, whois


async def a_name_that_is_no_channel_name(stage):
    """A space, a comma or a bell cannot stand in the name of a channel; nothing of it reaches IRC."""
    alice = await stage.xmpp("alice")
    for local in ("#two\\20words", "#one,two", "#"):
        since = alice.now()
        alice.send_xml(join("alice", f"{local}@{GATEWAY_DOMAIN}", ident="bad"))
        error = await alice.gets(f"a refusal of {local}", lambda stanza: stanza.tag == f"{CLIENT}presence"
                                 and is_from(stanza, f"{local}@{GATEWAY_DOMAIN}"), since)
        assert error.get("type") == "error", f"{local}: {describe(error)}"
        condition = error_of(error).partition(" ")[0]
        assert condition in ("jid-malformed", "item-not-found"), f"{local}: {describe(error)}"
        assert error_text(error), f"{local}: there is no text"


async def a_name_that_is_too_long(stage):
    local = "#" + "long" * 50
    alice = await stage.xmpp("alice")
    since = alice.now()
    alice.send_xml(join("alice", f"{local}@{GATEWAY_DOMAIN}", ident="long"))
    error = await alice.gets("a refusal", lambda stanza: stanza.tag == f"{CLIENT}presence"
                             and is_from(stanza, f"{local}@{GATEWAY_DOMAIN}"), since)
    assert error.get("type") == "error", describe(error)
    assert error_of(error).partition(" ")[0] in ("jid-malformed", "item-not-found"), describe(error)
    assert error.get("id") == "long", error.get("id")


async def no_nickname(stage):
    """7.2.2: jid-malformed, from the room."""
    alice = await stage.xmpp("alice")
    alice.send_xml(f"<presence to='{ROOM}' id='nameless'>{JOIN}</presence>")
    error = await alice.gets("a refusal", lambda stanza: stanza.get("id") == "nameless")
    assert describe(error).startswith(f" is refused: jid-malformed modify 400 by {ROOM}: "), describe(error)


async def an_irc_server_that_is_down(stage):
    """Within 15 s, with the reason; nobody is let in later without having asked again."""
    alice = await stage.xmpp("alice")
    stage.irc_server.stop()
    try:
        await is_refused(alice, "remote-server-timeout wait 504")
    finally:
        stage.irc_server.start()
    since = alice.now()
    carol = await stage.irc("carol")
    assert "alice" not in await carol.names(CHANNEL)
    await alice.catches_up()
    assert alice.told_by(ROOM, since) == [], alice.told_by(ROOM, since)
    await stage.enters(alice, carol)


async def who_is_not_registered_where_one_must_be(stage):
    stage.restart_gateway(policy='registration = "required"')
    alice, carol = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    await is_refused(alice, "registration-required auth 407", GATEWAY_DOMAIN)
    stage.expects_subscriptions = True
    await registers(alice, nick="alice")
    await stage.enters(alice, carol)


async def a_channel_that_is_too_many(stage):
    """The gateway's own limit: wait, and with words."""
    stage.restart_gateway(policy="  [network.limits]\n  rooms_per_minute = 1")
    alice = await stage.xmpp_in_room("alice")
    await is_refused(alice, "resource-constraint wait 500", "minute", room=f"#milk@{GATEWAY_DOMAIN}")
    assert 110 in codes(next(stanza for stanza in alice.stanzas if is_from(stanza, ROOM))), "the first room was harmed"


ACTS = [an_invite_only_channel, a_password_that_was_not_given, a_wrong_password_and_then_the_right_one, a_full_channel,
        a_ban, a_channel_for_the_registered, a_name_that_is_no_channel_name, a_name_that_is_too_long, no_nickname,
        who_is_not_registered_where_one_must_be, a_channel_that_is_too_many, an_irc_server_that_is_down]
