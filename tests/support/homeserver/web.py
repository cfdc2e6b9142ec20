"""HTTP/1.1 on a port of loopback, as far as a homeserver needs it: kept connections, bodies with a length or in chunks.
It can also do what servers should not: answer nonsense, hang, and break off (faults.py).

Answers are in chunks, as those of Synapse. A handler whose client has gone is cancelled.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

from homeserver.errors import bad
from ports import Port

HEAD_END = b"\r\n\r\n"


class BrokenOff(Exception):
    """The connection is to be cut instead of an answer."""


@dataclass
class Request:
    method: str
    path: str               # as sent, without the query
    query: dict             # the first value of each
    headers: dict           # names in lower case
    raw: bytes
    address: str = ""
    part: dict = field(default_factory=dict)    # what stood in the places of the route, decoded
    account: object = None
    device: object = None
    service: object = None  # the application service whose token it is

    @property
    def body(self):
        """The JSON object; an empty body is an empty object."""
        try:
            found = json.loads(self.raw or b"{}")
        except (ValueError, RecursionError) as wrong:
            raise bad(f"Content not JSON: {wrong}", "M_NOT_JSON") from None
        if not isinstance(found, dict):
            raise bad("Content must be a JSON object", "M_BAD_JSON")
        return found

    @property
    def bearer(self):
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else self.query.get("access_token")


@dataclass
class Response:
    status: int = 200
    content: bytes = b""
    kind: str = "application/json"
    headers: dict = field(default_factory=dict)


def json_response(body, status=200, headers=()):
    """A body that is text already goes out as it is: JSON that Python would not write."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return Response(status, text.encode("utf-8", "surrogatepass"), headers=dict(headers))


class Web(Port):
    """`answer` is a coroutine function from Request to Response."""

    def __init__(self, answer, tls=None):
        super().__init__(None, tls)
        self.answer = answer
        self.connections = set()

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.number}"

    async def open(self):
        if self.server is None:
            loop = asyncio.get_running_loop()
            self.server = await loop.create_server(lambda: Connection(self), sock=self.bound(self.number), ssl=self.tls,
                                                   backlog=1024)

    async def close(self):
        """Refuses connections from now on, and cuts those that there are."""
        await super().close()
        for connection in list(self.connections):
            connection.cut()


class Connection(asyncio.Protocol):
    def __init__(self, web):
        self.web = web
        self.buffer = bytearray()
        self.transport = None
        self.answering = None

    def connection_made(self, transport):
        self.transport = transport
        self.web.connections.add(self)

    def connection_lost(self, _):
        self.web.connections.discard(self)
        if self.answering:
            self.answering.cancel()

    def cut(self):
        self.transport.abort()

    def data_received(self, data):
        self.buffer += data
        self.go_on()

    def go_on(self):
        """Answers the next request that is here as a whole, one at a time."""
        if self.answering is None and (request := self.take()):
            self.answering = asyncio.ensure_future(self.reply(request))

    def take(self):
        end = self.buffer.find(HEAD_END)
        if end < 0:
            return None
        first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        start = end + len(HEAD_END)
        if headers.get("transfer-encoding", "").lower() == "chunked":
            raw, after = chunked_body(self.buffer, start)
        else:
            after = start + int(headers.get("content-length") or 0)
            raw = bytes(self.buffer[start:after]) if len(self.buffer) >= after else None
        if raw is None:
            if headers.get("expect", "").lower() == "100-continue" and len(self.buffer) == start:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        del self.buffer[:after]
        method, target, _ = first.split(" ", 2)
        path, _, query = target.partition("?")
        return Request(method, path, dict(reversed(parse_qsl(query, keep_blank_values=True))), headers, raw,
                       address=self.transport.get_extra_info("peername")[0])

    async def reply(self, request):
        try:
            response = await self.web.answer(request)
        except BrokenOff:
            self.cut()
            return
        self.write(response, request.method == "HEAD")
        if request.headers.get("connection", "").lower() == "close":
            self.transport.close()
            return
        self.answering = None
        self.go_on()

    def write(self, response, head_only):
        phrase = HTTPStatus(response.status).phrase
        headers = {"Content-Type": response.kind, "Server": "Scripted", **response.headers}
        sized = "Content-Length" in headers or response.status in (204, 304)
        if not sized:
            headers["Transfer-Encoding"] = "chunked"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 {response.status} {phrase}\r\n{head}\r\n".encode())
        if head_only:
            return
        if sized:
            self.transport.write(response.content)
            return
        if response.content:
            self.transport.write(b"%x\r\n" % len(response.content) + response.content + b"\r\n")
        self.transport.write(b"0\r\n\r\n")


def chunked_body(buffer, position):
    """The body and where it ends; (None, _) when it is not all here."""
    body = bytearray()
    while (end := buffer.find(b"\r\n", position)) >= 0:
        size = int(buffer[position:end].partition(b";")[0], 16)
        position = end + 2
        if len(buffer) < position + size + 2:
            break
        body += buffer[position:position + size]
        position += size + 2
        if size == 0:
            return bytes(body), position
    return None, position


class Routes:
    """`/rooms/{room}/send/{type}/{txn}`: a name in braces is one part of the path, decoded."""

    def __init__(self):
        self.table = []

    def add(self, methods, pattern, handler, public=False):
        expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]*)", pattern)
        self.table.append((set(methods.split()), re.compile(expression), handler, public))

    def find(self, request):
        """The handler and whether it needs no token; fills in `request.part`. None, and whether the path is known."""
        known = False
        for methods, pattern, handler, public in self.table:
            if found := pattern.fullmatch(request.path):
                known = True
                if request.method in methods or (request.method == "HEAD" and "GET" in methods):
                    request.part = {name: unquote(value) for name, value in found.groupdict().items()}
                    return handler, public
        return None, known
