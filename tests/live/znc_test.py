#!/usr/bin/python3
"""ZNC between the gateway and ngIRCd: it is logged in already, is in rooms that nobody asked for, and plays back what was
said while nobody was there."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, NETWORK, ROOM, Stage, play, run_suite

from acts.joining import join
from server import Server, free_ports
from stack import program
from stanzas import describe, is_from

PASSWORD = "the-password-at-znc"
REGISTER = "jabber:iq:register"
DELAY = "{urn:xmpp:delay}delay"
RETURNED = 3    # core/store/message.hpp: nobody took it, and it is in the archive


class Znc(Server):
    """ZNC with one person, on one network, in #tea; with a channel buffer that is played back to each client."""

    def __init__(self, folder, irc_port):
        (self.port,) = free_ports(1)
        command = [program("znc", "znc"), "--no-color", "--foreground", "--datadir", folder]
        if os.geteuid() == 0:    # it would wait half a minute for second thoughts
            command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *command]
        super().__init__("znc", command, folder, ports=[self.port])
        (folder / "configs").mkdir()
        (folder / "configs" / "znc.conf").write_text(f"""\
Version = 1.8.2
ConnectDelay = 1
<Listener local>
  Host = 127.0.0.1
  Port = {self.port}
  IPv4 = true
  IPv6 = false
  SSL = false
</Listener>
<User alice>
  Pass = plain#{PASSWORD}
  Nick = alice
  AltNick = alice_
  Ident = alice
  RealName = alice
  AutoClearChanBuffer = true
  AutoClearQueryBuffer = true
  ChanBufferSize = 50
  QueryBufferSize = 50
  <Network private>
    Server = 127.0.0.1 {irc_port}
    FloodRate = 100.00
    FloodBurst = 100
    JoinDelay = 0
    <Chan {CHANNEL}>
    </Chan>
  </Network>
</User>
""")


class BouncedStage(Stage):
    def add_bouncer(self):
        self.bouncer = self.stack.add(Znc(self.stack.folder_for("znc"), self.irc_server.port))


def form(**values):
    fields = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in
                     {"FORM_TYPE": REGISTER, **values}.items())
    return f"<query xmlns='{REGISTER}'><x xmlns='jabber:x:data' type='submit'>{fields}</x></query>"


async def logs_in(stage):
    """carol is in the room, ZNC too, and something has been said there before the gateway came."""
    carol = await stage.irc("carol")
    stage.add_bouncer()
    await carol.sees("joined", where=CHANNEL, who="alice")
    carol.say(CHANNEL, "Said while nobody listened.")
    carol.tell("alice", "Whispered while nobody listened.")
    await carol.catches_up()
    stage.start_gateway(irc_port=stage.bouncer.port, network=NETWORK)
    alice = await stage.xmpp("alice")
    since = alice.now()
    answer = await alice.asks(GATEWAY_DOMAIN, form(nick="alice", **{"pass": f"alice/private:{PASSWORD}"}), "set")
    assert answer.get("type") == "result", describe(answer)
    await alice.gets("the subscription request", lambda stanza: stanza.get("type") == "subscribe", since)
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")
    return alice, carol


def bodies(person, room):
    return [(stanza.findtext("{jabber:client}body"), stanza.find(DELAY) is not None) for stanza in person.stanzas
            if is_from(stanza, room) and stanza.findtext("{jabber:client}body")]


async def a_room_that_it_is_in_is_entered_with_its_history(stage):
    alice, carol = await logs_in(stage)
    await stage.enters_as(alice, "alice")
    carol.say(CHANNEL, "Said now.")
    await alice.sees("line", where=ROOM, who="carol", text="Said now.")
    assert bodies(alice, ROOM) == [("Said while nobody listened.", True), ("Said now.", False)], bodies(alice, ROOM)
    here = [line for line in alice.told_by(ROOM) if line.startswith("carol is here")]
    assert len(here) == 1, alice.told_by(ROOM)
    joins = [line for line in carol.relayed("JOIN") if line.startswith(":alice!")]
    assert len(joins) == 1, f"ZNC had joined already: {joins}"


async def rooms_that_nobody_entered_are_not_left(stage):
    """The bouncer stays where it is, and what it has played back is the history of who enters later."""
    alice, carol = await logs_in(stage)
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}'/>")
    await alice.gets("the network", lambda stanza: stanza.get("from") == GATEWAY_DOMAIN
                     and "connected as alice" in (stanza.findtext("{jabber:client}status") or ""))
    await stage.in_state_of(RETURNED, "Said while nobody listened.")
    assert not [line for line in carol.relayed("PART") if line.startswith(":alice!")], "the bouncer has left its room"
    alice.send_xml(join("alice"))    # slixmpp's own way asks for no history
    await alice.sees("subject", where=ROOM)
    assert ("Said while nobody listened.", True) in bodies(alice, ROOM), alice.told_by(ROOM)
    here = [line for line in alice.told_by(ROOM) if line.startswith("carol is here")]
    assert len(here) == 1, alice.told_by(ROOM)


async def what_was_whispered_comes_with_its_time(stage):
    alice, carol = await logs_in(stage)
    await stage.enters_as(alice, "alice")
    await alice.gets("the whisper", lambda stanza: stanza.get("type") == "chat" and is_from(stanza, f"carol@{GATEWAY_DOMAIN}")
                     and stanza.find(DELAY) is not None
                     and stanza.findtext("{jabber:client}body") == "Whispered while nobody listened.")


async def what_another_client_says_is_ones_own(stage):
    """znc.in/self-message: another client of the bouncer talks."""
    alice, carol = await logs_in(stage)
    await stage.enters_as(alice, "alice")
    from clients import IrcPerson
    other = IrcPerson("alice")
    stage.people.append(other)
    await other.log_in("127.0.0.1", stage.bouncer.port, password=f"alice/private:{PASSWORD}")
    other.say(CHANNEL, "From my telephone.")
    await carol.sees("line", where=CHANNEL, who="alice", text="From my telephone.")
    await alice.sees("line", where=ROOM, who="alice", text="From my telephone.")


if __name__ == "__main__":
    run_suite("live/znc", {act.__name__: play(act, stage=BouncedStage, programs=("znc",)) for act in (
        a_room_that_it_is_in_is_entered_with_its_history, rooms_that_nobody_entered_are_not_left, what_was_whispered_comes_with_its_time,
        what_another_client_says_is_ones_own)})
