"""Registering with the gateway: XEP-0077, XEP-0100."""

import re

from acts.contacts import CAROL, shows, subscribes
from acts.joining import join
from season import needs
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import describe, error_of, error_text, is_from

REGISTER = "jabber:iq:register"
QUERY = f"<query xmlns='{REGISTER}'/>"


async def registers(person, nick, password=""):
    """As Pidgin does it: plain fields. The subscription that follows is accepted, as people do."""
    since = person.now()
    await answers(person, f"<nick>{nick}</nick><password>{password}</password>")
    await person.gets("the gateway's subscription request", lambda stanza: stanza.get("type") == "subscribe"
                      and stanza.get("from") == GATEWAY_DOMAIN, since)
    person.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")


def secret(name):
    return f"the-secret-of-{name}"


async def registers_with_nickserv(stage, name, person=None):
    """An account of services for a nickname, which is free again afterwards; its password is secret(name). Not for the
    nicknames that other plays use: NickServ writes to whoever has them."""
    own = person is None
    person = person or await stage.irc(name, channel=None)
    person.send(f"PRIVMSG NickServ :REGISTER {secret(name)} {name}@example.test")
    await person.gets("NickServ", lambda line: f"NOTICE {name}" in line and "registered" in line)
    if own:
        await person.log_out()


async def answers(person, fields, wanted="result"):
    answer = await person.asks(GATEWAY_DOMAIN, f"<query xmlns='{REGISTER}'>{fields}</query>", kind="set")
    got = answer.get("type") if answer.get("type") == "result" else error_of(answer)
    assert got == wanted, describe(answer)
    return answer


async def an_account_keeps_the_nickname(stage):
    """Plain fields; who has an account is called by its nickname everywhere, whatever a room was entered with."""
    stage.expects_subscriptions = True
    if stage.theatre.services:    # the server asks for the password, and it goes over TLS only
        await registers_with_nickserv(stage, "ally")
        stage.restart_gateway(**stage.with_tls())
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    form = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert form.find(f".//{{{REGISTER}}}nick") is not None and form.find(".//{jabber:x:data}x") is not None, (
        "plain fields and a form are wanted")
    assert form.find(f".//{{{REGISTER}}}registered") is None, "who has no account is registered"
    await registers(alice, nick="ally", password=secret("ally"))
    again = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert again.find(f".//{{{REGISTER}}}registered") is not None, "who has an account is not registered"
    assert secret("ally") not in "".join(each.text or "" for each in again.iter()), "the password is given away"
    await stage.enters(alice)
    await carol.sees("joined", where=CHANNEL, who="ally")
    stage.gateway.kill()
    database = b"".join(path.read_bytes() for path in stage.gateway.database.parent.glob("dragoman.db*")
                        if path.is_file())    # beside the socket
    assert secret("ally").encode() not in database, "the password is readable on disk"
    assert secret("ally").encode() not in stage.gateway.log.read_bytes(), "the password is in the log"
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    kept = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert kept.findtext(f".//{{{REGISTER}}}nick") == "ally", "the account was lost"


@needs("services")
async def a_certificate_logs_in(stage):
    """SASL EXTERNAL: the gateway makes a certificate, its command says what NickServ is told, and no password is needed."""
    stage.expects_subscriptions = True
    heather = await stage.irc("heather")
    await registers_with_nickserv(stage, "heather", heather)
    stage.restart_gateway(**stage.with_tls())
    alice = await stage.xmpp("alice")
    fields = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in
                     (("FORM_TYPE", REGISTER), ("nick", "heath"), ("account", "heather"), ("certificate", "1")))
    since = alice.now()
    await answers(alice, f"<x xmlns='jabber:x:data' type='submit'>{fields}</x>")
    await alice.gets("the gateway's subscription request", lambda stanza: stanza.get("type") == "subscribe", since)
    answer = await alice.asks(GATEWAY_DOMAIN, "<command xmlns='http://jabber.org/protocol/commands' node='certificate'/>",
                              "set")
    words = "".join(text for text in answer.itertext())
    fingerprint = re.search(r"CERT ADD ([0-9a-f]{64})\b", words)
    assert fingerprint, words
    told = heather.now()
    heather.send(f"PRIVMSG NickServ :CERT ADD {fingerprint[1]}")
    await heather.gets("NickServ", lambda line: "NOTICE heather" in line and "added" in line.lower(), told)
    await stage.enters_as(alice, "heath")
    await heather.sees("joined", where=CHANNEL, who="heath")
    whois = await heather.asks("WHOIS heath", "330")
    assert " heath heather :is logged in as" in whois, whois


