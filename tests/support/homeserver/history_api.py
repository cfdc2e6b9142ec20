"""Reading what was said (spec 1.19, "Getting events for a room", "Event context", "Relationships API")."""

from homeserver.errors import bad, not_found
from homeserver.events_api import shown
from homeserver.filters import Filter

LARGEST_PAGE = 1000


def visible(server, request, room):
    """All that somebody may read, in order."""
    found = Filter(request.query.get("filter"))
    return [event for event in room.events if room.may_see(request.account.id, event)
            and found.wants(event.type, event.sender) and not request.account.ignores(event.sender)]


def place(token):
    if token[:1] not in ("s", "t") or not token[1:].isdigit():
        raise bad(f"Invalid token: {token!r}", "M_INVALID_PARAM")
    return int(token[1:])


def limit_of(request, default=10):
    return max(1, min(int(request.query.get("limit") or default), LARGEST_PAGE))


def page(server, request, room, events, default=10):
    """`from`, `to`, `dir`, `limit` over events in order: a token lies between two events."""
    query = request.query
    backwards = query.get("dir", "b") == "b"
    start = place(query["from"]) if query.get("from") else (server.position if backwards else 0)
    end = place(query["to"]) if query.get("to") else None
    if backwards:
        chosen = [event for event in reversed(events)
                  if event.position <= start and (end is None or event.position > end)]
    else:
        chosen = [event for event in events if event.position > start and (end is None or event.position <= end)]
    more = len(chosen) > limit_of(request, default)
    chosen = chosen[:limit_of(request, default)]
    after = [f"t{chosen[-1].position - (1 if backwards else 0)}"] if more else []
    return chosen, f"t{start}", after[0] if after else None


def messages(server, request):
    room = server.room_of_member(request)
    if request.query.get("dir") not in ("b", "f"):
        raise bad("Missing or unknown query parameter 'dir'", "M_MISSING_PARAM")
    chosen, start, end = page(server, request, room, visible(server, request, room))
    answer = {"chunk": shown(server, request, room, chosen), "start": start, **({"end": end} if end else {})}
    if Filter(request.query.get("filter")).definition.get("lazy_load_members"):
        senders = dict.fromkeys(event.sender for event in chosen)
        answer["state"] = shown(server, request, room, [room.members[user] for user in senders if user in room.members])
    return answer


def find(server, request):
    room = server.room_of_member(request)
    event = room.by_id.get(request.part["event"])
    if event is None or not room.may_see(request.account.id, event):
        raise not_found("Event not found.")
    return room, event


def one_event(server, request):
    room, event = find(server, request)
    return shown(server, request, room, [event])[0]


def context(server, request):
    room, event = find(server, request)
    events = visible(server, request, room)
    limit = int(request.query.get("limit") or 10)
    before = [each for each in reversed(events) if each.position < event.position][:limit // 2]
    after = [each for each in events if each.position > event.position][:limit - limit // 2]
    first, last = (before or [event])[-1], (after or [event])[-1]
    return {"start": f"t{first.position - 1}", "end": f"t{last.position}",
            "event": shown(server, request, room, [event])[0],
            "events_before": shown(server, request, room, before), "events_after": shown(server, request, room, after),
            "state": shown(server, request, room, [room.members[event.sender]] if event.sender in room.members else [])}


def timestamp_to_event(server, request):
    room = server.room_of_member(request)
    ts, forwards = int(request.query["ts"]), request.query.get("dir", "f") == "f"
    events = [event for event in room.events if room.may_see(request.account.id, event)]
    fitting = [event for event in events if (event.ts >= ts if forwards else event.ts <= ts)]
    if not fitting:
        raise not_found(f"Unable to find event from {ts} in direction {request.query.get('dir')}")
    found = fitting[0] if forwards else fitting[-1]
    return {"event_id": found.id, "origin_server_ts": found.ts}


def relations(server, request):
    room, event = find(server, request)
    kind, of_type = request.part.get("kind"), request.part.get("type")
    related = [each for each in room.related.get(event.id, ()) if each.redacted_because is None
               and kind in (None, each.relation.get("rel_type")) and of_type in (None, each.type)]
    chosen, _, end = page(server, request, room, related, default=5)
    return {"chunk": shown(server, request, room, chosen), **({"next_batch": end} if end else {})}


V3, V1 = "/_matrix/client/v3", "/_matrix/client/v1"
ROUTES = [("GET", f"{V3}/rooms/{{room}}/messages", messages),
          ("GET", f"{V3}/rooms/{{room}}/event/{{event}}", one_event),
          ("GET", f"{V3}/rooms/{{room}}/context/{{event}}", context),
          ("GET", f"{V1}/rooms/{{room}}/timestamp_to_event", timestamp_to_event),
          ("GET", f"{V1}/rooms/{{room}}/relations/{{event}}", relations),
          ("GET", f"{V1}/rooms/{{room}}/relations/{{event}}/{{kind}}", relations),
          ("GET", f"{V1}/rooms/{{room}}/relations/{{event}}/{{kind}}/{{type}}", relations)]
