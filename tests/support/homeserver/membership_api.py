"""Making rooms, coming, going, being sent away (spec 1.19, "Rooms")."""

from homeserver.appservice import room_by_alias
from homeserver.errors import bad, forbidden, not_found
from homeserver.event import Event
from homeserver.room import DEFAULT_VERSION, VERSIONS, Room

PRESETS = {"private_chat": ("invite", False), "trusted_private_chat": ("invite", True),
           "public_chat": ("public", False)}    # join rule, whether who is invited is as powerful


def create_room(server, request):
    body = request.body
    version = body.get("room_version", DEFAULT_VERSION)
    if version not in VERSIONS:
        raise bad("Your homeserver does not support this room version", "M_UNSUPPORTED_ROOM_VERSION")
    preset = body.get("preset") or ("public_chat" if body.get("visibility") == "public" else "private_chat")
    join_rule, all_equal = PRESETS[preset]
    alias = body.get("room_alias_name")
    alias = f"#{alias}:{server.name}" if alias else None
    if alias in server.aliases:
        raise bad("Room alias already taken", "M_ROOM_IN_USE")
    creator = request.account.id
    invited = body.get("invite", [])

    content = {**body.get("creation_content", {}), "room_version": version}
    if int(version) < 11:
        content["creator"] = creator
    if int(version) >= 12 and all_equal and invited:
        content["additional_creators"] = [*dict.fromkeys([*content.get("additional_creators", []), *invited])]
    room = Room(server, version)
    server.rooms[room.id] = room

    def put(kind, content, key=""):
        server.add(room, Event(room.id, kind, creator, content, key))

    put("m.room.create", content)
    put("m.room.member", {"membership": "join", **request.account.profile()}, creator)
    put("m.room.power_levels", power_levels(room, creator, invited if all_equal else [],
                                            body.get("power_level_content_override", {})))
    given = {(each["type"], each.get("state_key", "")): each["content"] for each in body.get("initial_state", [])}
    defaults = {("m.room.join_rules", ""): {"join_rule": join_rule},
                ("m.room.history_visibility", ""): {"history_visibility": "shared"},
                ("m.room.guest_access", ""): {"guest_access": "forbidden" if join_rule == "public" else "can_join"}}
    if server.encrypts_new_rooms:
        defaults[("m.room.encryption", "")] = {"algorithm": "m.megolm.v1.aes-sha2"}
    named = {"m.room.name": ("name", body.get("name")), "m.room.topic": ("topic", body.get("topic"))}
    named = {(kind, ""): {key: value} for kind, (key, value) in named.items() if value}
    if alias:
        server.aliases[alias] = room.id
        named[("m.room.canonical_alias", "")] = {"alias": alias}
    for (kind, key), content in {**defaults, **given, **named}.items():
        put(kind, content, key)
    for user in invited:
        content = {"membership": "invite", **profile_of(server, user)}
        put("m.room.member", {**content, "is_direct": True} if body.get("is_direct") else content, user)
    room.listed = body.get("visibility") == "public"
    return {"room_id": room.id}


def power_levels(room, creator, equals, override):
    users = dict.fromkeys([creator, *equals], 100)
    content = {"users": {user: level for user, level in users.items() if user not in room.creators},
               "users_default": 0, "events_default": 0, "state_default": 50, "ban": 50, "kick": 50, "redact": 50,
               "invite": 0, "historical": 100,
               "events": {"m.room.name": 50, "m.room.power_levels": 100, "m.room.history_visibility": 100,
                          "m.room.canonical_alias": 50, "m.room.avatar": 50, "m.room.server_acl": 100,
                          "m.room.encryption": 100, "m.room.tombstone": 150 if room.version >= 12 else 100}}
    return {**content, **override}


def profile_of(server, user):
    account = server.accounts.by_id.get(user)
    return account.profile() if account is not None else {}


def change(server, request, membership, user, room=None, reason=None, **more):
    """Somebody's membership, by whose request it is."""
    room = room or server.room(request.part["room"])
    content = {"membership": membership, **more}
    if membership in ("join", "invite", "knock"):
        content |= profile_of(server, user)
    if reason or request.body.get("reason"):
        content["reason"] = reason or request.body["reason"]
    server.add_checked(room, Event(room.id, "m.room.member", request.account.id, content, user))
    return {}


async def join(server, request):
    target = request.part.get("room") or request.part["target"]
    if target.startswith("#"):
        target = (await room_by_alias(server, target))["room_id"]
    room = server.room(target)
    server.limiter("join").take(request.account.id)
    if room.membership(request.account.id) != "join":
        change(server, request, "join", request.account.id, room)
    request.account.forgotten.discard(room.id)
    return {"room_id": room.id}


def knock(server, request):
    room = server.room(server.resolve(request.part["target"]))
    change(server, request, "knock", request.account.id, room)
    return {"room_id": room.id}


