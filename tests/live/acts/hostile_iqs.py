"""S1: questions as no client should ask them, to everything that has an address here (RFC 6120 8.2.3, 8.3). That each gets
exactly one answer, by the address that was asked, and none comes for what is no question, is seen to by the wiretap."""

import asyncio

from stage import GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe, error_of

ADDRESSES = (GATEWAY_DOMAIN, f"{GATEWAY_DOMAIN}/any", f"carol@{GATEWAY_DOMAIN}", f"nobody@{GATEWAY_DOMAIN}", ROOM,
             f"{ROOM}/carol", f"{ROOM}/nobody", f"#never@{GATEWAY_DOMAIN}", f"#never@{GATEWAY_DOMAIN}/carol")


async def at_home(stage):
    carol = await stage.irc("carol")
    return await stage.xmpp_in_room("alice", carol)


async def ask_everybody(alice, payload, kind="get", addresses=ADDRESSES):
    """address -> answer"""
    answers = await asyncio.gather(*(alice.asks(address, payload, kind) for address in addresses))
    return dict(zip(addresses, answers))


async def a_question_without_a_child_or_with_two(stage):
    """Prosody refuses them itself, ejabberd hands them on."""
    alice = await at_home(stage)
    for payload in ("", "<query xmlns='jabber:iq:version'/><query xmlns='jabber:iq:last'/>"):
        for kind in ("get", "set"):
            for address, answer in (await ask_everybody(alice, payload, kind)).items():
                assert answer.get("type") == "error", f"{payload} to {address}: {describe(answer)}"
                assert error_of(answer).startswith("bad-request modify"), f"{payload} to {address}: {describe(answer)}"


async def a_question_that_nobody_knows(stage):
    """Given back in the answer, with what is wrong; the code is for clients of before 2004."""
    alice = await at_home(stage)
    for kind in ("get", "set"):
        for address, answer in (await ask_everybody(alice, "<q xmlns='urn:x:nope' a='&lt;'>&amp;</q>", kind)).items():
            if address == f"#never@{GATEWAY_DOMAIN}/carol":    # 7.2.1: who is not inside may not ask who is
                assert answer.get("type") == "error", describe(answer)
                continue
            assert error_of(answer) == "service-unavailable cancel 503", f"{address}: {describe(answer)}"
            child = answer.find("{urn:x:nope}q")
            assert child is not None and child.get("a") == "<" and child.text == "&", f"{address}: it is not given back"


async def what_is_no_question_has_no_answer(stage):
    """Results and errors that nobody waits for, messages and presences that are errors."""
    alice = await at_home(stage)
    condition = "<error type='cancel'><feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    unknown = "<query xmlns='urn:x:nope'/>"
    await alice.catches_up()
    since = alice.now()
    for address in ADDRESSES:
        alice.send_xml(f"<iq type='result' id='r' to='{address}'/>")
        alice.send_xml(f"<iq type='result' id='r' to='{address}'>{unknown}</iq>")
        alice.send_xml(f"<iq type='error' id='e' to='{address}'>{unknown}{condition}</iq>")
        alice.send_xml(f"<message type='error' id='m' to='{address}'><body>Hello.</body>{condition}</message>")
    await alice.catches_up()
    got = [describe(stanza) for stanza in alice.stanzas[since:] if stanza.get("id") in ("r", "e", "m")]
    assert not got, got
    assert len(alice.stanzas[since:]) == 1, "more than the answer to the last ping came"


async def what_cannot_be_set(stage):
    alice = await at_home(stage)
    addresses = [address for address in ADDRESSES if not address.startswith("#never")]
    for payload in ("<query xmlns='jabber:iq:version'><name>mine</name></query>",
                    "<query xmlns='http://jabber.org/protocol/disco#info'/>", "<query xmlns='jabber:iq:last'/>"):
        for address, answer in (await ask_everybody(alice, payload, "set", addresses)).items():
            condition = error_of(answer).partition(" ")[0] if answer.get("type") == "error" else "result"
            assert condition in ("not-allowed", "feature-not-implemented", "forbidden", "service-unavailable",
                                 "item-not-found"), f"{payload} to {address}: {describe(answer)}"


async def an_id_comes_back_as_it_was(stage):
    alice = await at_home(stage)
    for ident, written in (("<'&\">", "&lt;&apos;&amp;&quot;&gt;"), ("ünï☕", "ünï☕"), (" ", " "), ("x" * 900, "x" * 900)):
        for address in (GATEWAY_DOMAIN, ROOM, f"{ROOM}/alice"):
            since = alice.now()
            alice.send_xml(f"<iq type='get' id='{written}' to='{address}'><ping xmlns='urn:xmpp:ping'/></iq>")
            answer = await alice.gets(f"an answer with the id {ident}", lambda stanza: stanza.tag == f"{CLIENT}iq"
                                      and stanza.get("id") == ident, since)
            assert answer.get("type") == "result", describe(answer)


async def a_question_to_nobody(stage):
    """Somebody who is not there is not found, or is described as anybody would be."""
    alice = await at_home(stage)
    nobody = f"nobody@{GATEWAY_DOMAIN}"
    for payload in ("<query xmlns='jabber:iq:version'/>", "<query xmlns='jabber:iq:last'/>", "<vCard xmlns='vcard-temp'/>",
                    "<time xmlns='urn:xmpp:time'/>", "<ping xmlns='urn:xmpp:ping'/>"):
        answer = await alice.asks(nobody, payload)
        assert error_of(answer) == "item-not-found cancel 404", f"{payload}: {describe(answer)}"
    answer = await alice.asks(nobody, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
    assert answer.get("type") == "result", describe(answer)


ACTS = [a_question_without_a_child_or_with_two, a_question_that_nobody_knows, what_is_no_question_has_no_answer,
        what_cannot_be_set, an_id_comes_back_as_it_was, a_question_to_nobody]
