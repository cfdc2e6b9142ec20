"""The rooms on both sides of a bridge, as far as a bridge uses them: channels of IRC and rooms of XMPP; that of Matrix is in
bridge_homeserver.py. In each one person speaks; what the bridge says there is given to `heard`, with the name of the room.
"""

import asyncio
import time

from ports import Port
from stanza import COMPONENT, Element
from xmpp_server import XmppServer, domain_of

ROOMS_DOMAIN = "muc.test"
DISCO, PING = "http://jabber.org/protocol/disco#info", "urn:xmpp:ping"
SPEAKER = "alice"


class Channels:
    """An IRC server without limits; every connection may be in every channel."""

    def __init__(self, heard):
        self.heard = heard
        self.port = Port(self.serve)
        self.inside = {}    # channel -> writers

    async def serve(self, reader, writer):
        nickname = "*"

        def say(text):
            writer.write(f":irc.test {text}\r\n".encode())

        while line := (await reader.readline()).decode().rstrip("\r\n"):
            if line.startswith("@"):
                line = line.partition(" ")[2]    # tags
            words = line.split(" ")
            verb, first = words[0], words[1] if len(words) > 1 else ""
            if verb == "CAP" and first == "LS":
                say("CAP * LS :message-tags server-time")
            elif verb == "CAP" and first == "REQ":
                say(f"CAP * ACK {line.partition(' REQ ')[2]}")
            elif verb == "NICK":
                nickname = first
            elif verb == "CAP" and first == "END":
                for text in ("001 {} :Welcome", "005 {} CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=30 "
                             ":are supported", "422 {} :No MOTD"):
                    say(text.format(nickname))
            elif verb == "PING":
                say(f"PONG irc.test {line.partition(' ')[2]}")
            elif verb == "JOIN":
                writer.write(f":{nickname}!b@client.test JOIN {first}\r\n".encode())
                say(f"353 {nickname} = {first} :{nickname} {SPEAKER}")
                say(f"366 {nickname} {first} :End of /NAMES list.")
                self.inside.setdefault(first, []).append(writer)
            elif verb == "PRIVMSG":
                self.heard(first, line.partition(" :")[2])

    def is_in(self, channel):
        return bool(self.inside.get(channel))

    def say(self, channel, text):
        for writer in self.inside[channel]:
            writer.write(f":{SPEAKER}!a@client.test PRIVMSG {channel} :{text}\r\n".encode())


class Rooms(XmppServer):
    """The gateway's XMPP server, with rooms behind it."""

    def __init__(self, secrets, transcript, troubles, heard):
        super().__init__(secrets, transcript, troubles)
        self.heard = heard
        self.occupants = {}    # room -> {nickname: JID}
        self.said = 0

    def receive(self, stanza, domain):
        if domain_of(stanza.get("to")) != ROOMS_DOMAIN:
            return super().receive(stanza, domain)
        room, _, nickname = stanza.get("to").partition("/")
        sender = stanza.get("from")
        if stanza.name == "presence":
            self.presence(stanza, room, nickname, sender)
        elif stanza.name == "message" and stanza.get("type") == "groupchat":
            own = next((name for name, jid in self.occupants[room].items() if jid == sender), None)
            body = stanza.child("body", COMPONENT)
            if own and body:
                self.heard(room, body.text)
                self.reflect(room, own, stanza)
        elif stanza.name == "iq":
            self.answer(stanza, nickname)

    def presence(self, stanza, room, nickname, sender):
        occupants = self.occupants.setdefault(room, {})
        if stanza.get("type") == "unavailable":
            occupants.pop(nickname, None)
        elif nickname not in occupants:
            for other in [SPEAKER, *occupants]:
                self.send(f"<presence from='{room}/{other}' to='{sender}'>{user_item()}</presence>")
            for jid in occupants.values():
                self.send(f"<presence from='{room}/{nickname}' to='{jid}'>{user_item()}</presence>")
            occupants[nickname] = sender
            self.send(f"<presence from='{room}/{nickname}' to='{sender}'>{user_item('<status code=%r/>' % '110')}</presence>")
            self.send(f"<message type='groupchat' from='{room}' to='{sender}'><subject/></message>")

    def reflect(self, room, nickname, stanza):
        self.said += 1
        for jid in self.occupants[room].values():
            copy = Element("message", COMPONENT, {**stanza.attributes, "from": f"{room}/{nickname}", "to": jid})
            copy.content = [*stanza.content, Element("stanza-id", "urn:xmpp:sid:0", {"by": room, "id": f"s{self.said}"})]
            self.send(copy.to_text(COMPONENT))

    def answer(self, stanza, nickname):
        query = stanza.children[0] if stanza.children else None
        head = f"from='{stanza.get('to')}' to='{stanza.get('from')}' id='{stanza.get('id')}'"
        if query is not None and query.ns == DISCO:
            self.send(f"<iq type='result' {head}><query xmlns='{DISCO}'><feature var='muc_open'/></query></iq>")
        elif query is not None and query.ns == PING and nickname:
            self.send(f"<iq type='result' {head}/>")
        elif stanza.get("type") in ("get", "set"):
            self.send(f"<iq type='error' {head}><error type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")

    def is_in(self, room):
        return bool(self.occupants.get(room))

    def say(self, room, text):
        self.said += 1
        for jid in self.occupants[room].values():
            self.send(f"<message type='groupchat' id='m{self.said}' from='{room}/{SPEAKER}' to='{jid}'><body>{text}</body>"
                      f"<stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='s{self.said}'/></message>")


def user_item(more=""):
    return (f"<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/>{more}</x>")


async def wait_until(is_so, patience, what):
    """Polls: what is waited for happens once, before anything is measured."""
    ends = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > ends:
            raise SystemExit(f"{what}: not within {patience} s")
        await asyncio.sleep(0.05)
