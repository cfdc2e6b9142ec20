"""The server that hooks send to, played by the scenario: HTTP/1.1, one request at a time on a connection."""

import asyncio
import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field

from inbox import Inbox

REPLAY_WINDOW = 300     # seconds


@dataclass
class Request:
    first: str          # "POST /in"
    fields: list        # "Name: value"
    body: str
    answer: asyncio.Future = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def value(self, name):
        found = [each for each in self.fields if each.lower().startswith(name + ":")]
        return found[0].split(":", 1)[1].strip() if found else ""


class Target:
    def __init__(self, transcript, troubles):
        self.transcript = transcript
        self.troubles = troubles
        self.requests = Inbox()
        self.number = 0
        self.secret = None
        self.server = None
        self.tasks = set()

    async def open(self, number=None):
        self.number = number or self.number
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.number)

    async def close(self):
        if self.server is not None:
            self.server.close()
        self.server = None
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        try:
            while request := await self.read(reader):
                self.transcript.note("target", "<-", f"{request.first} {request.body}")
                self.prove(request)
                self.requests.put(request)
                writer.write(await request.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass    # the gateway was killed, or the scenario is over
        finally:
            self.tasks.discard(task)
            writer.close()

    async def read(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        first, *fields = head.decode("utf-8").removesuffix("\r\n\r\n").split("\r\n")
        request = Request(first.removesuffix(" HTTP/1.1"), fields, "")
        request.body = (await reader.readexactly(int(request.value("content-length") or 0))).decode("utf-8")
        return request

    def prove(self, request):
        """As the libraries of Standard Webhooks do."""
        if self.secret is None:
            return
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed_at = request.value("webhook-timestamp")
        content = f"{request.value('webhook-id')}.{signed_at}.{request.body}".encode()
        expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        if expected not in request.value("webhook-signature").split(" "):
            self.troubles.report(f"the target got a request that is not signed by {self.secret}: {request.fields}")
        if abs(time.time() - int(signed_at or 0)) > REPLAY_WINDOW:
            self.troubles.report(f"the target got a request that was signed at {signed_at}")
