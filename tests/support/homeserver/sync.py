"""GET /sync: what is new for somebody since a token, or a wait until there is something (spec 1.19, "Syncing").

A token is `s` and a position of the homeserver's stream; a place in a room's history is `t` and such a position.
"""

import asyncio

from homeserver import filters
from homeserver.errors import bad


async def sync(server, request):
    since = position_of(server, request.query.get("since"))
    wanted = filters.find(request.account, request.query.get("filter"))
    presence = request.query.get("set_presence", "online")
    if server.presence_is_on and presence != "offline" and request.account.presence["presence"] != presence:
        server.set_presence(request.account, {**request.account.presence, "presence": presence})
    timeout = int(request.query.get("timeout") or 0) / 1000
    deadline = asyncio.get_running_loop().time() + timeout
    full = request.query.get("full_state") == "true"
    while True:
        woken = server.wakeup(request.account.id)
        try:
            answer = Answer(server, request, since, wanted, full)
            left = deadline - asyncio.get_running_loop().time()
            if since is None or full or answer.has_news or left <= 0:
                return answer.body
            await asyncio.wait([woken], timeout=left)
        finally:
            server.stop_waiting(request.account.id, woken)


def position_of(server, token):
    if not token:
        return None
    known = token[0] in "st" and token[1:].isdigit()
    if not known or not server.oldest_position <= int(token[1:]) <= server.position:
        raise bad(f"Invalid stream token: {token!r}", "M_UNKNOWN")
    return int(token[1:])


