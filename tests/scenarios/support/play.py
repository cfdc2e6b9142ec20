"""Plays a scenario: a scripted XMPP server, a scripted IRC server, and the gateway between them."""

import asyncio
import re
import tempfile
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from configuration import DOMAIN, SECRET, configuration_text
from gateway_process import GatewayProcess
from inbox import Failure, Troubles
from irc_line import match_line
from irc_server import IrcServer
from stanza_pattern import Mismatch, match, parse_patterns
from transcript import Transcript
from values import fill_in
from xmpp_server import XmppServer

PATIENCE = 5.0          # seconds for everything that a step waits for
HOME = "home"           # the resource of a person who has no other
SEPARATE = re.compile(r"(?=<(?:message|presence|iq)\b)")


class Play:
    def __init__(self, scenario, binary):
        self.scenario = scenario
        self.binary = binary
        self.transcript = Transcript()
        self.troubles = Troubles()
        self.variables = {}
        self.probes = count(1)
        self.running_as_expected = scenario.starts_gateway

    async def run(self):
        """Returns None, or the text of the failure."""
        with tempfile.TemporaryDirectory(prefix="dragoman-scenario-") as folder:
            self.folder = Path(folder)
            self.server = XmppServer(DOMAIN, SECRET, self.transcript, self.troubles)
            self.irc = IrcServer(self.transcript, self.troubles)
            self.processes = {"gateway": GatewayProcess(self.binary, folder, self.transcript)}
            step = None
            try:
                await self.set_the_stage()
                for step in self.scenario.steps:
                    await self.take(step)
                step = None
                await self.nothing_is_left()
                await self.stop_gateway()
                self.no_sanitizer_complained()
                return None
            except (Failure, TimeoutError) as failure:
                return self.report(step, failure)
            finally:
                for process in self.processes.values():
                    await process.kill()
                for server in (self.server, self.irc):
                    await server.port.give_up()

    async def set_the_stage(self):
        await self.server.port.open()
        await self.irc.port.open()
        self.variables = {"xmpp_port": str(self.server.port.number), "irc_port": str(self.irc.port.number)}
        text = self.scenario.own_configuration or configuration_text(self.scenario.overrides)
        (self.folder / "dragoman.toml").write_text(fill_in(text, self.variables))
        if self.scenario.starts_gateway:
            await self.gateway_starts({}, "")
            await self.gateway_connects({}, "")

    async def take(self, step):
        self.troubles.check()
        try:
            await getattr(self, step.method)(step.details, step.body)
        except KeyError as unknown:
            raise Failure(unknown.args[0]) from unknown

    async def wait_for(self, awaitable, details, what):
        seconds = float(details.get("seconds", PATIENCE))
        try:
            return await self.troubles.wait_for(awaitable, seconds)
        except TimeoutError:
            raise Failure(f"waited {seconds:g} s for {what}") from None

    # People.

    def jid(self, who):
        if "@" in who:
            return who
        name, _, resource = who.partition("/")
        return f"{name}@test/{resource or HOME}"

    def person(self, who):
        jid = self.jid(who)
        if jid.endswith(f"/{HOME}"):
            # The server hands what is addressed to the bare JID to this client.
            self.server.people[jid.partition("/")[0]] = self.server.inbox(jid)
        return self.server.inbox(jid)

    def stanzas_of(self, who, body):
        stanzas = []
        for stanza in SEPARATE.split(fill_in(body, self.variables, escape_all)):
            head = stanza.partition(">")[0]
            if stanza.strip():
                sender = "" if " from=" in head else f" from={quoteattr(self.jid(who))}"
                stanzas.append(re.sub(r"^<(\w+)", rf"<\1{sender}", stanza.strip(), count=1))
        return stanzas

    async def person_sends(self, details, body):
        self.person(details["who"])
        for stanza in self.stanzas_of(details["who"], body):
            self.transcript.note(details["who"], "->", stanza)
            self.server.send(stanza)

    async def person_sends_bytes(self, details, body):
        self.person(details["who"])
        for stanza in self.stanzas_of(details["who"], body):
            self.transcript.note(details["who"], "->", f"byte by byte: {stanza}")
            for byte in stanza.encode():
                self.server.connection.write(bytes([byte]))
                await self.server.connection.writer.drain()
                await asyncio.sleep(0)

    async def next_stanza(self, details, what):
        return await self.wait_for(self.person(details["who"]).get(), details, what)

    async def person_gets(self, details, body):
        for pattern, text in self.patterns(body):
            stanza = await self.next_stanza(details, text)
            try:
                self.variables = match(pattern, stanza, self.variables)
            except Mismatch as mismatch:
                raise Failure(f"expected {text}\ncame     {stanza}\n{mismatch}") from None

    def patterns(self, body):
        """Each with its own text."""
        texts = [text.strip() for text in SEPARATE.split(body) if text.strip()]
        patterns = parse_patterns(body)
        return list(zip(patterns, texts)) if len(texts) == len(patterns) else [(p, str(p)) for p in patterns]

    async def person_gets_in_any_order(self, details, body):
        waiting = self.patterns(body)
        while waiting:
            stanza = await self.next_stanza(details, "one of\n" + "\n".join(text for _, text in waiting))
            problems = []
            for each in waiting:
                try:
                    self.variables = match(each[0], stanza, self.variables)
                    waiting.remove(each)
                    break
                except Mismatch as mismatch:
                    problems.append(f"expected {each[1]}\n{mismatch}")
            else:
                raise Failure(f"came     {stanza}\n" + "\n".join(problems))

    async def person_gets_nothing(self, details, _):
        self.person(details["who"])
        await self.everything_has_arrived()
        self.is_empty(details["who"], self.person(details["who"]))

    async def person_ignores(self, details, body):
        def ignore(pattern):
            def matches(stanza):
                try:
                    match(pattern, stanza, self.variables)
                except Mismatch:
                    return False
                return True
            return matches

        jid = self.jid(details["who"])
        for address in {jid, jid.removesuffix(f"/{HOME}")}:
            self.server.ignored.setdefault(address, []).extend(ignore(pattern) for pattern in parse_patterns(body))

    # Nothing: proved by answers that come behind whatever there could have been.

    def is_empty(self, who, inbox):
        if inbox.items:
            raise Failure(f"{who} should have got nothing more, but got {inbox.items[0]}")

    async def everything_has_arrived(self):
        """Whatever was caused so far, by either side, is in an inbox when this returns."""
        if self.server.connection is not None:
            await self.probe_xmpp()
        for connection in self.irc.open_connections():
            await self.probe_irc(connection)
        if self.server.connection is not None:
            await self.probe_xmpp()

    async def probe_xmpp(self):
        wanted = self.server.probe()
        while (await self.wait_for(self.server.answers.get(), {}, "the answer to a ping over XMPP")).get("id") != wanted:
            pass

    async def probe_irc(self, connection):
        wanted = connection.probe(next(self.probes))
        while connection.lines.ended is None:
            pong = asyncio.ensure_future(connection.pongs.get())
            if await self.wait_for(pong, {}, f"the answer to a PING on {connection.title}") == wanted:
                return

    async def nothing_is_left(self):
        """The end of every scenario: whatever came was expected."""
        self.troubles.check()
        if self.processes["gateway"].running:
            await self.everything_has_arrived()
        for jid, inbox in self.server.people.items():
            self.is_empty(jid, inbox)
        for connection in self.irc.connections:
            if not connection.closed_by_us:
                self.is_empty(connection.title, connection.lines)

    # IRC.

    async def connection(self, details):
        while (found := self.irc.find(details.get("name"))) is None:
            self.irc.changed.clear()
            await self.irc.changed.wait()
        return found

    async def irc_connection(self, details):
        name = details.get("name")
        return await self.wait_for(self.connection(details), details, f"a connection to IRC{f' of {name}' if name else ''}")

    async def irc_gets(self, details, body):
        for pattern in body.split("\n"):
            connection = await self.irc_connection(details)
            line = await self.wait_for(connection.lines.get(), details, pattern)
            if line is None:
                raise Failure(f"expected {pattern}\nbut {connection.lines.ended}")
            found = match_line(unescape(pattern), line, self.variables)
            if found is None:
                raise Failure(f"expected {pattern}\ncame     {line}")
            self.variables = found

    async def irc_gets_in_any_order(self, details, body):
        waiting = body.split("\n")
        while waiting:
            connection = await self.irc_connection(details)
            line = await self.wait_for(connection.lines.get(), details, "one of\n" + "\n".join(waiting))
            for pattern in waiting:
                found = None if line is None else match_line(unescape(pattern), line, self.variables)
                if found is not None:
                    self.variables = found
                    waiting.remove(pattern)
                    break
            else:
                raise Failure("expected one of\n" + "\n".join(waiting) + f"\ncame     {line or connection.lines.ended}")

    async def irc_gets_nothing(self, details, _):
        await self.everything_has_arrived()
        for connection in self.irc.connections:
            if not connection.closed_by_us and details.get("name") in (None, connection.name):
                self.is_empty(connection.title, connection.lines)

    async def irc_says(self, details, body):
        connection = await self.irc_connection(details)
        for line in body.split("\n"):
            connection.say(fill_in(unescape(line), self.variables))

    async def irc_says_without_end(self, details, body):
        (await self.irc_connection(details)).say(fill_in(unescape(body), self.variables), end=b"")

    async def irc_closes(self, details, _):
        (await self.irc_connection(details)).close()

    async def irc_is_closed(self, details, _):
        connection = await self.irc_connection(details)
        line = await self.wait_for(connection.lines.get(), details, "the end of the connection")
        if line is not None:
            raise Failure(f"the connection should end, but there came {line}")

    async def irc_answers(self, details, body):
        self.irc.habits.insert(0, (unescape(details["pattern"]), body.split("\n")))

    async def irc_stops_answering(self, details, _):
        self.irc.habits = [habit for habit in self.irc.habits if not habit[0].startswith(details["verb"])]

    async def irc_is_down(self, *_):
        await self.irc.port.close()
        for connection in self.irc.open_connections():
            connection.close()

    async def irc_is_up(self, *_):
        await self.irc.port.open()

    async def irc_has_connections(self, details, _):
        await self.everything_has_arrived()
        there = len(self.irc.open_connections())
        if there != int(details["count"]):
            raise Failure(f"there are {there} connections to IRC")

    # The XMPP server.

    async def server_sends(self, _, body):
        self.transcript.note("server", "->", body)
        if self.server.connection is not None:
            self.server.connection.write(unescape_bytes(fill_in(body, self.variables)))

    async def server_greets(self, _, body):
        """Before the header of the next stream."""
        self.server.greeting = body

    async def server_gets_stream_error(self, details, body):
        error = await self.wait_for(self.server.stream_errors.get(), details, f"the stream error {body}")
        if body not in [child.name for child in error.children]:
            raise Failure(f"expected the stream error {body}\ncame     {error}")

    async def server_closes(self, *_):
        self.transcript.note("server", "->", "(closes the stream)")
        self.server.close_stream()
        await self.stream_has_ended()

    async def server_closes_with(self, _, body):
        self.transcript.note("server", "->", f"(closes the stream: {body})")
        self.server.close_stream(body)
        await self.stream_has_ended()

    async def server_drops(self, *_):
        self.transcript.note("server", "->", "(drops the connection)")
        self.server.drop()
        await self.stream_has_ended()

    async def stream_has_ended(self):
        await self.wait_for(self.server.disconnected.wait(), {}, "the end of the connection")

    async def server_refuses(self, _, body):
        self.server.refusal = body

    async def server_has_refused(self, details, _):
        await self.wait_for(self.server.refused.get(), details, "the gateway's attempt to connect")

    async def server_accepts(self, *_):
        self.server.refusal = None

    async def server_is_down(self, *_):
        await self.server.port.close()
        self.server.drop()
        await self.stream_has_ended()

    async def server_is_up(self, *_):
        await self.server.port.open()

    async def server_holds(self, *_):
        self.server.route_back(False)

    async def server_routes(self, *_):
        self.server.route_back(True)

    # The gateway.

    def process(self, details):
        which = details.get("which", "gateway")
        if which not in self.processes:
            self.processes[which] = GatewayProcess(self.binary, self.folder, self.transcript, which)
        return self.processes[which]

    async def gateway_starts(self, details, _):
        await self.process(details).start("--config", "dragoman.toml")
        if details.get("which", "gateway") == "gateway":
            self.running_as_expected = True

    async def gateway_is_run(self, details, body):
        await self.process(details).start(*body.split())

    async def gateway_connects(self, details, _):
        process = self.process({})
        opened = asyncio.ensure_future(self.server.streams.get())
        ended = asyncio.ensure_future(process.process.wait())
        waits = asyncio.wait({opened, ended}, return_when=asyncio.FIRST_COMPLETED)
        try:
            await self.wait_for(waits, details, "the gateway to connect")
            if not opened.done():
                raise Failure(f"the gateway ended with {ended.result()} before it connected")
        finally:
            opened.cancel()
            ended.cancel()

    async def gateway_is_killed(self, details, _):
        self.running_as_expected = False
        await self.process(details).kill()
        if details.get("which", "gateway") == "gateway":
            await self.wires_are_cut()

    async def wires_are_cut(self):
        await self.stream_has_ended()
        for connection in self.irc.connections:
            connection.close()

    async def gateway_is_told_to_stop(self, details, _):
        self.running_as_expected = False
        self.process(details).stop()

    async def gateway_exits(self, details, _):
        self.running_as_expected = False
        code = await self.wait_for(self.process(details).exit_code(), details, "the gateway to exit")
        if code != int(details["code"]):
            raise Failure(f"it exited with {code}")

    async def gateway_says(self, details, body):
        for pattern in body.split("\n"):
            says = self.process(details).says(pattern, self.variables)
            self.variables = await self.wait_for(says, details, f"the gateway to say: {pattern}")

    async def gateway_never_says(self, details, body):
        for line in self.process(details).log:
            if body in line:
                raise Failure(f"it said: {line}")

    async def stop_gateway(self):
        """A clean stop, so that what a sanitizer finds at the end is found."""
        process = self.processes["gateway"]
        if not self.running_as_expected:
            return
        if not process.running:
            raise Failure(f"the gateway ended by itself, with {process.process.returncode}")
        process.stop()
        await self.gateway_exits({"code": "0", "seconds": "10"}, "")

    def no_sanitizer_complained(self):
        for process in self.processes.values():
            for line in process.reports_of_sanitizers():
                raise Failure(line)

    async def values_differ(self, details, _):
        values = [fill_in(name, self.variables) for name in details["names"].split(", ")]
        if len(set(values)) < len(values):
            raise Failure(f"two of them are the same: {values}")

    # Failures.

    def report(self, step, failure):
        where = f"{step.where}: {step.text}" if step is not None else "at the end"
        lines = [f"{where}", str(failure) or type(failure).__name__, "", "What went over the wires:"]
        lines += self.transcript.tail()
        for title, process in self.processes.items():
            lines += ["", f"The log of the {title}:"] + process.log[-80:]
        return "\n".join(lines)


def escape_all(value):
    return escape(value, {'"': "&quot;", "'": "&apos;"})


ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")


def unescape(text):
    """\\x01 -> the byte; one that is not ASCII is kept apart from characters, as Python's surrogateescape does."""
    def byte(match):
        value = int(match[1], 16)
        return chr(value) if value < 0x80 else chr(0xDC00 + value)

    return ESCAPE.sub(byte, text)


def unescape_bytes(text):
    return unescape(text).encode("utf-8", "surrogateescape")
