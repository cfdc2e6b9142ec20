#!/usr/bin/python3
"""InspIRCd: echo-message and labeled-response are the evidence, and each refusal names its message."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, ROOM, TO_NETWORK, plays, run_suite


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


async def who_has_no_voice_is_told_so(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    carol.send(f"MODE {CHANNEL} +m")
    await carol.gets("the mode", lambda line: f"MODE {CHANNEL}" in line and "+m" in line)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='muted'><body>May I?</body></message>")
    await alice.gets_error("muted", "forbidden")
    carol.send(f"MODE {CHANNEL} +v alice")
    await carol.gets("the voice", lambda line: f"MODE {CHANNEL}" in line and "+v" in line)
    alice.say(ROOM, "Now I may.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Now I may.")
    assert not [seen for seen in carol.seen if "May I?" in seen.text], "carol heard the muted message"


async def who_is_banned_may_not_speak(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    carol.send(f"MODE {CHANNEL} +b alice!*@*")
    await carol.gets("the ban", lambda line: f"MODE {CHANNEL}" in line and "+b" in line)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='banned'><body>Hello?</body></message>")
    await alice.gets_error("banned", "forbidden")


async def who_is_banned_may_not_enter(stage):
    carol = await stage.irc("carol")
    carol.send(f"MODE {CHANNEL} +b alice!*@*")
    await carol.gets("the ban", lambda line: f"MODE {CHANNEL}" in line and "+b" in line)
    alice = await stage.xmpp("alice")
    alice.join(ROOM, "alice")
    refusal = await alice.gets("a refusal", lambda stanza: stanza.get("type") == "error"
                               and stanza.get("from") == f"{ROOM}/alice")
    assert refusal.find(".//{urn:ietf:params:xml:ns:xmpp-stanzas}forbidden") is not None, "the condition is another"


async def a_message_to_nobody_comes_back(stage):
    alice = await stage.xmpp_in_room("alice")
    alice.send_xml(f"<message to='nobody@{GATEWAY_DOMAIN}' type='chat' id='to-nobody'><body>Hello?</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    await alice.gets_error("to-nobody", "item-not-found")
    assert not [stanza for stanza in alice.stanzas if stanza.find("{urn:xmpp:receipts}received") is not None]


async def a_private_message_is_confirmed_by_its_echo(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp("alice")
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}' type='chat' id='psst'><body>Psst, ☕?</body>"
                   f"<request xmlns='urn:xmpp:receipts'/></message>")
    await carol.sees("private", who="alice", text="Psst, ☕?")
    await alice.gets("a receipt", lambda stanza: (receipt := stanza.find("{urn:xmpp:receipts}received")) is not None
                     and receipt.get("id") == "psst")
    carol.tell("alice", "Not now.")
    await alice.sees("private", who=f"carol@{GATEWAY_DOMAIN}", text="Not now.")
    await stage.in_state(DELIVERED, 2)


if __name__ == "__main__":
    run_suite("live/inspircd", plays(
        the_servers_echo_is_the_evidence, a_message_is_reflected_once_and_not_seen_as_anothers,
        who_has_no_voice_is_told_so, who_is_banned_may_not_speak, who_is_banned_may_not_enter,
        a_message_to_nobody_comes_back, a_private_message_is_confirmed_by_its_echo, irc_server="inspircd"))