class Answer:
    def __init__(self, server, request, since, wanted, full=False):
        self.server, self.since, self.filter = server, since, wanted
        self.account, self.device = request.account, request.device
        self.state_after = request.query.get("use_state_after") == "true"
        self.full = full or since is None
        self.position = server.position
        self.now = server.clock.milliseconds()
        self.has_news = False
        rooms = {name: {} for name in ("join", "invite", "knock", "leave")}
        for room in server.rooms.values():
            if self.account.id in room.members and wanted.wants_room(room.id):
                self.add_room(rooms, room)
        self.has_news = self.has_news or any(rooms.values())
        self.body = {
            "next_batch": f"s{self.position}",
            "rooms": {name: found for name, found in rooms.items() if found},
            "account_data": {"events": self.news(self.account_data(None))},
            "presence": {"events": self.news(self.presences())},
            "to_device": {"events": []},
            "device_lists": {"changed": [], "left": []},
            "device_one_time_keys_count": {"signed_curve25519": 0},
            "device_unused_fallback_key_types": [],
        }

    def news(self, found):
        self.has_news = self.has_news or bool(found)
        return found

    def is_new(self, position):
        return self.since is None or position > self.since

    def add_room(self, rooms, room):
        me = self.account.id
        membership, changed = room.membership(me), self.is_new(room.members[me].position)
        if membership == "join":
            if found := self.joined(room):
                rooms["join"][room.id] = found
        elif membership in ("invite", "knock"):
            if (changed or self.full) and not self.account.ignores(room.members[me].sender):
                rooms[membership][room.id] = {f"{membership}_state": {"events": room.stripped_state(me)}}
        elif room.id not in self.account.forgotten and (self.filter.includes_left if self.since is None else changed):
            rooms["leave"][room.id] = self.timeline_and_state(room)

    def joined(self, room):
        """None when there is nothing new in it."""
        found = self.timeline_and_state(room)
        ephemeral = self.ephemeral(room)
        data = self.account_data(room.id)
        if not (self.full or found["timeline"]["events"] or found["timeline"]["limited"] or ephemeral or data):
            return None
        return {**found, "summary": self.summary(room), "ephemeral": {"events": ephemeral},
                "account_data": {"events": data},
                "unread_notifications": {"highlight_count": 0, "notification_count": 0}}

    def timeline_and_state(self, room):
        start = self.since
        if start is not None and room.membership_at(self.account.id, start) != "join":
            start = None    # who has just come gets the room as if anew
        visible, limited = [], False
        limit = min(self.filter.timeline_limit, self.server.timeline_limit)
        for event in reversed(room.events):
            if start is not None and event.position <= start:
                break
            if not room.may_see(self.account.id, event) or self.account.ignores(event.sender):
                continue
            if not self.filter.wants(event.type, event.sender, "room", "timeline"):
                continue
            if len(visible) == limit:
                limited = True
                break
            visible.append(event)
        visible.reverse()
        limited = limited or (start is None and self.since is not None)
        before = visible[0].position - 1 if visible else self.position
        name = "state_after" if self.state_after else "state"
        state = self.state(room, None if self.full else start, self.position if self.state_after else before, visible)
        return {"timeline": {"events": self.shown(room, visible), "limited": limited, "prev_batch": f"t{before}"},
                name: {"events": self.shown(room, state)}}

    def state(self, room, start, end, timeline):
        """What changed after `start`, as it was at `end`; with lazy members only of those who act in the timeline."""
        found = []
        for (kind, _), event in (room.facts if self.filter.lazy else room.state).items():
            while event is not None and event.position > end:
                event = event.replaced
            if event is None or not self.filter.wants(kind, event.sender, "room", "state"):
                continue
            if start is None or event.position > start:
                found.append(event)
        return [*found, *self.lazy_members(room, start, end, timeline)] if self.filter.lazy else found

    def lazy_members(self, room, start, end, timeline):
        """Each is sent once to a device, and again when it changed (spec 1.19, "Lazy-loading room members")."""
        acting = dict.fromkeys([event.sender for event in timeline] + [self.account.id] * (start is None))
        known = self.device.members_sent if self.device is not None else set()
        found = []
        for user in acting:
            event = room.state_at("m.room.member", user, end)
            if event is None:
                continue
            if self.full or (room.id, user) not in known or (start is not None and event.position > start):
                found.append(event)
            known.add((room.id, user))
        if start is not None:
            changed = {event.state_key: event for event in room.members_since(start) if event.position <= end}
            found += [event for user, event in changed.items() if user not in acting and event is room.members.get(user)]
        return found

    def summary(self, room):
        if not self.filter.lazy:
            return {}
        if not self.full and not room.members_since(self.since):
            return {}
        joined, invited = room.users("join"), room.users("invite")
        others = [user for user in (*joined, *invited) if user != self.account.id]
        others = others or [user for user in room.users("leave", "ban") if user != self.account.id]
        return {"m.heroes": others[:5], "m.joined_member_count": len(joined), "m.invited_member_count": len(invited)}

    def shown(self, room, events):
        """Without the room's id, which is said once."""
        return [{name: value for name, value in event.visible_to(room, self.device, self.now, self.account.id).items()
                 if name != "room_id"} for event in events]

    def ephemeral(self, room):
        found = []
        typing = [user for user in room.typing if user in room.members]
        if self.is_new(room.typing_position) and (typing or self.since is not None) and room.typing_position:
            found.append({"type": "m.typing", "content": {"user_ids": typing}})
        receipts = {}
        for (user, kind, thread), (event, ts, position) in room.receipts.items():
            if self.is_new(position) and (kind != "m.read.private" or user == self.account.id):
                receipt = {"ts": ts, **({"thread_id": thread} if thread else {})}
                receipts.setdefault(event, {}).setdefault(kind, {})[user] = receipt
        if receipts:
            found.append({"type": "m.receipt", "content": receipts})
        return [each for each in found if self.filter.wants(each["type"], None, "room", "ephemeral")]

    def account_data(self, room):
        path = ("account_data",) if room is None else ("room", "account_data")
        return [{"type": kind, "content": content} for (of, kind), (content, position) in self.account.data.items()
                if of == room and self.is_new(position) and self.filter.wants(kind, None, *path)]

    def presences(self):
        if not self.server.presence_is_on:
            return []
        return [{"type": "m.presence", "sender": each.id, "content": each.presence}
                for each in self.server.accounts.by_id.values()
                if each.presence_position and self.is_new(each.presence_position)
                and (each is self.account or self.server.share_a_room(each.id, self.account.id))
                and self.filter.wants("m.presence", each.id, "presence")]


ROUTES = [("GET", "/_matrix/client/v3/sync", sync)]
