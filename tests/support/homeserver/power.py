"""Who may do what in a room: the authorization rules, as far as people notice them (spec 1.19, room version 12)."""

from homeserver.errors import MatrixError, bad, forbidden

CREATOR = float("inf")
DEFAULTS = {"ban": 50, "kick": 50, "redact": 50, "invite": 0, "events_default": 0, "state_default": 50,
            "users_default": 0}


def setting(room, name):
    levels = room.content("m.room.power_levels")
    if not levels and name in ("state_default",):
        return 0
    return levels.get(name, DEFAULTS[name])


def level_of(room, user):
    if user in room.creators:
        return CREATOR
    levels = room.content("m.room.power_levels")
    if not levels:
        return 100 if user == room.create.sender else 0
    return levels.get("users", {}).get(user, levels.get("users_default", 0))


def needed_for(room, event):
    events = room.content("m.room.power_levels").get("events", {})
    default = "state_default" if event.is_state else "events_default"
    if event.type == "m.room.tombstone" and room.version >= 12:
        return events.get(event.type, 150)
    return events.get(event.type, setting(room, default))


def check(room, event):
    """Raises M_FORBIDDEN when the event may not be."""
    if event.type == "m.room.create":
        return
    if event.type == "m.room.member":
        check_membership(room, event)
        return
    if room.membership(event.sender) != "join":
        raise forbidden(f"User {event.sender} not in room {room.id}")
    mine = level_of(room, event.sender)
    if mine < needed_for(room, event):
        raise forbidden(f"You don't have permission to post that to the room. user_level ({mine}) < "
                        f"send_level ({needed_for(room, event)})")
    if event.is_state and event.state_key.startswith("@") and event.state_key != event.sender:
        raise forbidden("You are not allowed to set others state")
    if event.type == "m.room.power_levels":
        check_levels(room, event, mine)
    if event.type == "m.room.redaction" and event.redacts in room.by_id:
        if room.by_id[event.redacts].sender != event.sender and mine < setting(room, "redact"):
            raise forbidden("You don't have permission to redact events")


def check_levels(room, event, mine):
    """Nobody gives or takes more than they have, nor from those who have as much."""
    users = event.content.get("users", {})
    if not isinstance(users, dict) or any(not isinstance(level, int) for level in users.values()):
        raise bad("users is not a mapping from user IDs to integers")
    if room.creators & set(users):
        raise bad("Creator user " + ", ".join(room.creators & set(users)) + " must not appear in content.users",
                  "M_UNKNOWN")
    old = room.content("m.room.power_levels")
    before, after = old.get("users", {}), users
    for user in {*before, *after}:
        was, is_now = before.get(user), after.get(user)
        if was == is_now:
            continue
        if user != event.sender and was is not None and was >= mine:
            raise forbidden("You don't have permission to remove ops level equal to your own")
        if is_now is not None and is_now > mine:
            raise forbidden("You don't have permission to add ops level greater than your own")
    for name in DEFAULTS:
        was, is_now = old.get(name), event.content.get(name)
        if was != is_now and max(was or 0, is_now or 0) > mine:
            raise forbidden(f"You don't have permission to change {name}")


def check_membership(room, event):
    user, actor = event.state_key, event.sender
    wanted = event.content.get("membership")
    now = room.membership(user)
    mine, theirs = level_of(room, actor), level_of(room, user)
    if wanted == "join":
        check_join(room, event, now)
    elif wanted == "invite":
        if room.membership(actor) != "join":
            raise forbidden(f"{actor} not in room {room.id}.")
        if now in ("join", "ban"):
            raise forbidden(f"{user} is already in the room." if now == "join" else f"{user} is banned from the room")
        if mine < setting(room, "invite"):
            raise forbidden("You don't have permission to invite users")
    elif wanted == "leave":
        if user == actor:
            if now not in ("join", "invite", "knock"):
                raise forbidden(f"{user} is not in the room: {now}")
            return
        if room.membership(actor) != "join":
            raise forbidden(f"{actor} not in room {room.id}.")
        if now == "ban" and mine < setting(room, "ban"):
            raise forbidden("You don't have permission to unban users")
        if mine < setting(room, "kick") or mine <= theirs:
            raise forbidden(f"You cannot kick user {user}.")
    elif wanted == "ban":
        if room.membership(actor) != "join":
            raise forbidden(f"{actor} not in room {room.id}.")
        if mine < setting(room, "ban") or mine <= theirs:
            raise forbidden("You don't have permission to ban")
    elif wanted == "knock":
        if room.join_rule not in ("knock", "knock_restricted"):
            raise forbidden("You don't have permission to knock")
        if now in ("join", "ban", "invite"):
            raise forbidden("You cannot knock on this room")
    else:
        raise bad("membership is not one of those that there are")


def check_join(room, event, now):
    user = event.state_key
    if user != event.sender:
        raise forbidden("Cannot force another user to join.")
    if now == "ban":
        raise MatrixError(403, "M_BAD_STATE", "Cannot join user who was banned")    # as Synapse says it
    if now in ("join", "invite") or room.join_rule == "public" or room.events[-1] is room.create:
        return
    if room.join_rule in ("restricted", "knock_restricted"):
        allowed = [each.get("room_id") for each in room.content("m.room.join_rules").get("allow", ())]
        if any(room.server.rooms[each].membership(user) == "join" for each in allowed if each in room.server.rooms):
            return
        raise forbidden("You do not belong to any of the required rooms/spaces to join this room.")
    raise forbidden("You are not invited to this room.")
