"""An event of a room, as it is kept and as clients see it."""

import copy
import secrets
from dataclasses import dataclass, field

# What a redaction leaves of the content (room versions 11 and 12; before them, of the create event only its creator).
KEPT = {
    "m.room.member": ("membership", "join_authorised_via_users_server"),
    "m.room.join_rules": ("join_rule", "allow"),
    "m.room.power_levels": ("ban", "events", "events_default", "invite", "kick", "redact", "state_default", "users",
                            "users_default"),
    "m.room.history_visibility": ("history_visibility",),
    "m.room.redaction": ("redacts",),
}
STRIPPED = ("m.room.create", "m.room.name", "m.room.avatar", "m.room.topic", "m.room.join_rules",
            "m.room.canonical_alias", "m.room.encryption")


@dataclass(eq=False)
class Event:
    room: str
    type: str
    sender: str
    content: dict
    state_key: str = None       # None: no state
    ts: int = 0                 # milliseconds, as the sender's server says
    redacts: str = None
    device: object = None       # that sent it, and its transaction's id
    txn: str = None
    id: str = field(default_factory=lambda: f"${secrets.token_urlsafe(32)}")
    position: int = 0           # in the homeserver's stream
    replaced: object = None     # the state event before this one
    redacted_because: object = None

    @property
    def is_state(self):
        return self.state_key is not None

    @property
    def relation(self):
        found = self.content.get("m.relates_to")
        return found if isinstance(found, dict) else {}

    def redact(self, because):
        if self.type != "m.room.create":
            self.content = {name: self.content[name] for name in KEPT.get(self.type, ()) if name in self.content}
        self.redacted_because = because

    def visible_to(self, room, device, now, user=None):
        """As a client gets it. `room`: for what belongs to it and came later; `user`: whose membership then is told."""
        found = {"event_id": self.id, "room_id": self.room, "type": self.type, "sender": self.sender,
                 "content": copy.copy(self.content), "origin_server_ts": self.ts}
        unsigned = {"age": max(0, now - self.ts)}
        if user is not None:
            unsigned["membership"] = room.membership_at(user, self.position)
        if self.is_state:
            found["state_key"] = self.state_key
            if self.replaced is not None:
                unsigned |= {"replaces_state": self.replaced.id, "prev_content": self.replaced.content,
                             "prev_sender": self.replaced.sender}
        if self.redacts:
            # Version 11 moved it into the content; servers show both.
            found["redacts"] = self.redacts
            found["content"]["redacts"] = self.redacts
        if self.txn is not None and device is self.device:
            unsigned["transaction_id"] = self.txn
        if self.redacted_because is not None:
            unsigned["redacted_because"] = self.redacted_because.visible_to(room, device, now)
            unsigned["redacted_by"] = self.redacted_because.id
        elif bundled := room.bundled(self, device, now):
            unsigned["m.relations"] = bundled
        return {**found, "unsigned": unsigned}

    def stripped(self):
        return {"type": self.type, "sender": self.sender, "content": self.content, "state_key": self.state_key or ""}