def leave(server, request):
    room = server.room(request.part["room"])
    if room.membership(request.account.id) == "leave" and request.account.id in room.members:
        return {}    # as often as one likes
    return change(server, request, "leave", request.account.id)


def forget(server, request):
    room = server.room(request.part["room"])
    if room.membership(request.account.id) in ("join", "invite"):
        raise bad("User is still in the room", "M_UNKNOWN")
    request.account.forgotten.add(room.id)
    return {}


def target(request):
    user = request.body.get("user_id")
    if not isinstance(user, str) or not user.startswith("@"):
        raise bad("Expected UserID string to start with '@'", "M_INVALID_PARAM")
    return user


def invite(server, request):
    room = server.room(request.part["room"])
    user = target(request)
    server.limiter("invite").take(request.account.id)
    if room.membership(user) == "join":
        raise forbidden(f"{user} is already in the room.")
    return change(server, request, "invite", user)


def kick(server, request):
    room = server.room(request.part["room"])
    user = target(request)
    if room.membership(user) not in ("join", "invite", "knock"):
        raise forbidden("The target user is not in the room")
    return change(server, request, "leave", user)


def ban(server, request):
    return change(server, request, "ban", target(request))


def unban(server, request):
    user = target(request)
    if server.room(request.part["room"]).membership(user) != "ban":
        raise forbidden(f"Cannot unban user who was not banned: {user}")
    return change(server, request, "leave", user)


def joined_rooms(server, request):
    me = request.account.id
    return {"joined_rooms": [room.id for room in server.rooms.values() if room.membership(me) == "join"]}


def upgrade(server, request):
    """The old room gets a tombstone, the new one its state and aliases; people come by themselves (as on Synapse)."""
    old = server.room(request.part["room"])
    version = request.body.get("new_version")
    if version not in VERSIONS:
        raise bad("Your homeserver does not support this room version", "M_UNSUPPORTED_ROOM_VERSION")
    new = Room(server, version)
    tombstone = Event(old.id, "m.room.tombstone", request.account.id,
                      {"body": "This room has been replaced", "replacement_room": new.id}, "")
    server.add_checked(old, tombstone)
    server.rooms[new.id] = new
    me = request.account.id
    content = {"room_version": version, "predecessor": {"room_id": old.id, "event_id": tombstone.id}}
    server.add(new, Event(new.id, "m.room.create", me, content, ""))
    server.add(new, Event(new.id, "m.room.member", me, {"membership": "join", **request.account.profile()}, me))
    for (kind, key), event in list(old.state.items()):
        if kind not in ("m.room.create", "m.room.member", "m.room.tombstone", "m.room.canonical_alias"):
            content = dict(event.content)
            if kind == "m.room.power_levels":
                content["users"] = {user: level for user, level in content.get("users", {}).items()
                                    if user not in new.creators}
            server.add(new, Event(new.id, kind, me, content, key))
    for alias, room in list(server.aliases.items()):
        if room == old.id:
            server.aliases[alias] = new.id
    if alias := old.content("m.room.canonical_alias").get("alias"):
        server.add(new, Event(new.id, "m.room.canonical_alias", me, {"alias": alias}, ""))
        server.add(old, Event(old.id, "m.room.canonical_alias", me, {}, ""))
    new.listed, old.listed = old.listed, False
    return {"replacement_room": new.id}


def alias(server, request):
    name = request.part["alias"]
    if request.method == "GET":
        return room_by_alias(server, name)
    if request.method == "PUT":
        if name in server.aliases:
            raise bad("Room alias already exists", "M_UNKNOWN")
        room = server.room(request.body.get("room_id", ""))
        if room.membership(request.account.id) != "join" and request.service is None:
            raise forbidden("You must be in the room to create an alias for it")
        server.aliases[name] = room.id
    elif server.aliases.pop(name, None) is None:
        raise not_found("Room alias not found")
    return {}


def aliases(server, request):
    room = server.room_of_member(request)
    return {"aliases": [name for name, of in server.aliases.items() if of == room.id]}


V3 = "/_matrix/client/v3"
ROUTES = [("POST", f"{V3}/createRoom", create_room), ("POST", f"{V3}/join/{{target}}", join),
          ("POST", f"{V3}/rooms/{{room}}/join", join), ("POST", f"{V3}/knock/{{target}}", knock),
          ("POST", f"{V3}/rooms/{{room}}/leave", leave), ("POST", f"{V3}/rooms/{{room}}/forget", forget),
          ("POST", f"{V3}/rooms/{{room}}/invite", invite), ("POST", f"{V3}/rooms/{{room}}/kick", kick),
          ("POST", f"{V3}/rooms/{{room}}/ban", ban), ("POST", f"{V3}/rooms/{{room}}/unban", unban),
          ("GET", f"{V3}/joined_rooms", joined_rooms), ("POST", f"{V3}/rooms/{{room}}/upgrade", upgrade),
          ("GET PUT DELETE", f"{V3}/directory/room/{{alias}}", alias), ("GET", f"{V3}/rooms/{{room}}/aliases", aliases)]
