"""S10: what goes wrong between the gateway and the XMPP server, and with clients; what goes wrong with IRC is in outages."""

import asyncio
import signal

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM, Dragoman
from stanzas import CLIENT, DELAY, describe, is_from, text_of

CAROL = f"carol@{GATEWAY_DOMAIN}"
BLOCKING = "urn:xmpp:blocking"


def heard_in_room(person, since):
    return [stanza for stanza in person.stanzas[since:] if is_from(stanza, ROOM) and stanza.get("type") == "groupchat"
            and stanza.find(f"{CLIENT}body") is not None and "/" in stanza.get("from")]


async def a_stream_that_is_cut(stage):
    """What was said meanwhile is delivered with its time, in both formats, once; everybody is where they were."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    stage.tap.cut()
    for number in range(5):
        carol.say(CHANNEL, f"Meanwhile, number {number}.")
    await carol.catches_up()
    carol.tell("alice", "Meanwhile, in private.")
    await carol.catches_up()
    stage.xmpp_server.remember_log_position()
    stage.tap.mend()
    await alice.gets("the last line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "Meanwhile, number 4.", since)
    await alice.gets("the private one", lambda stanza: text_of(stanza, f"{CLIENT}body") == "Meanwhile, in private.", since)
    alice.say(ROOM, "Now it is mended.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Now it is mended.")
    await alice.sees("line", where=ROOM, who="alice", text="Now it is mended.")
    heard = heard_in_room(alice, since)
    assert [describe(stanza) for stanza in heard] == [
        *(f"carol says: Meanwhile, number {number}. (delayed)" for number in range(5)),
        "alice says: Now it is mended."], [describe(stanza) for stanza in heard]
    for stanza in heard[:5]:
        assert stanza.find(DELAY).get("stamp").endswith("Z"), describe(stanza)
        old = stanza.find("{jabber:x:delay}x")
        assert old is not None and len(old.get("stamp")) == len("20020910T23:08:25"), "there is no time for old clients"
    joins = [line for line in carol.relayed("JOIN") if line.startswith(":alice!")]
    assert len(joins) == 1, "IRC was left for it"


async def a_server_that_stands_still(stage):
    """For as long as it takes nothing, everything waits; nothing is lost, doubled or in another order."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    stage.xmpp_server.process.send_signal(signal.SIGSTOP)
    try:
        for number in range(300):
            carol.say(CHANNEL, f"line {number:03}")
        await carol.catches_up()
    finally:
        stage.xmpp_server.process.send_signal(signal.SIGCONT)
    await alice.gets("the last line", lambda stanza: text_of(stanza, f"{CLIENT}body") == "line 299", since)
    heard = [text_of(stanza, f"{CLIENT}body") for stanza in heard_in_room(alice, since)]
    assert heard == [f"line {number:03}" for number in range(300)], heard


async def a_client_that_is_gone_without_a_word(stage):
    """The error that its server gives for it is its end in the room; another client of the person stays."""
    carol = await stage.irc("carol")
    phone, desk = await stage.xmpp("alice", "phone"), await stage.xmpp("alice", "desk")
    await stage.enters(phone, carol)
    await stage.enters(desk)

    def bounces(client, ident, condition):
        client.send_xml(f"<message to='{ROOM}/carol' type='error' id='{ident}'><error type='cancel'><{condition} "
                        f"xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")

    bounces(phone, "no", "not-acceptable")    # an error of the client says nothing about its being there
    bounces(desk, "gone", "service-unavailable")
    await desk.catches_up()
    since = desk.now()
    carol.say(CHANNEL, "Who is left?")
    await phone.sees("line", where=ROOM, text="Who is left?")
    await desk.catches_up()
    assert desk.told_by(ROOM, since) == [], desk.told_by(ROOM, since)
    await carol.catches_up()
    assert "alice" in await carol.names(CHANNEL), "the person left with one client of two"
    bounces(phone, "gone", "recipient-unavailable")
    await carol.sees("left", who="alice")


async def who_is_blocked_reaches_nobody_and_harms_nobody(stage):
    """XEP-0191: the server answers for the person; no error is answered, and the room goes on."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    own = alice.address.partition("/")[0]
    answer = await alice.asks(own, f"<block xmlns='{BLOCKING}'><item jid='{CAROL}'/></block>", "set")
    assert answer.get("type") == "result", describe(answer)
    for number in range(3):
        carol.tell("alice", f"Do you hear me, number {number}?")
    carol.say(CHANNEL, "Does anybody hear me?")
    await alice.sees("line", where=ROOM, who="carol", text="Does anybody hear me?")
    await alice.catches_up()
    assert not [seen for seen in alice.seen if seen.kind == "private"], alice.seen
    answer = await alice.asks(own, f"<unblock xmlns='{BLOCKING}'><item jid='{CAROL}'/></unblock>", "set")
    assert answer.get("type") == "result", describe(answer)
    carol.tell("alice", "And now?")
    await alice.sees("private", who=CAROL, text="And now?")


async def a_second_gateway_for_the_same_address(stage):
    """Prosody lets the newer one in and tells the older (kick_old). ejabberd lets both in and hands each a part of what is
    for them, until one gets what the other sent to itself. The log says so."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    settings = {"irc_port": stage.irc_server.port, "log_level": "debug"}
    second = stage.stack.add(Dragoman(stage.binary, stage.stack.folder_for("second"), stage.xmpp_server, **settings))
    deadline = asyncio.get_running_loop().time() + 20
    words = ("another c", GATEWAY_DOMAIN)
    while not [line for each in (stage.gateway, second) for line in each.log.read_text(errors="replace").splitlines()
               if all(word in line for word in words)]:
        assert asyncio.get_running_loop().time() < deadline, (
            f"nobody noticed\n{stage.gateway.last_words()}\n{second.last_words()}")
        carol.say(CHANNEL, "Is anybody there?")    # which is proved by what the gateway sends to itself
        await asyncio.sleep(0.1)
    await alice.asks_until_answered(GATEWAY_DOMAIN)


ACTS = [a_stream_that_is_cut, a_server_that_stands_still, a_client_that_is_gone_without_a_word,
        who_is_blocked_reaches_nobody_and_harms_nobody, a_second_gateway_for_the_same_address]
