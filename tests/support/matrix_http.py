"""One HTTP/1.1 exchange with JSON: for Matrix clients in tests, and a homeserver that calls an application service."""

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 60    # seconds


class Broken(Exception):
    """There was no answer; the text says why."""


@dataclass
class Answer:
    status: int
    headers: dict
    content: bytes

    @property
    def json(self):
        try:
            return json.loads(self.content)
        except ValueError:
            return {}


async def exchange(method, url, body=None, token=None, headers=(), patience=PATIENCE):
    """`body`: an object for JSON, or bytes as they are. On a connection of its own."""
    parts = urlsplit(url)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    kind = {} if body is None or isinstance(body, bytes) else {"Content-Type": "application/json"}
    sent = {"Host": parts.netloc, "Connection": "close", "Content-Length": len(raw), **kind, **dict(headers)}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in sent.items()) + "\r\n"
    try:
        # Not wait_for: in Python 3.11 it loses a cancellation that comes with the answer.
        async with asyncio.timeout(patience):
            return await talk(parts.hostname, parts.port, head.encode() + raw)
    except (OSError, EOFError, ValueError, TimeoutError) as broken:
        raise Broken(f"{method} {parts.path}: {type(broken).__name__} {broken}") from None


async def talk(host, port, request):
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 24)
    try:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        if headers.get("transfer-encoding", "").lower() == "chunked":
            content = b""
            while size := int((await reader.readline()).partition(b";")[0], 16):
                content += (await reader.readexactly(size + 2))[:-2]
        else:
            size = headers.get("content-length")
            content = await reader.readexactly(int(size)) if size is not None else await reader.read()
        return Answer(int(first.split(" ")[1]), headers, content)
    finally:
        writer.close()
