"""More of what both homeservers do: filters, state, spaces, restricted rooms, marks, application services."""

import json

from matrix_acts.api import is_refused
from matrix_http import exchange
from matrix_user import V1, V3, MatrixUser, path


async def filters_leave_out(world):
    """By id: types of the timeline, account data and presence; `use_state_after` or not, the state adds up."""
    bob = await world.user("bob")
    definition = {"room": {"timeline": {"limit": 5, "not_types": ["m.reaction"]}, "state": {"lazy_load_members": True},
                           "account_data": {"types": []}}, "presence": {"types": []},
                  "account_data": {"types": ["m.direct", "m.ignored_user_list"]}}
    made = await bob.asks("POST", f"{V3}/user/{path(bob.id)}/filter", definition)
    room = await bob.creates_room(name="Tea")
    said = await bob.says(room, "tea")
    await bob.reacts(room, said, "🍵")
    await bob.sets_account_data("org.example.other", {"a": 1})
    await bob.sets_account_data("m.direct", {})
    answer = await bob.asks("GET", f"{V3}/sync", query={"filter": made["filter_id"], "timeout": 0,
                                                        "set_presence": "offline"})
    found = answer["rooms"]["join"][room]
    assert [each["type"] for each in found["timeline"]["events"]][-1] == "m.room.message", found["timeline"]
    assert {each["type"] for each in answer["account_data"]["events"]} == {"m.direct"}, answer["account_data"]
    assert not answer.get("presence", {}).get("events"), answer["presence"]
    state = {each["type"] for each in [*found["state"]["events"], *found["timeline"]["events"]] if "state_key" in each}
    assert {"m.room.create", "m.room.power_levels", "m.room.name", "m.room.member"} <= state, state
    assert all("room_id" not in each for each in found["timeline"]["events"])
    shared = await bob.asks("GET", f"{V3}/user/{path(bob.id)}/filter/{made['filter_id']}")
    assert shared["presence"] == {"types": []}, shared


async def members_are_listed_by_membership(world):
    bob, carol, dave = [await world.user(name) for name in ("bob", "carol", "dave")]
    room = await bob.creates_room(invite=[carol.id], preset="public_chat")
    await dave.joins(room)
    await dave.leaves(room)

    async def listed(**query):
        found = await bob.asks("GET", f"{V3}/rooms/{path(room)}/members", query=query)
        return {each["state_key"] for each in found["chunk"]}

    assert await listed() == {bob.id, carol.id, dave.id}
    assert await listed(membership="invite") == {carol.id}
    assert await listed(not_membership="leave") == {bob.id, carol.id}
    joined = await bob.asks("GET", f"{V3}/rooms/{path(room)}/joined_members")
    assert set(joined["joined"]) == {bob.id} and "display_name" in joined["joined"][bob.id], joined
    state = await bob.asks("GET", f"{V3}/rooms/{path(room)}/state")
    assert {each["type"] for each in state} >= {"m.room.create", "m.room.join_rules", "m.room.member"}
    assert (await bob.asks("GET", f"{V3}/joined_rooms"))["joined_rooms"] == [room]
    await is_refused(carol.asks("GET", f"{V3}/rooms/{path(room)}/joined_members"), 403, "M_FORBIDDEN")


async def a_state_that_stays_is_no_event(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    first = await bob.sets_state(room, "m.room.topic", {"topic": "Leaves"})
    assert await bob.sets_state(room, "m.room.topic", {"topic": "Leaves"}) == first
    assert await bob.sets_state(room, "m.room.topic", {"topic": "Beans"}) != first
    await is_refused(bob.state(room, "m.room.avatar"), 404, "M_NOT_FOUND")


async def restricted_rooms_are_for_members_of_others(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    club = await bob.creates_room(preset="public_chat")
    room = await bob.creates_room(initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": {
        "join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": club}]}}])
    await is_refused(carol.joins(room), 403, "M_FORBIDDEN")
    await carol.joins(club)
    await carol.joins(room)


async def spaces_have_rooms(world):
    bob = await world.user("bob")
    space = await bob.creates_room(creation_content={"type": "m.space"}, name="House", preset="public_chat")
    room = await bob.creates_room(name="Kitchen", preset="public_chat")
    await bob.sets_state(space, "m.space.child", {"via": ["hs.test"]}, room)
    found = (await bob.asks("GET", f"{V1}/rooms/{path(space)}/hierarchy"))["rooms"]
    assert [each["room_id"] for each in found] == [space, room] and found[0]["room_type"] == "m.space", found
    assert found[1]["name"] == "Kitchen" and found[0]["children_state"][0]["state_key"] == room, found


