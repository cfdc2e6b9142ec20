"""Steps of strangers who ask the public listener ([http])."""

import asyncio
import socket

from inbox import Failure
from values import fill_in, match_value


def free_port():
    """One that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class StrangerSteps:
    answer = ()         # status, fields, body of the last answer

    async def stranger_asks(self, details, body):
        """The first line is method and path (or a whole URL of the listener), the others are fields; behind `>` its
        body."""
        first, *fields = fill_in(body, self.variables).split("\n")
        sent = "\n".join(line[1:].strip() for line in fields if line.startswith(">"))
        fields = [line for line in fields if not line.startswith(">")]
        if sent:
            fields.append(f"Content-Length: {len(sent.encode())}")
        method, target = first.split(" ", 1)
        path = target.removeprefix(f"http://127.0.0.1:{self.variables['http_port']}")
        request = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: gateway.test", "Connection: close", *fields, "", sent])
        self.transcript.note("stranger", "->", first)
        self.answer = await self.wait_for(self.ask(request.encode()), details, f"the answer to {first}")
        self.transcript.note("stranger", "<-", self.answer[0])

    async def ask(self, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.variables["http_port"]))
        try:
            writer.write(request)
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
        status, *fields = head.decode("latin-1").split("\r\n")
        return status, fields, body.decode("utf-8", "replace")

    async def stranger_gets(self, _, body):
        """The status (`404`), then fields that are among others, and behind `>` the body."""
        status, fields, text = self.answer
        number, *patterns = body.split("\n")
        wrong = [] if status.split(" ")[1:2] == [number.strip()] else [number]
        for pattern in patterns:
            values = [text.rstrip("\n")] if pattern.startswith(">") else fields
            pattern = pattern.removeprefix(">").strip()
            found = [match_value(pattern, value, self.variables) for value in values]
            found = [variables for variables in found if variables is not None]
            if found:
                self.variables = found[0]
            else:
                wrong.append(pattern)
        if wrong:
            raise Failure("\n".join([f"not there: {each}" for each in wrong] + ["it was:", status, *fields, "", text]))
