#!/usr/bin/python3
"""Servers that punish who is too fast: a long paste gets through, and delays nobody. Every message has one outcome."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, NETWORK, ROOM, Stage, play, run_suite

from irc_servers import Inspircd, LiveNgircd

LINES = 200               # of 300 bytes; with its penalties ngIRCd takes three a second, InspIRCd one
WITHIN = 3                # seconds
MILK = f"#milk@{GATEWAY_DOMAIN}"
PACED = '{ burst = 10, interval = "2s" }'    # what the gateway does unless it is told otherwise
MESSAGES = 1000


class StrictInspircd(Inspircd):
    """With the penalties of its example configuration: ten commands at once, then one a second, and 8 KiB unread."""

    def __init__(self, folder):
        super().__init__(folder)
        configuration = folder / "inspircd.conf"
        text = configuration.read_text()
        for generous, strict in (('threshold="10000"', 'threshold="10"'), ('commandrate="100000"', 'commandrate="1000"'),
                                 ('fakelag="no"', 'fakelag="yes"'), ('recvq="65536"', 'recvq="8192"')):
            assert generous in text, f"{generous} is not in the configuration any more"
            text = text.replace(generous, strict)
        configuration.write_text(text)


class StrictNgircd(LiveNgircd):
    """With the penalties that it has by itself."""

    def __init__(self, folder):
        super().__init__(folder)
        configuration = folder / "ngircd.conf"
        text = configuration.read_text()
        assert "MaxPenaltyTime = 0" in text
        configuration.write_text(text.replace("    MaxPenaltyTime = 0\n", ""))


def stage_with(kind):
    class OtherStage(Stage):
        def __init__(self, stack, binary, xmpp_server):
            super().__init__(stack, binary, xmpp_server)
            self.irc_server = stack.add(kind(stack.folder_for("irc")))
    return OtherStage


def says(person, to, kind, ident, body, more=""):
    person.send_xml(f"<message to='{to}' type='{kind}' id='{ident}'><body>{body}</body>{more}</message>")


async def a_paste_gets_through_and_delays_nobody(stage):
    """Neither a private message nor what is said in another room waits for it."""
    stage.start_gateway(flood=PACED, network=f"{NETWORK}\n  paste_lines = false")
    carol = await stage.irc("carol")
    carol.patience = 2 * LINES
    carol.join("#milk")
    await carol.sees("joined", where="#milk", who="carol")
    alice = await stage.xmpp_in_room("alice", carol)
    alice.patience = 2 * LINES
    since = len(alice.seen)
    alice.join(MILK, "alice")
    await alice.sees("subject", where=MILK, since=since)
    lines = [f"{number:03} " + "x" * 296 for number in range(LINES)]
    since, loop = carol.now(), asyncio.get_running_loop()
    says(alice, ROOM, "groupchat", "paste", "&#10;".join(lines))
    await carol.gets("the first line of the paste", lambda line: lines[0] in line, since)
    for number in range(6):
        to, kind = ((f"carol@{GATEWAY_DOMAIN}", "chat"), (MILK, "groupchat"))[number % 2]
        began = loop.time()
        says(alice, to, kind, f"p{number}", f"beside {number}")
        await carol.gets("what was said beside the paste", lambda line: f"beside {number}" in line, since)
        needed = loop.time() - began
        assert needed < WITHIN, f"a line to {to} needed {needed:.1f} s beside a paste"
    await carol.gets("the last line of the paste", lambda line: lines[-1] in line, since)
    told = [line.rpartition(" :")[2] for line in carol.relayed("PRIVMSG", since) if f" {CHANNEL} " in line]
    assert told == lines, f"{len(told)} of {LINES} lines came, or not in their order"
    gone = [line for line in carol.lines[since:] if " QUIT " in line]
    assert not gone, f"somebody was sent away: {gone}"
    await alice.gets("the reflection of the paste", lambda stanza: stanza.get("id") == "paste"
                     and stanza.get("type") == "groupchat")


async def every_message_has_one_outcome(stage):
    """A room, a moderated one, one that refuses colours, a person and nobody: MESSAGES stanzas to them in turn."""
    stage.start_gateway(policy="  [network.limits]\n  waiting_messages = 2000\n")
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    rooms = {"quiet": "#quiet", "plain": "#plain"}
    for channel in rooms.values():
        carol.join(channel)
        await carol.sees("joined", where=channel, who="carol")
    await carol.sets_mode("#quiet", "+m")
    colourless = await carol.asks("MODE #plain +c", "MODE", "472")
    for channel in rooms.values():
        since = len(alice.seen)
        alice.join(f"{channel}@{GATEWAY_DOMAIN}", "alice")
        await alice.sees("subject", where=f"{channel}@{GATEWAY_DOMAIN}", since=since)
    alice.patience = 60
    receipt = "<request xmlns='urn:xmpp:receipts'/>"
    targets = [(ROOM, "groupchat", "reflected"), (f"#quiet@{GATEWAY_DOMAIN}", "groupchat", "error"),
               (f"#plain@{GATEWAY_DOMAIN}", "groupchat", "reflected"), (f"carol@{GATEWAY_DOMAIN}", "chat", "received"),
               (f"nobody@{GATEWAY_DOMAIN}", "chat", "error")]
    since, expected = alice.now(), {}
    for number in range(MESSAGES):
        to, kind, outcome = targets[number % len(targets)]
        ident = f"m{number}"
        expected[ident] = outcome
        says(alice, to, kind, ident, f"*bold* {number}", receipt if kind == "chat" else "")
    found = {}

    def outcome_of(stanza):
        for child in stanza:
            if child.tag == "{urn:xmpp:receipts}received":
                return child.get("id"), "received"
        return stanza.get("id"), "error" if stanza.get("type") == "error" else "reflected"

    def count():
        found.clear()
        for stanza in alice.stanzas[since:]:
            if stanza.tag == "{jabber:client}message":
                ident, outcome = outcome_of(stanza)
                if ident in expected:
                    found.setdefault(ident, []).append(outcome)
        return len(found) == MESSAGES

    await alice.gets(f"{MESSAGES} outcomes", lambda _: count(), since)
    await alice.catches_up()
    count()
    wrong = {ident: outcomes for ident, outcomes in found.items() if outcomes != [expected[ident]]}
    assert not wrong, f"{len(wrong)} messages have another outcome (colours: {colourless}): {list(wrong.items())[:5]}"


if __name__ == "__main__":
    run_suite("live/pace", {
        "inspircd/a_paste_gets_through_and_delays_nobody":
            play(a_paste_gets_through_and_delays_nobody, stage=stage_with(StrictInspircd), programs=("inspircd",)),
        "ngircd/a_paste_gets_through_and_delays_nobody":
            play(a_paste_gets_through_and_delays_nobody, stage=stage_with(StrictNgircd)),
        "ngircd_without_penalties/a_paste_gets_through_and_delays_nobody":
            play(a_paste_gets_through_and_delays_nobody, stage=stage_with(LiveNgircd)),
        "inspircd/every_message_has_one_outcome":
            play(every_message_has_one_outcome, stage=stage_with(Inspircd), programs=("inspircd",)),
        "ngircd/every_message_has_one_outcome":
            play(every_message_has_one_outcome, stage=stage_with(LiveNgircd))})
