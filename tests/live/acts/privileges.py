"""What the gateway does in the name of people whose server allows it: XEP-0356, XEP-0402; and the other way where a
server fails to keep its word (ejabberd 23.01)."""

import asyncio
import contextlib
import sqlite3

from acts.accounts import answers
from acts.archive import page
from acts.contacts import ITEM, shows
from stage import GATEWAY_DOMAIN, XMPP_DOMAIN
from stanzas import CLIENT
from suite import Cannot

CAROL = f"carol@{GATEWAY_DOMAIN}"
SENT = "{urn:xmpp:carbons:2}sent"
BOOKMARKS = "urn:xmpp:bookmarks:1"
CONFERENCE = f"{{{BOOKMARKS}}}conference"
EVENT = "{http://jabber.org/protocol/pubsub#event}"


async def roster(person):
    """Address -> (subscription, name, groups) of what is ours in it."""
    answer = await person.asks(person.address.partition("/")[0], "<query xmlns='jabber:iq:roster'/>")
    return {item.get("jid"): (item.get("subscription"), item.get("name"), [group.text for group in item])
            for item in answer.iter(ITEM) if item.get("jid").endswith(GATEWAY_DOMAIN)}


async def becomes(person, address, item):
    """Until the roster says so of an address; None: it is not there. The server pushes each change to who has asked."""
    while True:
        since = person.now()
        if (found := (await roster(person)).get(address)) == item:
            return
        await person.gets(f"another change of {address}, which is {found} in the roster, not {item}",
                          lambda stanza: stanza.tag == f"{CLIENT}iq" and stanza.get("type") == "set"
                          and any(each.get("jid") == address for each in stanza.iter(ITEM)), since)


def requests(person):
    return [stanza.get("from") for stanza in person.stanzas if stanza.get("type") == "subscribe"]


async def the_roster_is_written(stage):
    """Registering, a contact, unregistering: without one question."""
    stage.start_gateway()
    await stage.gateway_logs("grants privileges", XMPP_DOMAIN)
    alice, _ = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol", channel=None))
    await roster(alice)
    since = alice.now()
    await answers(alice, "<nick>alice</nick>")
    await becomes(alice, GATEWAY_DOMAIN, ("both", "Private", ["Private"]))
    # The gateway sees her (by a probe), and she sees the gateway.
    await alice.gets("the gateway, connected", lambda stanza: stanza.get("from") == GATEWAY_DOMAIN
                     and any("connected as alice" in (each.text or "") for each in stanza), since)
    alice.send_xml(f"<iq type='set' id='add'><query xmlns='jabber:iq:roster'><item jid='{CAROL}' name='my carol'/></query></iq>")
    alice.send_xml(f"<presence to='{CAROL}' type='subscribe'/>")
    await becomes(alice, CAROL, ("both", "my carol", ["Private"]))
    await shows(alice, CAROL, "available", since)
    await answers(alice, "<remove/>")
    await becomes(alice, CAROL, None)
    await becomes(alice, GATEWAY_DOMAIN, None)
    assert requests(alice) == [], f"alice was asked by {requests(alice)}"


async def rooms_become_bookmarks_of_who_wants_it(stage):
    stage.start_gateway()
    stage.gateway.stop()
    with sqlite3.connect(stage.gateway.database) as database:
        database.execute("INSERT INTO document (kind, owner, key, value) VALUES ('settings', ?, 'bookmarks', 'true')",
                         (f"{GATEWAY_DOMAIN} alice@{XMPP_DOMAIN}",))
    database.close()
    stage.gateway.start()
    await stage.gateway_logs("grants privileges", XMPP_DOMAIN)
    alice = await stage.xmpp("alice")
    wants_to_know_of_bookmarks(alice)
    await answers(alice, "<nick>alice</nick>")
    since = alice.now()
    await stage.enters(alice)
    # It looks a moment later whether a client has made one.
    made = await alice.gets("a bookmark", lambda stanza: stanza.find(f"{EVENT}event//{CONFERENCE}") is not None, since)
    bookmark = made.find(f"{EVENT}event//{CONFERENCE}")
    assert bookmark.get("name") == "#tea" and bookmark.get("autojoin") in ("true", "1"), bookmark.attrib
    assert len(await bookmarks(alice)) == 1
    since = alice.now()
    await answers(alice, "<remove/>")
    await alice.gets("the end of the bookmark", lambda stanza: stanza.find(f"{EVENT}event//{EVENT}retract") is not None,
                     since)
    assert not await bookmarks(alice), "the bookmark stayed when the account was removed"


def wants_to_know_of_bookmarks(person):
    """XEP-0163 4.1: the server tells changes to who announces so."""
    person.client["xep_0030"].add_feature(f"{BOOKMARKS}+notify", node="https://client.test#1")
    person.send_xml("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://client.test' "
                    "ver='1'/></presence>")


