"""A room: its events in order, its state, and what is not kept as events (typing, receipts)."""

import secrets

from homeserver.event import STRIPPED

DEFAULT_VERSION = "12"
VERSIONS = tuple(str(number) for number in range(6, 13))


class Room:
    def __init__(self, server, version=DEFAULT_VERSION):
        self.server = server
        self.version = int(version)
        # Version 12: the hash of the create event, without a server's name.
        hashed = self.version >= 12
        self.id = f"!{secrets.token_urlsafe(32)}" if hashed else f"!{secrets.token_urlsafe(12)}:{server.name}"
        self.events = []
        self.by_id = {}
        self.related = {}         # event id -> what relates to it
        self.state = {}           # (type, state key) -> event
        self.facts = {}           # the same without members
        self.members = {}         # user id -> event
        self.typing = {}          # user id -> when it is over, in seconds of the loop
        self.typing_position = 0
        self.receipts = {}        # (user id, type, thread) -> (event id, ts, position)
        self.listed = False       # in the directory

    def content(self, kind, key=""):
        event = self.state.get((kind, key))
        return event.content if event is not None else {}

    def membership(self, user):
        event = self.members.get(user)
        return event.content.get("membership", "leave") if event is not None else "leave"

    def users(self, *memberships):
        return [user for user, event in self.members.items() if event.content.get("membership") in memberships]

    @property
    def create(self):
        return self.state[("m.room.create", "")]

    @property
    def creators(self):
        """Those above all levels (version 12)."""
        if self.version < 12:
            return set()
        return {self.create.sender, *self.create.content.get("additional_creators", ())}

    @property
    def join_rule(self):
        return self.content("m.room.join_rules").get("join_rule", "invite")

    def append(self, event, lost=False):
        """`lost`: a state event that stands in the timeline, and another one is the state."""
        event.position = self.server.next_position()
        if event.is_state and not lost:
            event.replaced = self.state.get((event.type, event.state_key))
            self.state[(event.type, event.state_key)] = event
            if event.type == "m.room.member":
                self.members[event.state_key] = event
            else:
                self.facts[(event.type, event.state_key)] = event
        self.events.append(event)
        self.by_id[event.id] = event
        if target := event.relation.get("event_id"):
            self.related.setdefault(target, []).append(event)

    def members_since(self, position):
        """The member events behind it, oldest first."""
        found = []
        for event in reversed(self.events):
            if event.position <= position:
                break
            if event.type == "m.room.member" and event.is_state:
                found.append(event)
        return found[::-1]

    def state_at(self, kind, key, position):
        """The state event that was in force."""
        event = self.state.get((kind, key))
        while event is not None and event.position > position:
            event = event.replaced
        return event

    def membership_at(self, user, position):
        event = self.state_at("m.room.member", user, position)
        return event.content.get("membership", "leave") if event is not None else "leave"

    def may_see(self, user, event):
        """history_visibility, for those who are or were inside (spec 1.19, "Room history visibility")."""
        mine = self.members.get(user)
        if mine is None:
            return self.content("m.room.history_visibility").get("history_visibility") == "world_readable"
        if self.membership(user) in ("leave", "ban") and event.position > mine.position:
            return False
        rule = self.state_at("m.room.history_visibility", "", event.position)
        rule = rule.content.get("history_visibility", "shared") if rule is not None else "shared"
        then = self.membership_at(user, event.position)
        return rule in ("shared", "world_readable") or then == "join" or (rule == "invited" and then == "invite")

    def stripped_state(self, user):
        """For an invite or a knock: who that user is to the room comes last."""
        shown = [self.state[(kind, "")] for kind in STRIPPED if (kind, "") in self.state]
        mine = self.members[user]
        inviter = self.members.get(mine.sender)
        if inviter is not None and inviter is not mine:
            shown.append(inviter)
        return [event.stripped() for event in [*shown, mine]]

    def bundled(self, event, device, now):
        """unsigned.m.relations: the newest edit, and the thread (spec 1.19, "Aggregations of child events")."""
        related = [each for each in self.related.get(event.id, ()) if each.redacted_because is None]
        found = {}
        edits = [each for each in related
                 if each.relation.get("rel_type") == "m.replace" and each.sender == event.sender]
        if edits:
            found["m.replace"] = edits[-1].visible_to(self, device, now)
        thread = [each for each in related if each.relation.get("rel_type") == "m.thread"]
        if thread:
            found["m.thread"] = {"latest_event": thread[-1].visible_to(self, device, now), "count": len(thread),
                                 "current_user_participated": False}
        return found
