"""Sending, redacting, and the state of rooms (spec 1.19, "Sending events to a room", "Getting events for a room")."""

import json

from homeserver.errors import MatrixError, bad, forbidden, not_found
from homeserver.event import Event

LARGEST = 65536    # bytes of an event


def check_content(content, text):
    """What homeservers refuse, or die of: floats, sizes, halves of characters (spec 1.19, "Canonical JSON")."""
    def numbers(value):
        if isinstance(value, dict):
            return any(map(numbers, value.values()))
        if isinstance(value, list):
            return any(map(numbers, value))
        return isinstance(value, float) or (isinstance(value, int) and abs(value) > 2**53 - 1)

    if numbers(content):
        raise bad("Bad JSON value: float or integer out of range")
    if len(text) > LARGEST:
        raise MatrixError(413, "M_TOO_LARGE", "event too large")
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise MatrixError(500, "M_UNKNOWN", "Internal server error") from None


def check_message(content):
    """All that Synapse looks at."""
    for name in ("msgtype", "body"):
        if name not in content:
            raise bad(f"'{name}' not in content", "M_UNKNOWN")
        if not isinstance(content[name], str):
            raise bad(f"'{name}' not a string type", "M_UNKNOWN")


def once(server, request, act):
    """The same id of the same device is the same request: its answer again (spec 1.19, "Transaction identifiers")."""
    scope, _, name = request.path.rpartition("/")
    keep = request.device.txns if request.device is not None else request.service.txns
    key = (request.account.id, scope, name)
    if key not in keep:
        keep[key] = {"event_id": act().id}
    return keep[key]


def send(server, request):
    def act():
        room = server.room(request.part["room"])
        server.limiter("message").take(request.account.id)
        content = request.body
        check_content(content, request.raw)
        if request.part["type"] == "m.room.message":
            check_message(content)
        event = Event(room.id, request.part["type"], request.account.id, content, device=request.device,
                      txn=request.part["txn"], ts=int(request.query.get("ts") or 0) if request.service else 0)
        if event.type == "m.room.redaction":
            event.redacts = content.get("redacts")
        check_relation(room, event)
        server.add_checked(room, event)
        return event

    return once(server, request, act)


def check_relation(room, event):
    kind, target = event.relation.get("rel_type"), event.relation.get("event_id")
    if kind not in ("m.annotation", "m.thread", "m.reference", "m.replace") or not isinstance(target, str):
        return
    if target not in room.by_id and kind in ("m.annotation", "m.thread"):
        raise bad("Can't send relation to unknown event", "M_UNKNOWN")
    if kind == "m.annotation" and any(
            each.sender == event.sender and each.type == event.type and each.redacted_because is None
            and each.relation.get("key") == event.relation.get("key") and each.relation.get("rel_type") == kind
            for each in room.related.get(target, ())):
        raise bad("Can't send same reaction twice", "M_DUPLICATE_ANNOTATION")


def redact(server, request):
    def act():
        room = server.room(request.part["room"])
        server.limiter("message").take(request.account.id)
        if request.part["event"] not in room.by_id:
            raise not_found("Could not find event")
        event = Event(room.id, "m.room.redaction", request.account.id, request.body, device=request.device,
                      txn=request.part["txn"], redacts=request.part["event"])
        server.add_checked(room, event)
        return event

    return once(server, request, act)


def one_state(server, request):
    kind, key = request.part["type"], request.part.get("key", "")
    if request.method == "GET":
        room = server.room_of_member(request)
        event = room.state.get((kind, key))
        if event is None:
            raise not_found("Event not found.")
        if request.query.get("format") == "event":
            return shown(server, request, room, [event])[0]
        return event.content
    room = server.room(request.part["room"])
    server.limiter("message").take(request.account.id)
    content = request.body
    check_content(content, request.raw)
    now = room.state.get((kind, key))
    if now is not None and now.content == content and now.sender == request.account.id:
        return {"event_id": now.id}    # nothing changes
    event = Event(room.id, kind, request.account.id, content, key, device=request.device)
    server.add_checked(room, event)
    return {"event_id": event.id}


def state(server, request):
    room = server.room_of_member(request)
    return shown(server, request, room, seen_state(room, request))


def shown(server, request, room, events):
    now = server.clock.milliseconds()
    return [event.visible_to(room, request.device, now, request.account.id) for event in events]


def seen_state(room, request):
    """As it was when somebody left who is no longer there."""
    me = request.account.id
    if room.membership(me) == "join":
        return list(room.state.values())
    then = room.members[me].position
    return [event for kind, key in room.state if (event := room.state_at(kind, key, then)) is not None]


def members(server, request):
    room = server.room_of_member(request)
    wanted, unwanted = request.query.get("membership"), request.query.get("not_membership")
    at = request.query.get("at")
    chosen = seen_state(room, request) if at is None else [
        event for kind, key in room.state if (event := room.state_at(kind, key, int(at[1:]))) is not None]
    return {"chunk": shown(server, request, room, [
        event for event in chosen if event.type == "m.room.member" and wanted in (None, event.content.get("membership"))
        and unwanted != event.content.get("membership")])}


def joined_members(server, request):
    room = server.room_of_member(request)
    if room.membership(request.account.id) != "join":
        raise forbidden("You are not in the room")
    return {"joined": {user: {"display_name": room.members[user].content.get("displayname"),
                              "avatar_url": room.members[user].content.get("avatar_url")}
                       for user in room.users("join")}}


V3 = "/_matrix/client/v3"
ROUTES = [("PUT", f"{V3}/rooms/{{room}}/send/{{type}}/{{txn}}", send),
          ("PUT", f"{V3}/rooms/{{room}}/redact/{{event}}/{{txn}}", redact),
          ("GET", f"{V3}/rooms/{{room}}/state", state),
          ("GET PUT", f"{V3}/rooms/{{room}}/state/{{type}}", one_state),
          ("GET PUT", f"{V3}/rooms/{{room}}/state/{{type}}/{{key}}", one_state),
          ("GET", f"{V3}/rooms/{{room}}/members", members),
          ("GET", f"{V3}/rooms/{{room}}/joined_members", joined_members)]
