"""A person with a Matrix client, on any homeserver: the scripted one or Synapse. Syncs all the time, forgets nothing.

    bob = MatrixUser(homeserver.url, "@bob:hs.test")
    await bob.log_in("secret")
    room = await bob.creates_room(name="Tea", invite=["@alice:hs.test"])
    event = await bob.says(room, "Milk first?")
    reply = await bob.sees_text("No", room, sender="@alice:hs.test")
"""

import asyncio
import json
import secrets
from urllib.parse import quote, urlencode

from matrix_http import Broken, exchange

V1, V3 = "/_matrix/client/v1", "/_matrix/client/v3"


class Refused(Exception):
    """The homeserver's answer was an error."""

    def __init__(self, answer, what):
        self.status, self.code = answer.status, answer.json.get("errcode", "")
        super().__init__(f"{what}: {answer.status} {self.code} {answer.json.get('error', '')}")


class NotSeen(Exception):
    """Somebody did not see in time what they should have seen."""


def path(*parts):
    return "/".join(quote(part, safe="") for part in parts)


class MatrixUser:
    patience = 20    # seconds: a homeserver beside a build takes its time

    def __init__(self, url, user, token=None):
        self.url, self.id, self.token = url, user, token
        self.device = None
        self.events = []        # of all rooms, as they came: dictionaries with "room_id"
        self.invites = {}       # room id -> stripped state
        self.left = set()
        self.joined = set()
        self.ephemeral = []     # (room id, event)
        self.data = {}          # (room id or None, type) -> content
        self.presences = {}     # user id -> content
        self.since = None
        self._news = asyncio.Event()
        self._syncing = None

    @property
    def localpart(self):
        return self.id[1:].partition(":")[0]

    # The API.

    async def asks(self, method, where, body=None, query=None, headers=(), repeat=True):
        """The JSON of the answer; raises Refused. Waits as it is told when it was too much."""
        where += f"?{urlencode(query)}" if query else ""
        if body is None and method in ("POST", "PUT"):
            body = {}
        while True:
            answer = await exchange(method, self.url + where, body, self.token, headers)
            if answer.status != 429 or not repeat:
                break
            await asyncio.sleep(answer.json.get("retry_after_ms", 500) / 1000)
        if answer.status >= 300:
            raise Refused(answer, f"{self.id}: {method} {where}")
        return answer.json

    async def log_in(self, password, device=None, sync=True):
        body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": self.id}, "password": password}
        found = await self.asks("POST", f"{V3}/login", {**body, **({"device_id": device} if device else {})})
        self.token, self.device = found["access_token"], found["device_id"]
        if sync:
            await self.starts_syncing()

    async def starts_syncing(self):
        await self.sync_once(0)
        self._syncing = asyncio.ensure_future(self._sync_always())

    async def goes(self):
        """Stops syncing, without logging out."""
        if self._syncing:
            self._syncing.cancel()
            await asyncio.gather(self._syncing, return_exceptions=True)
            self._syncing = None

    async def _sync_always(self):
        while True:
            try:
                await self.sync_once(20000)
            except Broken:    # the homeserver is started again
                await asyncio.sleep(0.05)
            except Refused as refused:
                if refused.status < 500:
                    raise
                await asyncio.sleep(0.05)

    async def sync_once(self, timeout):
        query = {"timeout": timeout, "set_presence": "offline",
                 "filter": json.dumps({"room": {"timeline": {"limit": 1000}}})}
        if self.since:
            query["since"] = self.since
        answer = await self.asks("GET", f"{V3}/sync", query=query)
        rooms = answer.get("rooms", {})
        for room, found in rooms.get("join", {}).items():
            self.joined.add(room)
            self.left.discard(room)
            self.invites.pop(room, None)
            self._remember(room, found)
        for room, found in rooms.get("invite", {}).items():
            self.left.discard(room)
            self.invites[room] = found["invite_state"]["events"]
        for room, found in rooms.get("leave", {}).items():
            self.left.add(room)
            self.joined.discard(room)
            self.invites.pop(room, None)
            self._remember(room, found)
        for each in answer.get("account_data", {}).get("events", []):
            self.data[(None, each["type"])] = each["content"]
        for each in answer.get("presence", {}).get("events", []):
            self.presences[each["sender"]] = each["content"]
        self.since = answer["next_batch"]
        self._news.set()

    def _remember(self, room, found):
        known = {event["event_id"] for event in self.events}
        for event in [*found.get("state", {}).get("events", []), *found.get("timeline", {}).get("events", [])]:
            if event["event_id"] not in known:
                self.events.append({**event, "room_id": room})
        self.ephemeral += [(room, each) for each in found.get("ephemeral", {}).get("events", [])]
        for each in found.get("account_data", {}).get("events", []):
            self.data[(room, each["type"])] = each["content"]

    # Rooms.

    async def creates_room(self, **body):
        """Keys as of createRoom; `alias` and `direct` for short."""
        if "alias" in body:
            body["room_alias_name"] = body.pop("alias")
        if body.pop("direct", False):
            body |= {"is_direct": True, "preset": "trusted_private_chat"}
        return (await self.asks("POST", f"{V3}/createRoom", body))["room_id"]

    async def joins(self, room):
        return (await self.asks("POST", f"{V3}/join/{path(room)}"))["room_id"]

    async def knocks(self, room, reason=""):
        return (await self.asks("POST", f"{V3}/knock/{path(room)}", {"reason": reason}))["room_id"]

    async def _acts_on(self, action, room, user, reason):
        body = {**({"user_id": user} if user else {}), **({"reason": reason} if reason else {})}
        await self.asks("POST", f"{V3}/rooms/{path(room)}/{action}", body)

    async def leaves(self, room, reason=""):
        await self._acts_on("leave", room, None, reason)

    async def invites_to(self, room, user, reason=""):
        await self._acts_on("invite", room, user, reason)

    async def kicks(self, room, user, reason=""):
        await self._acts_on("kick", room, user, reason)

    async def bans(self, room, user, reason=""):
        await self._acts_on("ban", room, user, reason)

    async def unbans(self, room, user):
        await self._acts_on("unban", room, user, "")

    async def upgrades(self, room, version):
        found = await self.asks("POST", f"{V3}/rooms/{path(room)}/upgrade", {"new_version": version})
        return found["replacement_room"]

    async def members(self, room):
        """user id -> content of the member event"""
        found = await self.asks("GET", f"{V3}/rooms/{path(room)}/members")
        return {event["state_key"]: event["content"] for event in found["chunk"]}

    async def state(self, room, kind, key=""):
        return await self.asks("GET", f"{V3}/rooms/{path(room)}/state/{path(kind, key)}")

    async def sets_state(self, room, kind, content, key=""):
        return (await self.asks("PUT", f"{V3}/rooms/{path(room)}/state/{path(kind, key)}", content))["event_id"]

    async def sets_level(self, room, user, level):
        levels = await self.state(room, "m.room.power_levels")
        levels.setdefault("users", {})[user] = level
        await self.sets_state(room, "m.room.power_levels", levels)

    # Messages.

    async def sends(self, room, kind, content, txn=None):
        where = f"{V3}/rooms/{path(room)}/send/{path(kind, txn or secrets.token_hex(8))}"
        return (await self.asks("PUT", where, content))["event_id"]

    async def says(self, room, text, **content):
        return await self.sends(room, "m.room.message", {"msgtype": "m.text", "body": text, **content})

    async def edits(self, room, event, text):
        return await self.says(room, f"* {text}", **{"m.new_content": {"msgtype": "m.text", "body": text},
                                                     "m.relates_to": {"rel_type": "m.replace", "event_id": event}})

    async def replies(self, room, event, text):
        return await self.says(room, text, **{"m.relates_to": {"m.in_reply_to": {"event_id": event}}})

    async def says_in_thread(self, room, root, text):
        return await self.says(room, text, **{"m.relates_to": {
            "rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}})

    async def reacts(self, room, event, key):
        return await self.sends(room, "m.reaction", {"m.relates_to": {
            "rel_type": "m.annotation", "event_id": event, "key": key}})

    async def redacts(self, room, event, reason=""):
        where = f"{V3}/rooms/{path(room)}/redact/{path(event, secrets.token_hex(8))}"
        return (await self.asks("PUT", where, {"reason": reason} if reason else {}))["event_id"]

    async def reads(self, room, event):
        await self.asks("POST", f"{V3}/rooms/{path(room)}/receipt/m.read/{path(event)}")

    async def types(self, room, typing=True):
        await self.asks("PUT", f"{V3}/rooms/{path(room)}/typing/{path(self.id)}",
                        {"typing": typing, **({"timeout": 20000} if typing else {})})

    async def uploads(self, content, kind, name):
        """The mxc address."""
        found = await self.asks("POST", f"/_matrix/media/v3/upload?{urlencode({'filename': name})}", content,
                                headers={"Content-Type": kind})
        return found["content_uri"]

    async def downloads(self, mxc, headers=()):
        """The answer itself."""
        where = f"{self.url}{V1}/media/download/{mxc.removeprefix('mxc://')}"
        return await exchange("GET", where, None, self.token, headers)

    async def calls_oneself(self, name):
        await self.asks("PUT", f"{V3}/profile/{path(self.id)}/displayname", {"displayname": name})

    async def shows_picture(self, mxc):
        await self.asks("PUT", f"{V3}/profile/{path(self.id)}/avatar_url", {"avatar_url": mxc})

    async def sets_account_data(self, kind, content):
        await self.asks("PUT", f"{V3}/user/{path(self.id)}/account_data/{path(kind)}", content)

    async def page(self, room, start=None, limit=100, direction="b"):
        query = {"dir": direction, "limit": limit, **({"from": start} if start else {})}
        return await self.asks("GET", f"{V3}/rooms/{path(room)}/messages", query=query)

    async def timeline(self, room, kind="m.room.message"):
        """All events of a type that the homeserver has of a room, the oldest first."""
        found, start = [], None
        while True:
            page = await self.page(room, start)
            found += page["chunk"]
            if not (start := page.get("end")):
                break
        return [event for event in reversed(found) if event["type"] == kind]

    # Waiting.

    async def waits_for(self, what, look):
        """What `look` finds; asked again whenever a sync brought something."""
        async def search():
            while True:
                self._news.clear()
                if found := look():
                    return found
                if self._syncing.done():
                    raise NotSeen(f"{self.id} syncs no longer: {self._syncing.exception()!r}")
                await self._news.wait()

        try:
            return await asyncio.wait_for(search(), self.patience)
        except asyncio.TimeoutError:
            last = "\n".join(json.dumps(event)[:400] for event in self.events[-4:])
            raise NotSeen(f"{self.id} did not see within {self.patience} s: {what}; the last events were\n"
                          f"{last}") from None

    async def sees(self, what, fits, room=None, since=0):
        """The first event after the first `since` ones that `fits`; `what` says it in words."""
        return await self.waits_for(what, lambda: next(
            (event for event in self.events[since:] if room in (None, event["room_id"]) and fits(event)), None))

    async def sees_text(self, text, room=None, sender=None, since=0):
        return await self.sees(f"the text {text!r}", lambda event: event["type"] == "m.room.message"
                               and event["content"].get("body") == text and sender in (None, event["sender"]),
                               room, since)

    async def sees_member(self, room, user, membership, since=0):
        return await self.sees(f"{user} {membership}", lambda event: event["type"] == "m.room.member"
                               and event["state_key"] == user and event["content"]["membership"] == membership,
                               room, since)

    async def is_invited(self, by=None):
        """The id of a room that one is invited to."""
        def look():
            return next((room for room, state in self.invites.items() if by is None or any(
                each["type"] == "m.room.member" and each["state_key"] == self.id and each["sender"] == by
                for each in state)), None)
        return await self.waits_for(f"an invitation by {by or 'anybody'}", look)

    def now(self):
        """For `since`."""
        return len(self.events)

    def texts(self, room, sender=None):
        """What was said in a room, as it came."""
        return [event["content"].get("body") for event in self.events if event["type"] == "m.room.message"
                and event["room_id"] == room and sender in (None, event["sender"]) and event["content"]]
