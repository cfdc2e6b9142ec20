"""The proof that nothing more has come: answers that come behind whatever there could have been."""

from inbox import Failure


class Proof:
    def is_empty(self, who, inbox):
        if inbox.items:
            raise Failure(f"{who} should have got nothing more, but got {inbox.items[0]}")

    async def everything_has_arrived(self):
        """Whatever was caused so far, by either side, is in an inbox when this returns."""
        await self.probe_xmpp()
        for connection in self.irc.open_connections():
            await self.probe_irc(connection)
        await self.probe_xmpp()

    async def probe_xmpp(self):
        for component in self.server.connected():
            wanted, came = self.server.probe(component), ""
            while came != wanted:
                answer = await self.wait_for(self.server.answers.get(), {}, "the answer to a ping over XMPP")
                came = answer.get("id")

    async def probe_irc(self, connection):
        wanted, pong = connection.probe(next(self.probes)), ""
        while pong not in (wanted, None):    # None: the connection has ended
            pong = await self.wait_for(connection.pongs.get(), {}, f"the answer to a PING on {connection.title}")

    async def nothing_is_left(self):
        """The end of every scenario: whatever came was expected."""
        self.troubles.check()
        if self.processes["gateway"].running:
            await self.everything_has_arrived()
        for jid, inbox in self.server.people.items():
            self.is_empty(jid, inbox)
        self.is_empty("target", self.target.requests)
        for connection in self.irc.connections:
            if not connection.closed_by_us:
                self.is_empty(connection.title, connection.lines)
