#!/usr/bin/python3
"""Servers that die and come back, and the gateway itself."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, DELIVERED, GATEWAY_DOMAIN, QUEUED, ROOM, plays, run_suite

MUC_USER = "http://jabber.org/protocol/muc#user"


async def what_is_said_while_irc_is_away_arrives_when_it_is_back(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    stage.irc_server.stop()
    notice = await alice.sees("line", where=ROOM, who="", text="lost")    # the room itself says it
    assert not [seen for seen in alice.seen if seen.kind == "left" and seen.who == "alice"], "alice was sent out"
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='meanwhile'><body>Said meanwhile.</body></message>")
    alice.send_xml(f"<message to='carol@{GATEWAY_DOMAIN}' type='chat' id='meanwhile-private'><body>Whispered meanwhile."
                   f"</body><request xmlns='urn:xmpp:receipts'/></message>")
    # A stanza that is answered only after the messages were taken.
    await alice.asks(f"{ROOM}/alice", "<ping xmlns='urn:xmpp:ping'/>")
    early = [stanza for stanza in alice.stanzas if stanza.get("id") == "meanwhile"]
    assert not early, "the message was reflected, or refused, before IRC had it"
    # The gateway sleeps until somebody is there to hear it.
    stage.gateway.process.send_signal(signal.SIGSTOP)
    stage.irc_server.start()
    carol = await stage.irc("carol")
    stage.gateway.process.send_signal(signal.SIGCONT)
    await carol.sees("joined", where=CHANNEL, who="alice")
    await carol.sees("line", where=CHANNEL, who="alice", text="Said meanwhile.")
    await carol.sees("private", who="alice", text="Whispered meanwhile.")
    reflection = await alice.gets("her message, taken now", lambda stanza: stanza.get("id") == "meanwhile")
    assert reflection.get("type") == "groupchat", f"it came back as {reflection.get('type')}"
    await alice.gets("the receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None)
    await alice.sees("line", where=ROOM, who="", text="back", since=alice.seen.index(notice) + 1)
    carol.say(CHANNEL, "Welcome back.")
    await alice.sees("line", where=ROOM, who="carol", text="Welcome back.")


async def when_prosody_is_back_so_is_the_gateway(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    stage.xmpp_server.stop()
    carol.say(CHANNEL, "Is anybody here?")
    stage.xmpp_server.start()
    alice.client.abort()
    alice = await stage.xmpp("alice")
    while not stage.xmpp_server.component_is_connected(GATEWAY_DOMAIN):
        # Prosody refuses what goes to a component that is not there; asking is the only way to learn when it is.
        answer = await alice.asks(GATEWAY_DOMAIN, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
        if answer.get("type") == "result":
            break
    since = len(alice.seen)
    alice.join(ROOM, "alice")
    await alice.sees("joined", where=ROOM, who="carol", since=since)
    await alice.sees("joined", where=ROOM, who="alice", since=since)
    await alice.sees("subject", where=ROOM, since=since)
    alice.say(ROOM, "I was away.")
    await carol.sees("line", where=CHANNEL, who="alice", text="I was away.")
    carol.say(CHANNEL, "So I saw.")
    await alice.sees("line", where=ROOM, who="carol", text="So I saw.")


async def after_a_kill_of_the_gateway_nobody_has_to_rejoin(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    stage.gateway.kill()
    await carol.sees("left", who="alice")
    since = len(carol.seen)
    stage.gateway.start()
    alice.say(ROOM, "Did something happen?")
    await carol.sees("joined", where=CHANNEL, who="alice", since=since)
    await carol.sees("line", where=CHANNEL, who="alice", text="Did something happen?", since=since)
    await alice.sees("line", where=ROOM, who="alice", text="Did something happen?")
    carol.say(CHANNEL, "Not that I know.")
    await alice.sees("line", where=ROOM, who="carol", text="Not that I know.")
    carol.tell("alice", "Psst.")
    await alice.sees("private", who=f"carol@{GATEWAY_DOMAIN}", text="Psst.")
    await stage.in_state(DELIVERED, 3)


async def a_message_to_a_killed_gateway_is_not_lost_when_it_was_accepted(stage):
    """Accepted while IRC was away, killed before it could be delivered."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    stage.irc_server.stop()
    await alice.sees("line", where=ROOM, who="", text="lost")
    alice.say(ROOM, "Written down before the end.")
    await stage.in_state(QUEUED, 1)
    stage.gateway.kill()
    stage.irc_server.start()
    carol = await stage.irc("carol")
    stage.gateway.start()
    await carol.sees("line", where=CHANNEL, who="alice", text="Written down before the end.")
    await stage.in_state(DELIVERED, 1)


async def a_clean_stop_says_goodbye(stage):
    """Status 332, QUIT on IRC, exit 0; and after the start everybody is in again (docs/decisions/0004)."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    assert stage.gateway.stop() == 0, f"the gateway ended{stage.gateway.how_it_ended()}"
    goodbye = await alice.gets("unavailable presence with 332", lambda stanza: stanza.get("type") == "unavailable"
                               and stanza.find(f".//{{{MUC_USER}}}status[@code='332']") is not None)
    assert goodbye.get("from") == f"{ROOM}/alice", goodbye.get("from")
    await carol.sees("left", who="alice")
    since, seen = len(carol.seen), len(alice.seen)
    stage.gateway.start()
    await carol.sees("joined", where=CHANNEL, who="alice", since=since)
    await alice.sees("joined", where=ROOM, who="alice", since=seen)


if __name__ == "__main__":
    run_suite("live/restarts", plays(
        what_is_said_while_irc_is_away_arrives_when_it_is_back, when_prosody_is_back_so_is_the_gateway,
        after_a_kill_of_the_gateway_nobody_has_to_rejoin,
        a_message_to_a_killed_gateway_is_not_lost_when_it_was_accepted, a_clean_stop_says_goodbye))
