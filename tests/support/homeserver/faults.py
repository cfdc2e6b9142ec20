"""What a homeserver does when it is unwell. A fault concerns requests whose method and path it names:

    faults.answers("PUT", "/send/", 502, html=True, times=3)    instead of doing it
    faults.breaks_off("GET", "/sync")                           instead of doing it
    faults.loses_answers("PUT", "/send/")                       it is done, and the connection cut before the answer
    held = faults.holds("GET", "/sync"); ...; held.stop()       not begun until then
    faults.rewrites("GET", "/sync", lambda text: ...)           the body of what would be answered

Each is a Fault: `hits` counts, `stop()` ends it, `await fault.has_hit(3)` waits. Without `times` it stays until `stop`.
"""

import asyncio
from dataclasses import dataclass, field

from homeserver.web import BrokenOff, Response, json_response

HTML = b"<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>It hurts</h1></body></html>"


@dataclass(eq=False)
class Fault:
    method: str
    path: str               # part of the path
    kind: str
    times: int = None       # None: until it is stopped
    detail: object = None
    user: str = None        # the token's; None: everybody
    saying: bytes = b""     # what the body holds
    hits: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fits(self, request, user):
        return (not self.over.is_set() and self.method in (request.method, "*") and self.path in request.path
                and self.user in (None, user) and self.saying in request.raw)

    def hit(self):
        self.hits += 1
        self.changed.set()
        if self.times is not None and self.hits >= self.times and self.kind != "hold":
            self.over.set()

    def stop(self):
        self.over.set()

    async def has_hit(self, times=1, patience=10):
        async def enough():
            while self.hits < times:
                self.changed.clear()
                await self.changed.wait()

        try:
            await asyncio.wait_for(enough(), patience)
        except asyncio.TimeoutError:
            raise AssertionError(f"{self.method} {self.path} came {self.hits} times within {patience} s, "
                                 f"not {times}") from None


class Faults:
    def __init__(self):
        self.list = []

    def _add(self, *parts, **more):
        self.list.append(Fault(*parts, **more))
        return self.list[-1]

    def answers(self, method, path, status, body=None, html=False, times=None, headers=(), user=None, saying=""):
        if html:
            response = Response(status, HTML, "text/html; charset=utf-8", dict(headers))
        else:
            body = body or {"errcode": "M_UNKNOWN", "error": "Internal server error"}
            response = json_response(body, status, headers)
        return self._add(method, path, "answer", times, response, user, saying.encode())

    def breaks_off(self, method, path, times=1, user=None):
        return self._add(method, path, "break", times, None, user)

    def loses_answers(self, method, path, times=1, user=None):
        return self._add(method, path, "lose", times, None, user)

    def holds(self, method, path, user=None):
        return self._add(method, path, "hold", None, None, user)

    def rewrites(self, method, path, change, times=None, user=None):
        return self._add(method, path, "rewrite", times, change, user)

    async def around(self, request, user, go_on):
        """What `go_on` answers, or what the first fault that fits makes of it."""
        fault = next((each for each in self.list if each.fits(request, user)), None)
        if fault is None:
            return await go_on()
        fault.hit()
        if fault.kind == "answer":
            return fault.detail
        if fault.kind == "break":
            raise BrokenOff
        if fault.kind == "hold":
            await fault.over.wait()
        response = await go_on()
        if fault.kind == "lose":
            raise BrokenOff
        if fault.kind == "rewrite":
            text = fault.detail(response.content.decode("utf-8", "surrogatepass"))
            response.content = text.encode("utf-8", "surrogatepass")
        return response