async def marks_are_kept(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    event = await bob.says(room, "read")
    await bob.asks("POST", f"{V3}/rooms/{path(room)}/read_markers", {"m.fully_read": event, "m.read.private": event})
    await bob.waits_for("the mark", lambda: bob.data.get((room, "m.fully_read")) == {"event_id": event})
    await bob.reads(room, "$unknown")    # success proves nothing


async def who_is_kicked_is_told_why(world):
    """In rooms.leave, with what was before."""
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    query = {"timeout": 0, "set_presence": "offline"}
    since = (await carol.asks("GET", f"{V3}/sync", query=query))["next_batch"]
    await bob.says(room, "last words")
    await bob.kicks(room, carol.id, "spam")
    await bob.says(room, "gone")
    found = (await carol.asks("GET", f"{V3}/sync", query={**query, "since": since}))["rooms"]["leave"][room]
    events = [*found["timeline"]["events"]]
    assert [each["type"] for each in events] == ["m.room.message", "m.room.member"], events
    assert events[1]["content"]["reason"] == "spam" and events[1]["sender"] == bob.id, events[1]
    assert room not in (await carol.asks("GET", f"{V3}/sync", query=query)).get("rooms", {}).get("leave", {})


async def who_is_ignored_says_nothing(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    await bob.sets_account_data("m.ignored_user_list", {"ignored_users": {carol.id: {}}})
    query = {"timeout": 0, "set_presence": "offline"}
    since = (await bob.asks("GET", f"{V3}/sync", query=query))["next_batch"]
    await carol.says(room, "unheard")
    await carol.creates_room(direct=True, invite=[bob.id])
    await bob.says(room, "peace")
    rooms = (await bob.asks("GET", f"{V3}/sync", query={**query, "since": since}))["rooms"]
    texts = [each["content"].get("body") for each in rooms["join"][room]["timeline"]["events"]]
    assert texts == ["peace"] and not rooms.get("invite"), rooms


async def a_service_acts_for_its_people(world):
    """An application service that nobody calls: it makes people, acts as them, and is limited by nothing."""
    token, user = world.crowd_token, f"member{900000 + world.number}"
    ghost = MatrixUser(world.url, f"@{user}:hs.test", token)
    registration = {"type": "m.login.application_service", "username": user, "inhibit_login": True}
    assert (await ghost.asks("POST", f"{V3}/register", registration))["user_id"] == ghost.id
    await is_refused(ghost.asks("POST", f"{V3}/register", registration), 400, "M_USER_IN_USE")
    bob = await world.user("bob")
    room = await bob.creates_room(preset="public_chat")
    await ghost.asks("POST", f"{V3}/join/{path(room)}", query={"user_id": ghost.id})
    where = f"{V3}/rooms/{path(room)}/send/m.room.message/"
    for number in range(2):
        await ghost.asks("PUT", f"{where}same", {"msgtype": "m.text", "body": "boo"},
                         query={"user_id": ghost.id, "ts": 1600000000000})
    event = await bob.sees_text("boo", room, ghost.id)
    assert event["origin_server_ts"] == 1600000000000, event
    assert len(await bob.timeline(room)) == 1
    await is_refused(ghost.asks("GET", f"{V3}/account/whoami", query={"user_id": bob.id}), 403, "M_FORBIDDEN")
    await is_refused(ghost.asks("GET", f"{V3}/account/whoami", query={"user_id": ghost.id, "device_id": "NONE"}), 400,
                     "M_UNKNOWN_DEVICE")
    made = await exchange("PUT", f"{world.url}{V3}/devices/GHOST?user_id={path(ghost.id)}", {}, token)
    assert made.status == 201, made
    found = await ghost.asks("GET", f"{V3}/account/whoami", query={"user_id": ghost.id, "device_id": "GHOST"})
    assert json.dumps(found) and found["user_id"] == ghost.id, found


ACTS = [filters_leave_out, members_are_listed_by_membership, a_state_that_stays_is_no_event,
        restricted_rooms_are_for_members_of_others, spaces_have_rooms, marks_are_kept, who_is_kicked_is_told_why,
        who_is_ignored_says_nothing, a_service_acts_for_its_people]
