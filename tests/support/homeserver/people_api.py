"""Profiles, presence, directories, account data, receipts and typing."""

import asyncio

from homeserver.errors import bad, forbidden, not_found
from homeserver.event import Event

PROFILE = {"displayname": "display_name", "avatar_url": "avatar"}


def profile(server, request):
    account = server.accounts.by_id.get(request.part["user"])
    if account is None:
        raise not_found("Profile was not found")
    field = request.part.get("field")
    if request.method == "GET":
        found = account.profile()
        return found if field is None else {field: found[field]} if field in found else {}
    if account is not request.account:
        raise forbidden("Cannot set another user's profile")
    if field not in PROFILE:
        raise bad("Unknown profile field", "M_UNKNOWN")
    server.limiter("message").take(account.id)
    setattr(account, PROFILE[field], request.body.get(field))
    for room in server.rooms.values():    # a change of the profile is a member event everywhere
        if room.membership(account.id) == "join":
            server.add(room, Event(room.id, "m.room.member", account.id, {"membership": "join", **account.profile()},
                                   account.id))
    return {}


def presence(server, request):
    account = server.accounts.by_id.get(request.part["user"])
    if account is None:
        raise not_found()
    if request.method == "GET":
        return account.presence
    if account is not request.account:
        raise forbidden("Cannot set another user's presence")
    if request.body.get("presence") not in ("online", "unavailable", "offline"):
        raise bad("Unknown presence", "M_UNKNOWN")
    server.limiter("presence").take(account.id)
    server.set_presence(account, request.body)
    return {}


def account_data(server, request):
    key = (request.part.get("room"), request.part["type"])
    if request.part["user"] != request.account.id:
        raise forbidden("Cannot get or set account data for other users.")
    if request.method == "GET":
        if key not in request.account.data:
            raise not_found("Account data not found")
        return request.account.data[key][0]
    server.set_account_data(request.account, request.part["type"], request.body, request.part.get("room"))
    return {}


def receipt(server, request):
    mark(server, request, server.room_of_member(request), request.part["kind"], request.part["event"],
         request.body.get("thread_id"))
    return {}


def mark(server, request, room, kind, event, thread=None):
    if kind == "m.fully_read":
        server.set_account_data(request.account, kind, {"event_id": event}, room.id)
        return
    now = server.clock.milliseconds()
    room.receipts[(request.account.id, kind, thread)] = (event, now, server.next_position())
    server.wake(room.users("join"))
    server.tell_services(room, {"type": "m.receipt", "room_id": room.id,
                                "content": {event: {kind: {request.account.id: {"ts": now}}}}})


def read_markers(server, request):
    room = server.room_of_member(request)
    for kind in ("m.fully_read", "m.read", "m.read.private"):
        if event := request.body.get(kind):
            mark(server, request, room, kind, event)
    return {}


def typing(server, request):
    room = server.room_of_member(request)
    user = request.part["user"]
    if user != request.account.id:
        raise forbidden("Cannot set another user's typing state")
    loop = asyncio.get_running_loop()
    was = user in room.typing
    if request.body.get("typing"):
        seconds = request.body.get("timeout", 30000) / 1000
        room.typing[user] = loop.time() + seconds
        loop.call_later(seconds + 0.01, forget_typing, server, room, user)
    else:
        room.typing.pop(user, None)
    if was != (user in room.typing):
        typing_changed(server, room)
    return {}


def forget_typing(server, room, user):
    if room.typing.get(user, float("inf")) <= asyncio.get_running_loop().time():
        del room.typing[user]
        typing_changed(server, room)


def typing_changed(server, room):
    room.typing_position = server.next_position()
    server.wake(room.users("join"))
    server.tell_services(room, {"type": "m.typing", "room_id": room.id, "content": {"user_ids": list(room.typing)}})


