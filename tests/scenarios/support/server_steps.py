"""Steps of the XMPP server."""

from inbox import Failure
from stanza_pattern import Mismatch, match
from values import fill_in, unescape


class ServerSteps:
    async def server_sends(self, _, body):
        self.transcript.note("server", "->", body)
        connection = self.server.component(None).connection
        if connection is not None:
            connection.write(unescape(fill_in(body, self.variables)).encode("utf-8", "surrogateescape"))

    async def server_gets(self, details, body):
        """What is for the host itself."""
        for pattern, text in self.patterns(body):
            stanza = await self.wait_for(self.server.inbox("test").get(), details, text)
            try:
                self.variables = match(pattern, stanza, self.variables)
            except Mismatch as mismatch:
                raise Failure(f"expected {text}\ncame     {stanza}\n{mismatch}") from None

    async def server_greets(self, _, body):
        """Before the header of the next stream."""
        self.server.greeting = body

    async def server_gets_stream_error(self, details, body):
        error = await self.wait_for(self.server.stream_errors.get(), details, f"the stream error {body}")
        if body not in [child.name for child in error.children]:
            raise Failure(f"expected the stream error {body}\ncame     {error}")

    async def server_closes(self, details, body):
        component = self.server.component(details.get("domain"))
        self.transcript.note("server", "->", f"(closes the stream{f': {body}' if body else ''})")
        component.close_stream(body)
        await self.stream_has_ended(component)

    async def server_drops(self, details, _):
        component = self.server.component(details.get("domain"))
        self.transcript.note("server", "->", "(drops the connection)")
        component.drop()
        await self.stream_has_ended(component)

    async def stream_has_ended(self, component):
        await self.wait_for(component.disconnected.wait(), {}, "the end of the connection")

    async def streams_have_ended(self):
        for component in self.server.components.values():
            await self.stream_has_ended(component)

    async def server_refuses(self, _, body):
        self.server.refusal = body

    async def server_has_refused(self, details, _):
        await self.wait_for(self.server.refused.get(), details, "the gateway's attempt to connect")

    async def server_has_secret(self, details, body):
        self.server.component(details["domain"]).secret = body

    async def server_accepts(self, *_):
        self.server.refusal = None

    async def server_is_down(self, *_):
        await self.server.port.close()
        for component in self.server.connected():
            component.drop()
        await self.streams_have_ended()

    async def server_is_up(self, *_):
        await self.server.port.open()

    async def server_gets_probe(self, details, _):
        bare = self.jid(details["who"]).partition("/")[0]
        asked = await self.wait_for(self.server.presence_probes.get(), details, f"a probe for {bare}")
        if asked != bare:
            raise Failure(f"expected a probe for {bare}\ncame     one for {asked}")

    async def server_gets_no_probe(self, *_):
        await self.everything_has_arrived()
        self.is_empty("server", self.server.presence_probes)

    async def server_holds(self, *_):
        self.server.route_back(False)

    async def server_routes(self, *_):
        self.server.route_back(True)
