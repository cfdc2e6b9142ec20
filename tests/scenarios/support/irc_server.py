"""The server's side of IRC connections. A connection is called by the first nickname that the gateway asks for on it.
Without TLS it asks for none before CAP LS is answered (ircv3.net sts).

As on ngIRCd a bare CR ends a line, so that what slips through the gateway's writer shows as a command of its own.
"""

import asyncio
import re
import ssl

from certificates import Certificates
from inbox import Failure, Inbox
from irc_history import IrcHistory
from irc_line import match_line, parse_line
from ports import Port
from values import fill_in

LONGEST_LINE = 510    # without CR LF and tags
LINE_END = re.compile(rb"\r\n|\r|\n")


class IrcServer:
    def __init__(self, transcript, troubles):
        self.transcript = transcript
        self.troubles = troubles
        self.port = Port(self.serve)
        self.tls_port = None        # after use_tls
        self.certificates = None
        self.connections = []
        self.changed = asyncio.Event()    # a connection came, got its name, or went
        self.history = IrcHistory()
        self.habits = []    # (pattern, lines): what is answered without being asked for in the scenario

    def use_tls(self, folder):
        """A port with TLS beside the other one. Makes certificates in the folder, which takes a moment."""
        self.certificates = Certificates(folder)
        self.tls_port = Port(self.serve, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        self.show_certificate("good")

    def show_certificate(self, kind):
        """From the next connection on."""
        self.tls_port.tls.load_cert_chain(self.certificates.make(kind), self.certificates.key)

    @property
    def ports(self):
        return [port for port in (self.port, self.tls_port) if port is not None]

    async def serve(self, reader, writer):
        connection = IrcConnection(self, reader, writer, len(self.connections) + 1)
        self.connections.append(connection)
        self.changed.set()
        try:
            await connection.run()
        except ConnectionError:
            pass
        finally:
            writer.close()
            if not connection.closed_by_us:
                self.transcript.note(connection.title, "<-", "(closes the connection)")
            connection.end("the gateway closed the connection")

    def find(self, name):
        """The newest connection that is open or still has unread lines; None when there is none (yet). Before it has said
        its name, the oldest of those without one is taken for it."""
        live = [each for each in self.connections if each.is_live and name in (None, each.name)]
        if name is not None and not live:
            live = [each for each in self.connections if each.is_live and each.name is None][:1]
        if name is None and len(live) > 1:
            raise Failure(f"there are {len(live)} connections to IRC; say whose: "
                          + " or ".join(f"irc[{each.name}]" for each in live))
        return live[-1] if live else None

    def open_connections(self):
        return [each for each in self.connections if each.lines.ended is None]


class IrcConnection:
    def __init__(self, server, reader, writer, number):
        self.server = server
        self.reader = reader
        self.writer = writer
        self.number = number
        self.name = None      # the nickname that was asked for first
        self.nickname = ""    # the one that was asked for last
        self.lines = Inbox()
        self.pongs = Inbox()
        self.closed_by_us = False
        self.has_quit = False

    @property
    def has_tls(self):
        return self.writer.get_extra_info("ssl_object") is not None

    @property
    def title(self):
        return f"irc[{self.name or self.number}]"

    @property
    def is_live(self):
        return self.lines.ended is None or (bool(self.lines.items) and not self.closed_by_us)

    async def run(self):
        buffer = b""
        while data := await self.reader.read(65536):
            *whole, buffer = LINE_END.split(buffer + data)
            for line in whole:
                if line:
                    self.receive(line)
        if buffer:
            self.receive(buffer)

    def receive(self, raw):
        text = raw.decode("utf-8", "surrogateescape")
        without_tags = raw.partition(b" ")[2] if raw.startswith(b"@") else raw
        if b"\0" in raw or len(without_tags) > LONGEST_LINE:
            self.server.troubles.report(f"the gateway wrote a line that no server takes: {raw!r}")
        line = parse_line(text)
        if line.verb == "NICK" and line.parameters:
            self.name = self.name or line.parameters[0]
            self.nickname = line.parameters[0]
            self.server.changed.set()
        self.has_quit = self.has_quit or line.verb == "QUIT"
        if line.verb == "PONG" and line.parameters and line.parameters[-1].startswith("probe-"):
            self.pongs.put(line.parameters[-1])
            return
        self.server.transcript.note(self.title, "<-", text)
        for pattern, answers in self.server.habits:
            found = match_line(pattern, text, {"me": self.nickname})
            if found is not None:
                for answer in answers:
                    self.say(fill_in(answer, found))
                return
        if line.verb == "CHATHISTORY" and self.server.history.kept:
            for answer in self.server.history.answer(text):
                self.say(answer)
            return
        self.lines.put(text)

    def say(self, line, end=b"\r\n"):
        self.server.transcript.note(self.title, "->", line)
        self.write(line, end)
        if line.startswith("ERROR "):
            self.close()    # as servers do

    def write(self, line, end=b"\r\n"):
        if not self.writer.is_closing():
            self.writer.write(line.encode("utf-8", "surrogateescape") + end)

    def probe(self, number):
        self.write(f"PING :probe-{number}")
        return f"probe-{number}"

    def close(self):
        self.closed_by_us = True
        self.server.transcript.note(self.title, "->", "(closes the connection)")
        self.end("the scenario closed the connection")
        self.writer.close()

    def end(self, why):
        self.lines.end(why)
        self.pongs.end(why)
        self.server.changed.set()
