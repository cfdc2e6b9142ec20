"""Steps of the IRC server."""

from inbox import Failure
from irc_history import time_text
from irc_line import match_line
from scram import FIRST_INSTEAD, ScramServer, WrongProof, decoded, encoded
from values import fill_in, unescape


class IrcSteps:
    async def connection(self, details):
        while (found := self.irc.find(details.get("name"))) is None:
            self.irc.changed.clear()
            await self.irc.changed.wait()
        return found

    async def irc_connection(self, details):
        name = details.get("name")
        return await self.wait_for(self.connection(details), details, f"a connection to IRC{f' of {name}' if name else ''}")

    async def next_line(self, details, pattern):
        """On the connection that the step is about, or on the one that comes after it when that one was left."""
        while True:
            connection = await self.irc_connection(details)
            line = await self.wait_for(connection.lines.get(), details, pattern)
            if line is not None or not connection.has_quit:
                return connection, line

    async def irc_gets(self, details, body):
        for pattern in body.split("\n"):
            connection, line = await self.next_line(details, pattern)
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

    async def irc_keeps_many(self, details, _):
        self.irc.history.keep_many(details["target"], int(details["number"]), "bob!bob@client.test")

    async def irc_keeps(self, details, body):
        """Said while nobody listened: `ID LINE`, now."""
        for line in body.split("\n"):
            message_id, _, said = fill_in(unescape(line), self.variables).partition(" ")
            self.irc.history.keep(details["target"], said.strip(), id=message_id)

    async def irc_says_and_keeps(self, details, body):
        """A live message, with the same time and id as in the history."""
        connection = await self.irc_connection(details)
        for line in body.split("\n"):
            message_id, _, said = fill_in(unescape(line), self.variables).partition(" ")
            self.irc.history.keep(details["target"], said.strip(), id=message_id)
            time = time_text(self.irc.history.kept[-1].time)
            connection.say(f"@time={time};msgid={message_id} {said.strip()}")

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
        for port in self.irc.ports:
            await port.close()
        for connection in self.irc.open_connections():
            connection.close()

    async def irc_is_up(self, *_):
        for port in self.irc.ports:
            await port.open()

    async def irc_shows_certificate(self, details, _):
        if self.irc.certificates is None:
            raise Failure("this scenario names no ${irc_tls_port}")
        self.irc.show_certificate(details["kind"])

    async def irc_has_tls(self, details, _):
        if not (await self.irc_connection(details)).has_tls:
            raise Failure("the connection has no TLS")

    async def irc_does_scram(self, details, body):
        """From AUTHENTICATE to the last message; 900 and 903 are the scenario's own."""
        connection = await self.irc_connection(details)
        account, password = body.split()
        server = ScramServer(details["mechanism"], account, password, details.get("wrong"))

        async def gets_challenge():
            line = await self.wait_for(connection.lines.get(), details, "AUTHENTICATE")
            if line is None or not line.startswith("AUTHENTICATE "):
                raise Failure(f"expected AUTHENTICATE\ncame     {line or connection.lines.ended}")
            return line.removeprefix("AUTHENTICATE ")

        if (named := await gets_challenge()) != details["mechanism"]:
            raise Failure(f"expected {details['mechanism']}\ncame     {named}")
        connection.say("AUTHENTICATE +")
        try:
            connection.say(f"AUTHENTICATE {encoded(server.first(decoded(await gets_challenge())))}")
            if details.get("wrong") in FIRST_INSTEAD:
                return
            last = server.last(decoded(await gets_challenge()))
        except (WrongProof, ValueError) as wrong:
            raise Failure(f"the gateway's part of {details['mechanism']} is wrong: {wrong}") from wrong
        connection.say(f"AUTHENTICATE {encoded(last) or '+'}")
        if "wrong" not in details and (answer := await gets_challenge()) != "+":
            raise Failure(f"expected AUTHENTICATE +\ncame     AUTHENTICATE {answer}")

    async def irc_has_connections(self, details, _):
        await self.everything_has_arrived()
        there = len(self.irc.open_connections())
        if there != int(details["count"]):
            raise Failure(f"there are {there} connections to IRC")
