"""Registering with the gateway: XEP-0077, XEP-0100."""

from acts.contacts import CAROL, shows, subscribes
from acts.joining import join
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import describe, error_of, is_from

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
    database = b"".join(path.read_bytes() for path in stage.gateway.database.parent.glob("dragoman.db*"))
    assert secret("ally").encode() not in database, "the password is readable on disk"
    assert secret("ally").encode() not in stage.gateway.log.read_bytes(), "the password is in the log"
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    kept = await alice.asks(GATEWAY_DOMAIN, QUERY)
    assert kept.findtext(f".//{{{REGISTER}}}nick") == "ally", "the account was lost"


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
    submitted = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in (
        ("FORM_TYPE", REGISTER), ("nick", "alice"), change))
    assert (await asks(f"<x xmlns='jabber:x:data' type='submit'>{submitted}</x>")).get("type") == "result"
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


ACTS = [the_whole_life_of_an_account, an_account_keeps_the_nickname, an_account_is_removed, where_registration_is_closed,
        who_may_not_use_the_gateway]
