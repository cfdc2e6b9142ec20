"""Steps of strangers who mean harm: what they send to the public listener, and that others are served meanwhile."""

import asyncio
import gzip
import time

from inbox import Failure
from values import fill_in

ELSEWHERE = "127.0.0.2"     # their address, so that the limits of one caller are not those of all
MOST_SECONDS = 0.2          # for the others: reliability input 30


class AttackSteps:
    slow = ()

    async def stranger_sends_gzip_bomb(self, details, body):
        """64 MiB of zeros, sent as 64 KiB."""
        bomb = gzip.compress(bytes(64 * 1024 * 1024))
        head = "\r\n".join([f"POST {self.path_of(body)} HTTP/1.1", "Host: gateway.test", "Connection: close",
                            "Content-Type: text/plain", "Content-Encoding: gzip", f"Content-Length: {len(bomb)}", "", ""])
        self.transcript.note("stranger", "->", "a gzip bomb")
        self.answer = await self.wait_for(self.ask(head.encode() + bomb), details, "the answer to a gzip bomb")

    async def stranger_says(self, details, body):
        """Bytes as they are; \\r\\n ends a line."""
        text = fill_in(body, self.variables).replace("\n", "").replace("\\r\\n", "\r\n")
        self.transcript.note("stranger", "->", text.split("\r\n")[0])
        self.answer = await self.wait_for(self.ask(text.encode()), details, "the answer to what a stranger said")

    async def strangers_are_slow(self, details, body):
        """As many as want; each sends the beginning of a request, and then nothing."""
        self.slow = []
        for _ in range(int(details["count"])):
            _, writer = await asyncio.open_connection("127.0.0.1", int(self.variables["http_port"]),
                                                      local_addr=(ELSEWHERE, 0))
            writer.write(f"POST {self.path_of(body)} HTTP/1.1\r\nHost: gateway.test\r\nX-Slow: ".encode())
            self.slow.append(writer)
        self.transcript.note("strangers", "->", f"{len(self.slow)} slow requests")

    async def others_are_served(self, details, body):
        """A hundred requests one after the other, each answered with 200 or 429; 99 of them at once."""
        request = "\r\n".join([f"GET {self.path_of(body)} HTTP/1.1", "Host: gateway.test", "Connection: close", "", ""])
        took = []
        for _ in range(100):
            started = time.monotonic()
            status, *_ = await self.wait_for(self.ask(request.encode()), details, "an answer meanwhile")
            took.append(time.monotonic() - started)
            if not status.startswith("HTTP/1.1 "):
                raise Failure(f"somebody else was not served: {status!r}")
        slowest = sorted(took)[98]
        if slowest > MOST_SECONDS:
            raise Failure(f"the 99th percentile of the others is {slowest * 1000:.0f} ms")

    def path_of(self, url):
        return fill_in(url, self.variables).removeprefix(f"http://127.0.0.1:{self.variables['http_port']}")

    def close_attacks(self):
        for writer in self.slow:
            writer.close()