def public_rooms(server, request):
    wanted = ""
    body = request.body if request.method == "POST" else request.query
    if request.method == "POST":
        wanted = body.get("filter", {}).get("generic_search_term", "").lower()
    found = sorted((entry(server, room) for room in server.rooms.values() if room.listed),
                   key=lambda each: -each["num_joined_members"])
    found = [each for each in found if wanted in f"{each.get('name', '')} {each.get('topic', '')} "
             f"{each.get('canonical_alias', '')}".lower()]
    start, limit = int(body.get("since") or 0), int(body.get("limit") or 100)
    answer = {"chunk": found[start:start + limit], "total_room_count_estimate": len(found)}
    return {**answer, **({"next_batch": str(start + limit)} if start + limit < len(found) else {})}


def entry(server, room):
    found = {"room_id": room.id, "num_joined_members": len(room.users("join")), "guest_can_join": False,
             "world_readable": room.content("m.room.history_visibility").get("history_visibility") == "world_readable",
             "join_rule": room.join_rule, "name": room.content("m.room.name").get("name"),
             "topic": room.content("m.room.topic").get("topic"), "avatar_url": room.content("m.room.avatar").get("url"),
             "canonical_alias": room.content("m.room.canonical_alias").get("alias"),
             "room_type": room.create.content.get("type")}
    return {name: value for name, value in found.items() if value is not None}


def summary(server, request):
    room = server.room(server.resolve(request.part["target"]))
    if room.join_rule not in ("public", "knock") and room.membership(request.account.id) not in ("join", "invite"):
        raise not_found("Room not found")
    return {**entry(server, room), "membership": room.membership(request.account.id), "room_version": str(room.version)}


def hierarchy(server, request):
    """The rooms of a space, one level (spec 1.19, "Spaces")."""
    space = server.room_of_member(request)
    found = [{**entry(server, space), "children_state": [event.stripped() | {"origin_server_ts": event.ts}
              for (kind, _), event in space.state.items() if kind == "m.space.child" and event.content.get("via")]}]
    for child in found[0]["children_state"]:
        room = server.rooms.get(child["state_key"])
        mine = room.membership(request.account.id) if room is not None else None
        if mine in ("join", "invite") or (room is not None and room.join_rule == "public"):
            found.append({**entry(server, room), "children_state": []})
    return {"rooms": found}


def search_people(server, request):
    term = request.body.get("search_term", "").lower()
    me = request.account.id
    found = [each for each in server.accounts.by_id.values()
             if term in f"{each.id} {each.display_name or ''}".lower() and each.id != me
             and (server.everybody_is_found or server.share_a_room(each.id, me))]
    limit = request.body.get("limit", 10)
    return {"limited": len(found) > limit,
            "results": [{"user_id": each.id, "display_name": each.display_name, "avatar_url": each.avatar}
                        for each in found[:limit]]}


V3, V1 = "/_matrix/client/v3", "/_matrix/client/v1"
PUBLIC = [("GET", f"{V3}/profile/{{user}}", profile), ("GET", f"{V3}/profile/{{user}}/{{field}}", profile),
          ("GET", f"{V3}/publicRooms", public_rooms)]
ROUTES = [("PUT", f"{V3}/profile/{{user}}/{{field}}", profile), ("GET PUT", f"{V3}/presence/{{user}}/status", presence),
          ("GET PUT", f"{V3}/user/{{user}}/account_data/{{type}}", account_data),
          ("GET PUT", f"{V3}/user/{{user}}/rooms/{{room}}/account_data/{{type}}", account_data),
          ("POST", f"{V3}/rooms/{{room}}/receipt/{{kind}}/{{event}}", receipt),
          ("POST", f"{V3}/rooms/{{room}}/read_markers", read_markers),
          ("PUT", f"{V3}/rooms/{{room}}/typing/{{user}}", typing), ("POST", f"{V3}/publicRooms", public_rooms),
          ("GET", f"{V1}/room_summary/{{target}}", summary), ("GET", f"{V1}/rooms/{{room}}/hierarchy", hierarchy),
          ("POST", f"{V3}/user_directory/search", search_people)]