async def an_account_is_removed(stage):
    """XEP-0077 3.2: rooms are left, subscriptions end, and one is a stranger again."""
    stage.expects_subscriptions = True
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    await registers(alice, nick="alice")
    await stage.enters(alice, carol)
    since = alice.now()
    await answers(alice, "<remove/>")
    await alice.gets("the end in the room", lambda stanza: stanza.get("from") == f"{ROOM}/alice"
                     and stanza.get("type") == "unavailable", since)
    await carol.sees("left", who="alice")
    form = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert form.find(f".//{{{REGISTER}}}registered") is None, "still registered"
    await answers(alice, "<remove/>", "registration-required auth 407")


async def the_whole_life_of_an_account(stage):
    """S2: asked for, refused, made, looked at, changed by form, removed; no password comes back and nothing stays."""
    stage.expects_subscriptions = True
    stage.restart_gateway(**stage.with_tls())
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    passwords = secret("alice-first"), secret("alice-second")

    async def asks(payload, kind="set"):
        answer = await alice.asks(GATEWAY_DOMAIN, f"<query xmlns='{REGISTER}'>{payload}</query>", kind)
        told = "".join([each.text or "" for each in answer.iter()] + [value for each in answer.iter()
                                                                   for value in each.attrib.values()])
        assert not any(password in told for password in passwords), describe(answer)
        return answer

    form = await asks("", "get")
    assert form.findtext(f".//{{{REGISTER}}}instructions"), "there are no instructions"
    answer = await asks(f"<password>{passwords[0]}</password>")
    assert error_of(answer) == "not-acceptable modify 406", describe(answer)

    # Made: the result, then the question for the person's presence; theirs for ours is answered, whichever comes first.
    since = alice.now()
    fields, change = f"<nick>alice</nick><password>{passwords[0]}</password>", ("password", passwords[1])
    if stage.theatre.services:    # they know no alice, and let nobody in with a password of hers
        fields, change = "<nick>alice</nick>", ("realname", "Alice of the looking-glass")
    assert (await asks(fields)).get("type") == "result"
    await alice.gets("the subscription request", lambda stanza: stanza.get("type") == "subscribe"
                     and stanza.get("from") == GATEWAY_DOMAIN, since)
    order = [stanza.get("type") for stanza in alice.stanzas[since:] if is_from(stanza, GATEWAY_DOMAIN)]
    assert order[:2] == ["result", "subscribe"], order
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribe'/>")
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")
    await shows(alice, GATEWAY_DOMAIN, "available", since)

    form = await asks("", "get")
    assert form.find(f".//{{{REGISTER}}}registered") is not None and form.findtext(f".//{{{REGISTER}}}nick") == "alice"
    assert not form.findtext(f".//{{{REGISTER}}}password"), "the password is shown"
    await stage.enters(alice)
    await carol.sees("joined", where=CHANNEL, who="alice")
    await subscribes(stage, alice, CAROL)

    # Changed: logged in anew, with the nickname of before, and without a word in the room.
    since, on_irc = alice.now(), len(carol.seen)
    changed = submitted(**dict((("FORM_TYPE", REGISTER), ("nick", "alice"), change)))
    assert (await asks(changed)).get("type") == "result"
    await carol.sees("joined", where=CHANNEL, who="alice", since=on_irc)
    carol.say(CHANNEL, "Is that still you?")
    await alice.sees("line", where=ROOM, who="carol", text="Is that still you?")
    assert alice.told_by(ROOM, since) == ["carol says: Is that still you?"], alice.told_by(ROOM, since)

    answer = await asks("<remove/><nick>alice</nick>")
    assert error_of(answer) == "bad-request modify 400", describe(answer)
    since = alice.now()
    assert (await asks("<remove/>")).get("type") == "result"
    for address in (CAROL, GATEWAY_DOMAIN):
        await shows(alice, address, "unsubscribed", since)
        await shows(alice, address, "unavailable", since)
    await carol.sees("left", who="alice")
    answer = await asks("<remove/>")
    assert error_of(answer) == "registration-required auth 407", describe(answer)
    left = [*stage.documents_of("alice"), *stage.rows(f"owner LIKE '%{stage.account('alice')}%'")]
    assert not left, f"these are left: {left}"


def with_keys(wish):
    return {"policy": f'legacy_key = "{wish}"\n  [network.limits]\n  registrations_per_hour = 1000\n'}


async def key_of(person):
    """The key that the fields come with, as a client of the year 2000 reads it."""
    form = await person.asks(GATEWAY_DOMAIN, QUERY)
    key = form.findtext(f".//{{{REGISTER}}}key")
    assert key, f"there is no key: {describe(form)}"
    return key, form


async def is_registered(person):
    form = await person.asks(GATEWAY_DOMAIN, QUERY)
    return form.find(f".//{{{REGISTER}}}registered") is not None


