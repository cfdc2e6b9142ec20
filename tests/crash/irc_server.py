"""The IRC server that the gateway's people are on, with speakers of its own.

It keeps the ledger of what arrived on IRC. Every second connection or so is offered what a modern server has
(echo-message, labeled-response, ...); the others have PING and PONG only. Each line that is relayed gets a number, so
that a repeated line is a new message for those who see it.
"""

import asyncio
import itertools
import re
import time

from late_writer import LateWriter
from ledger import TO_XMPP, Message, read_text, relayed_text

MODERN = "batch echo-message labeled-response message-tags multi-prefix server-time away-notify account-notify"
NAME = "irc.crash.test"


class IrcServer:
    def __init__(self, people, speakers, ledger, chance):
        self.people = people          # name -> Person, whose nickname is their name
        self.speakers = speakers      # nicknames without a connection: they are in every channel
        self.ledger = ledger
        self.chance = chance
        self.connections = {}         # nickname -> Connection
        self.open = set()
        self.changed = asyncio.Event()
        self.numbers = itertools.count(1)
        self.kinds = {"modern": 0, "plain": 0}
        self.lines = 0

    async def listen(self):
        self.server = await asyncio.get_running_loop().create_server(lambda: Connection(self), "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    def in_channel(self, channel):
        return [each for each in self.connections.values() if channel in each.channels]

    def closed(self, connection):
        self.open.discard(connection)
        if self.connections.get(connection.nickname) is connection:
            del self.connections[connection.nickname]
            # As any server: whoever shares a channel sees the QUIT.
            for channel in connection.channels:
                for other in self.in_channel(channel):
                    other.send(f":{connection.prefix} QUIT :Connection closed")
        self.changed.set()

    # What speakers do.

    def say_in(self, channel, speaker):
        self.relay(f"{speaker}!{speaker}@irc.test", channel, except_for=None)

    def say_to(self, nickname, speaker):
        connection = self.connections.get(nickname)
        if connection:
            message = Message(TO_XMPP, nickname, speaker, next(self.numbers))
            self.ledger.say(message, [""])
            connection.deliver(f"{speaker}!{speaker}@irc.test", nickname, message)

    def relay(self, prefix, channel, except_for):
        number = next(self.numbers)
        for connection in self.in_channel(channel):
            if connection is except_for:
                continue
            person = self.people[connection.nickname]
            message = Message(TO_XMPP, person.name, channel, number)
            self.ledger.say(message, [client for client in person.clients if (client, channel) in person.joined])
            connection.deliver(prefix, channel, message)


class Connection(asyncio.Protocol):
    """One of the gateway's people on IRC."""

    def __init__(self, server):
        self.server = server
        self.nickname = ""
        self.user = ""
        self.capabilities = set()
        self.offered = set()
        self.negotiating = False
        self.welcomed = False
        self.channels = set()
        self.received = b""

    def connection_made(self, transport):
        self.writer = LateWriter(transport, self.server.chance)
        modern = self.server.chance.random() < 0.5
        self.offered = set(MODERN.split()) if modern else set()
        self.server.kinds["modern" if modern else "plain"] += 1
        self.server.open.add(self)

    def connection_lost(self, _):
        self.server.closed(self)

    @property
    def prefix(self):
        return f"{self.nickname}!{self.user}@gateway.test"

    def send(self, line, tags=""):
        self.writer.write(f"{'@' + tags + ' ' if tags else ''}{line}\r\n".encode())

    def deliver(self, prefix, target, message):
        self.send(f":{prefix} PRIVMSG {target} :{relayed_text(message)}", self.tags(f"r{message.number}"))

    def tags(self, msgid):
        if "message-tags" not in self.capabilities:
            return ""
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03}Z"
        return f"msgid={msgid};time={stamp}"

    def data_received(self, data):
        *whole, self.received = (self.received + data).split(b"\n")
        for line in whole:
            self.server.lines += 1
            self.on_line(line.rstrip(b"\r").decode())

    def on_line(self, line):
        label = ""
        if line.startswith("@"):
            tags, _, line = line[1:].partition(" ")
            label = dict(tag.partition("=")[::2] for tag in tags.split(";")).get("label", "")
        head, colon, trailing = line.partition(" :")
        command, *parameters = head.split()
        if colon:
            parameters.append(trailing)
        handler = getattr(self, f"on_{command.lower()}", None)
        if handler is None:
            answers = [f":{NAME} 421 {self.nickname or '*'} {command} :Unknown command"]
        else:
            answers = handler(*parameters) or []
        self.answer(answers, label if "labeled-response" in self.capabilities else "")

    def answer(self, answers, label):
        """labeled-response: one line carries the label, several are a batch that does, none is an ACK."""
        if not label:
            for line in answers:
                self.send(line)
        elif not answers:
            self.send(f":{NAME} ACK", f"label={label}")
        elif len(answers) == 1:
            tags, line = split_tags(answers[0])
            self.send(line, f"label={label}{';' + tags if tags else ''}")
        else:
            self.send(f":{NAME} BATCH +{label} labeled-response", f"label={label}")
            for each in answers:
                tags, line = split_tags(each)
                self.send(line, f"batch={label}{';' + tags if tags else ''}")
            self.send(f":{NAME} BATCH -{label}")

    def numeric(self, code, *parameters):
        return f":{NAME} {code} {self.nickname or '*'} {' '.join(parameters)}"

    # Registration.

    def on_cap(self, what, *parameters):
        match what.upper():
            case "LS":
                self.negotiating = True
                return [f":{NAME} CAP {self.nickname or '*'} LS :{' '.join(sorted(self.offered))}"]
            case "REQ":
                wanted = set(parameters[0].split())
                taken = wanted <= self.offered
                if taken:
                    self.capabilities |= wanted
                return [f":{NAME} CAP {self.nickname or '*'} {'ACK' if taken else 'NAK'} :{parameters[0]}"]
            case "END":
                self.negotiating = False
                return self.welcome()
        return [self.numeric("410", what, ":Invalid CAP command")]

    def on_pass(self, *_):
        return []

    def on_nick(self, nickname):
        if nickname != self.nickname and nickname in self.server.connections:
            return [self.numeric("433", nickname, ":Nickname is already in use")]
        if nickname not in self.server.people:
            self.server.ledger.strange.append(f"the gateway calls itself {nickname} on IRC")
        self.nickname = nickname
        self.server.connections[nickname] = self
        return self.welcome()

    def on_user(self, user, *_):
        self.user = user
        return self.welcome()

    def welcome(self):
        if self.welcomed or self.negotiating or not self.nickname or not self.user:
            return []
        self.welcomed = True
        self.server.changed.set()
        return [self.numeric("001", f":Welcome {self.prefix}"), self.numeric("002", ":Your host"),
                self.numeric("003", ":This server was created"), self.numeric("004", NAME, "crash", "i", "ov"),
                self.numeric("005", "CASEMAPPING=ascii CHANTYPES=# PREFIX=(ov)@+ NICKLEN=30 CHANMODES=b,k,l,imnpst",
                             ":are supported by this server"),
                self.numeric("422", ":MOTD File is missing")]

    # What a registered connection does.

    def on_ping(self, token, *_):
        return [f":{NAME} PONG {NAME} :{token}"]

    def on_pong(self, *_):
        return []

    def on_join(self, channels, *_):
        answers = []
        for channel in channels.split(","):
            for other in self.server.in_channel(channel):
                other.send(f":{self.prefix} JOIN {channel}")
            self.channels.add(channel)
            names = [each.nickname for each in self.server.in_channel(channel)] + self.server.speakers
            answers += [f":{self.prefix} JOIN {channel}",
                        self.numeric("332", channel, f":Everything about {channel[1:]}"),
                        self.numeric("333", channel, "founder!f@irc.test", "1700000000"),
                        self.numeric("353", "=", channel, ":" + " ".join(names)),
                        self.numeric("366", channel, ":End of /NAMES list")]
        self.server.changed.set()
        return answers

    def on_part(self, channels, *_):
        answers = []
        for channel in set(channels.split(",")) & self.channels:
            self.server.ledger.strange.append(f"{self.nickname} left {channel}, which nobody asked for")
            self.channels.discard(channel)
            answers.append(f":{self.prefix} PART {channel}")
        return answers

    def on_privmsg(self, target, text):
        message, viewer = read_text(text, "")
        if message is None or message.owner != self.nickname or message.conversation != target:
            self.server.ledger.strange.append(f"{self.nickname} said to {target}: {text}")
            return []
        if target.startswith("#") and target not in self.channels:
            return [self.numeric("404", target, ":Cannot send to channel")]
        self.server.ledger.see(message, viewer)
        if target.startswith("#"):
            self.server.relay(self.prefix, target, except_for=self)
        if "echo-message" not in self.capabilities:
            return []
        return [f"@{self.tags(f'e{self.server.lines}')} :{self.prefix} PRIVMSG {target} :{text}"]

    on_notice = on_privmsg

    def on_mode(self, target, *modes):
        if not target.startswith("#"):
            return [self.numeric("221", "+i")]
        return [self.numeric("368", target, ":End of list") if modes else self.numeric("324", target, "+nt")]

    def on_who(self, mask, *_):
        return [self.numeric("315", mask, ":End of /WHO list")]

    def on_names(self, channel, *_):
        return [self.numeric("366", channel, ":End of /NAMES list")]

    def on_userhost(self, *_):
        return [self.numeric("302", ":")]

    def on_away(self, *_):
        return [self.numeric("305", ":You are no longer marked as being away")]

    def on_quit(self, *_):
        self.send("ERROR :Closing link")
        asyncio.get_running_loop().call_later(LateWriter.longest * 2, self.writer.close)
        return []


def split_tags(line):
    match = re.match(r"@(\S*) (.*)", line)
    return (match[1], match[2]) if match else ("", line)
