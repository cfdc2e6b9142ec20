"""Application services (application-service API 1.19): what they may, and the transactions that they are told.

One transaction at a time; one that fails is sent again, the same, after twice as long. A ping that succeeds ends the
wait.
"""

import asyncio
import re
from collections import OrderedDict

from homeserver.errors import MatrixError, forbidden, not_found
from matrix_http import Broken, exchange

AT_ONCE = 100


class Service:
    def __init__(self, server, registration):
        """`registration` as its file has it, read."""
        self.server = server
        self.id, self.url = registration["id"], registration["url"]
        self.as_token, self.hs_token = registration["as_token"], registration["hs_token"]
        self.rate_limited = registration.get("rate_limited", True)
        self.wants_ephemeral = bool(registration.get("receive_ephemeral")
                                    or registration.get("de.sorunome.msc2409.push_ephemeral"))
        self.user = f"@{registration['sender_localpart']}:{server.name}"
        self.namespaces = {kind: [re.compile(each["regex"]) for each in several]
                           for kind, several in registration.get("namespaces", {}).items()}
        self.txns = OrderedDict()    # of its own requests without a device: gone when the server starts again
        self.waiting = []            # (kind, thing) not yet in a transaction
        self.sent = []               # (id, body) that were taken
        self.number = 0
        self.changed, self.again, self.taken = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.first_pause = 0.2       # seconds; Synapse: 2
        self.old_style = False       # the token in the query instead of the header, as before version 1.4
        self.task = asyncio.ensure_future(self.push())

    def covers(self, kind, name):
        return any(each.fullmatch(name) or each.match(name) for each in self.namespaces.get(kind, ()))

    def claims(self, user):
        return user == self.user or self.covers("users", user)

    def cares_for(self, room, event=None):
        if event is not None and (self.claims(event.sender) or (event.state_key and self.claims(event.state_key))):
            return True
        if self.covers("rooms", room.id) or any(map(self.claims, room.users("join", "invite"))):
            return True
        return any(of == room.id and self.covers("aliases", name) for name, of in self.server.aliases.items())

    def tell(self, kind, thing):
        if self.url is None:
            return
        self.waiting.append((kind, thing))
        self.changed.set()

    async def push(self):
        while True:
            while not self.waiting:
                self.changed.clear()
                await self.changed.wait()
            batch, self.waiting = self.waiting[:AT_ONCE], self.waiting[AT_ONCE:]
            body = {"events": [thing for kind, thing in batch if kind == "event"]}
            if ephemeral := [thing for kind, thing in batch if kind == "ephemeral"]:
                body["ephemeral"] = ephemeral
            self.number += 1
            await self.until_taken(str(self.number), body)

    async def until_taken(self, ident, body):
        pause = self.first_pause
        while not await self.transaction(ident, body):
            self.again.clear()
            try:
                await asyncio.wait_for(self.again.wait(), pause)
            except asyncio.TimeoutError:
                pause *= 2
        self.sent.append((ident, body))
        self.taken.set()

    async def has_told(self, count, patience=10):
        """The events that were taken, when there are so many."""
        async with asyncio.timeout(patience):
            while len(events := [event for _, body in self.sent for event in body["events"]]) < count:
                self.taken.clear()
                await self.taken.wait()
        return events

    async def transaction(self, ident, body):
        """Whether it was taken. A test sends one again, or another under the same id."""
        path = "/transactions/" if self.old_style else "/_matrix/app/v1/transactions/"
        try:
            status, _ = await self.ask("PUT", f"{path}{ident}", body)
        except Broken:
            return False
        return status == 200

    async def ask(self, method, path, body=None):
        token = None if self.old_style else self.hs_token
        if self.old_style:
            path += f"?access_token={self.hs_token}"
        answer = await exchange(method, self.url.rstrip("/") + path, body, token)
        return answer.status, answer.json

    async def knows(self, kind, name):
        """Whether it makes a user or a room that is asked for."""
        if self.url is None:
            return False
        from urllib.parse import quote
        try:
            status, _ = await self.ask("GET", f"/_matrix/app/v1/{kind}/{quote(name, safe='')}")
        except Broken:
            return False
        return status == 200


async def ping(server, request):
    service = request.service
    if service is None or service.id != request.part["service"]:
        raise forbidden("Only the application service itself may ask for that")
    before = server.clock.monotonic()
    try:
        status, _ = await service.ask("POST", "/_matrix/app/v1/ping", {
            name: request.body[name] for name in ("transaction_id",) if name in request.body})
    except Broken as broken:
        raise MatrixError(502, "M_CONNECTION_FAILED", str(broken)) from None
    if status != 200:
        raise MatrixError(502, "M_BAD_STATUS", f"HTTP {status}", status=status)
    service.again.set()
    return {"duration_ms": int((server.clock.monotonic() - before) * 1000)}


async def room_by_alias(server, name):
    """Who has it in their namespace is asked to make it when there is none."""
    if name in server.aliases:
        return {"room_id": server.aliases[name], "servers": [server.name]}
    for service in server.services:
        if service.covers("aliases", name) and await service.knows("rooms", name) and name in server.aliases:
            return {"room_id": server.aliases[name], "servers": [server.name]}
    raise not_found(f"Room alias {name} not found.")


ROUTES = [("POST", "/_matrix/client/v1/appservice/{service}/ping", ping)]