def submitted(**values):
    inside = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in values.items())
    return f"<x xmlns='jabber:x:data' type='submit'>{inside}</x>"


async def a_key_that_is_offered(stage):
    """S2: who gives one must give the right one, and clients of today, which give none, register as well (0014)."""
    stage.expects_subscriptions = True
    stage.restart_gateway(**with_keys("offer"))
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    key, _ = await key_of(alice)
    others, _ = await key_of(bob)
    assert key != others, "two people have one key"
    for wrong in ("wrong", others):
        await answers(alice, f"<nick>alice</nick><key>{wrong}</key>", "not-acceptable modify 406")
    assert not await is_registered(alice), "a wrong key registered"
    await answers(alice, "<nick>alice</nick>")
    await answers(alice, "<remove/><key>wrong</key>", "not-acceptable modify 406")
    assert await is_registered(alice), "a wrong key removed the account"
    await answers(alice, f"<nick>alice</nick><realname>Alice</realname><key>{(await key_of(alice))[0]}</key>")
    await answers(alice, "<remove/>")
    assert not await is_registered(alice), "still registered"
    await answers(alice, f"<nick>alice</nick><key>{key}</key>")    # the day is the same
    assert await is_registered(alice), "the right key did not register"


async def a_key_that_is_required(stage):
    """S2: asked for, left out, wrong, right; the form has it too, hidden. For making, changing and removing."""
    stage.expects_subscriptions = True
    stage.restart_gateway(**with_keys("require"))
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    others, _ = await key_of(bob)
    key, fields = await key_of(alice)
    hidden = [field for field in fields.iter("{jabber:x:data}field") if field.get("var") == "key"]
    assert [(field.get("type"), field.findtext("{jabber:x:data}value")) for field in hidden] == [("hidden", key)], hidden
    for wrong in ("", "<key/>", "<key>wrong</key>", f"<key>{others}</key>"):
        answer = await answers(alice, f"<nick>alice</nick>{wrong}", "not-acceptable modify 406")
        assert "key" in error_text(answer), f"it is not said what is missing: {describe(answer)}"
    await answers(alice, submitted(nick="alice"), "not-acceptable modify 406")
    await answers(alice, submitted(nick="alice", key=others), "not-acceptable modify 406")
    assert not await is_registered(alice), "it was registered without the key"
    since = alice.now()
    await answers(alice, f"<nick>alice</nick><key>{key}</key>")
    await alice.gets("the gateway's subscription request", lambda stanza: stanza.get("type") == "subscribe"
                     and stanza.get("from") == GATEWAY_DOMAIN, since)
    key, again = await key_of(alice)
    assert again.find(f".//{{{REGISTER}}}registered") is not None, "it was not registered with the right key"
    await answers(alice, "<nick>alice</nick><realname>Nobody</realname>", "not-acceptable modify 406")
    await answers(alice, submitted(nick="alice", realname="Alice of the looking-glass", key=key))
    form = await alice.asks(GATEWAY_DOMAIN, QUERY)
    shown = [field.findtext("{jabber:x:data}value") for field in form.iter("{jabber:x:data}field")
             if field.get("var") == "realname"]
    assert shown == ["Alice of the looking-glass"], shown
    await answers(alice, "<remove/>", "not-acceptable modify 406")
    await answers(alice, f"<remove/><key>{others}</key>", "not-acceptable modify 406")
    assert await is_registered(alice), "it was removed without the key"
    await answers(alice, f"<remove/><key>{key}</key>")
    assert not await is_registered(alice), "still registered"


async def where_registration_is_closed(stage):
    stage.restart_gateway(policy='registration = "closed"')
    alice = await stage.xmpp("alice")
    answer = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert answer.get("type") == "error" and error_of(answer) == "not-allowed cancel 405", describe(answer)
    await answers(alice, "<nick>alice</nick>", "not-allowed cancel 405")
    carol = await stage.irc("carol")
    await stage.enters(alice, carol)    # rooms are open all the same


async def who_may_not_use_the_gateway(stage):
    """`allow` names others: forbidden, with who may, and nothing on IRC."""
    stage.restart_gateway(policy='allow = ["example.org"]')
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    alice.send_xml(join("alice"))
    error = await alice.gets("a refusal", lambda stanza: stanza.get("type") == "error")
    assert error_of(error) == "forbidden auth 403", describe(error)
    await carol.catches_up()
    assert [line for line in carol.relayed("JOIN") if "alice" in line] == []


ACTS = [the_whole_life_of_an_account, an_account_keeps_the_nickname, a_certificate_logs_in, an_account_is_removed,
        a_key_that_is_offered, a_key_that_is_required, where_registration_is_closed, who_may_not_use_the_gateway]