async def bookmarks(person):
    answer = await person.asks(f"alice@{XMPP_DOMAIN}", "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                               f"<items node='{BOOKMARKS}'/></pubsub>")
    return list(answer.iter(CONFERENCE))


class Bouncer:
    """An IRC server that says what another client of the same person says, as bouncers do."""

    def __init__(self):
        self.server = self.writer = None
        self.lines = []
        self.news = asyncio.Event()

    async def open(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        self.writer = writer
        while line := (await reader.readline()).decode().strip():
            command, _, rest = line.partition(" ")
            if command == "USER":
                self.say(":bouncer.test 001 alice :Welcome alice!alice@home.test", ":bouncer.test 422 alice :No MOTD")
            elif command == "PING":
                self.say(f":bouncer.test PONG bouncer.test {rest}")
            elif line.startswith("CAP LS"):
                self.say(":bouncer.test CAP * LS :")
            self.lines.append(line)
            self.news.set()
        writer.close()

    def say(self, *lines):
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def hears(self, line):
        async def wait():
            while line not in self.lines:
                self.news.clear()
                await self.news.wait()
        await asyncio.wait_for(wait(), 10)

    async def close(self):
        self.server.close()
        await self.server.wait_closed()


@contextlib.asynccontextmanager
async def alice_at_a_bouncer(stage):
    """alice, registered, whose IRC server is a bouncer; and the bouncer."""
    bouncer = Bouncer()
    stage.start_gateway(irc_port=await bouncer.open())
    try:
        await stage.gateway_logs("grants privileges", XMPP_DOMAIN)
        alice = await stage.xmpp("alice")
        # ejabberd: no need, no answer to it
        await alice.asks(f"alice@{XMPP_DOMAIN}", "<enable xmlns='urn:xmpp:carbons:2'/>", kind="set")
        await answers(alice, "<nick>alice</nick>")
        alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}'/>")    # she is there, whatever her roster says
        await bouncer.hears("NICK alice")
        alice.send_xml(f"<message to='{CAROL}' type='chat' id='first'><body>first</body></message>")
        await bouncer.hears("PRIVMSG carol :first")
        yield alice, bouncer
    finally:
        await bouncer.close()


async def says_by_telephone(alice, bouncer):
    """What reaches alice's client of what she says with another IRC client."""
    bouncer.say(":alice!alice@phone.test PRIVMSG carol :from my telephone")
    return await alice.gets("a copy of her own words", lambda stanza: stanza.find(f".//{SENT}") is not None
                            and any(body.text == "from my telephone" for body in stanza.iter(f"{CLIENT}body")))


async def own_words_from_elsewhere_are_copied(stage):
    """To the clients as their own, and not to IRC again."""
    async with alice_at_a_bouncer(stage) as (alice, bouncer):
        own = f"alice@{XMPP_DOMAIN}"
        copy = await says_by_telephone(alice, bouncer)
        inner = copy.find(f".//{SENT}//{CLIENT}message")
        assert copy.get("from") == own, copy.get("from")
        assert inner.get("to") == CAROL and inner.get("from").partition("/")[0] == own, inner.attrib
        alice.send_xml(f"<message to='{CAROL}' type='chat' id='last'><body>last</body></message>")
        await bouncer.hears("PRIVMSG carol :last")
        assert [line for line in bouncer.lines if "telephone" in line] == [], "it was said on IRC a second time"
        texts = [body.text for stanza in alice.stanzas for body in stanza.iter(f"{CLIENT}body")]
        assert texts.count("from my telephone") == 1, texts


async def own_words_from_elsewhere_are_in_ones_own_archive(stage):
    """XEP-0313 on the person's server: between what was said before and after it, once, as said by that person."""
    async with alice_at_a_bouncer(stage) as (alice, bouncer):
        own = f"alice@{XMPP_DOMAIN}"
        info = await alice.asks(own, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
        features = [feature.get("var") for feature in info.iter("{http://jabber.org/protocol/disco#info}feature")]
        if "urn:xmpp:mam:2" not in features:
            raise Cannot("the server keeps no archive of a person")
        await says_by_telephone(alice, bouncer)
        alice.send_xml(f"<message to='{CAROL}' type='chat' id='last'><body>last</body></message>")
        await bouncer.hears("PRIVMSG carol :last")
        kept = await page(alice, form=f"<field var='with'><value>{CAROL}</value></field>", room=own)
        if stage.why_no_copies and kept.texts == ["first", "last"]:
            raise Cannot(stage.why_no_copies)
        assert kept.texts == ["first", "from my telephone", "last"], kept.texts
        copy = kept.messages[1]
        assert copy.get("from").partition("/")[0] == own and copy.get("to") == CAROL, copy.attrib


async def where_the_roster_cannot_be_written_people_are_asked(stage):
    """ejabberd 23.01 says that it may be written, and fails (ejabberd#3942)."""
    stage.start_gateway()
    await stage.gateway_logs("grants privileges", XMPP_DOMAIN)
    alice = await stage.xmpp("alice")
    since = alice.now()
    await answers(alice, "<nick>alice</nick>")
    await alice.gets("the gateway's request", lambda stanza: stanza.get("type") == "subscribe"
                     and stanza.get("from") == GATEWAY_DOMAIN, since)
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")
    alice.send_xml(f"<presence to='{CAROL}' type='subscribe'/>")
    await alice.gets("carol's request", lambda stanza: stanza.get("type") == "subscribe"
                     and (stanza.get("from") or "").startswith(CAROL), since)
    await stage.gateway_logs("does not let us write rosters")
    await alice.catches_up()
    assert sorted(requests(alice)) == sorted([GATEWAY_DOMAIN, CAROL]), requests(alice)
