"""What homeservers do with the client-server API, so that the scripted one is known to do as Synapse does. Without a
gateway: `world` has `url` and makes people."""

import asyncio
from urllib.parse import quote

from matrix_http import exchange
from matrix_user import V1, V3, MatrixUser, Refused, path

RED = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
                    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082")    # a picture of 1x1


async def is_refused(awaitable, status, code):
    try:
        await awaitable
    except Refused as refused:
        assert (refused.status, refused.code) == (status, code), refused
        return refused
    raise AssertionError(f"{status} {code} was expected")


async def says_what_it_is(world):
    nobody = MatrixUser(world.url, "@nobody:hs.test")
    assert "v1.11" in (await nobody.asks("GET", "/_matrix/client/versions"))["versions"]
    flows = [each["type"] for each in (await nobody.asks("GET", f"{V3}/login"))["flows"]]
    assert "m.login.password" in flows, flows
    await is_refused(nobody.asks("GET", "/_matrix/client/v3/nothing"), 404, "M_UNRECOGNIZED")
    await is_refused(nobody.asks("GET", f"{V3}/account/whoami"), 401, "M_MISSING_TOKEN")
    nobody.token = "wrong"
    await is_refused(nobody.asks("GET", f"{V3}/account/whoami"), 401, "M_UNKNOWN_TOKEN")


async def wrong_passwords_are_forbidden(world):
    bob = await world.user("bob", log_in=False)
    await is_refused(bob.log_in("wrong"), 403, "M_FORBIDDEN")


async def a_device_keeps_its_name_and_logs_out(world):
    bob = await world.user("bob", log_in=False)
    await bob.log_in(world.password, device="FIXED", sync=False)
    first = bob.token
    await bob.log_in(world.password, device="FIXED", sync=False)
    assert (await bob.asks("GET", f"{V3}/account/whoami"))["device_id"] == "FIXED"
    bob.token, second = first, bob.token
    await bob.asks("GET", f"{V3}/account/whoami")    # the first one is still good
    bob.token = second
    await bob.asks("POST", f"{V3}/logout")
    refused = await is_refused(bob.asks("GET", f"{V3}/account/whoami"), 401, "M_UNKNOWN_TOKEN")
    assert refused.status == 401


async def refresh_tokens_may_be_repeated_until_the_new_one_is_used(world):
    bob = await world.user("bob", log_in=False)
    login = await bob.asks("POST", f"{V3}/login", {
        "type": "m.login.password", "identifier": {"type": "m.id.user", "user": bob.id}, "password": world.password,
        "refresh_token": True})
    body = {"refresh_token": login["refresh_token"]}
    await bob.asks("POST", f"{V3}/refresh", body)
    second = await bob.asks("POST", f"{V3}/refresh", body)
    bob.token = second["access_token"]
    await bob.asks("GET", f"{V3}/account/whoami")
    await is_refused(bob.asks("POST", f"{V3}/refresh", body), 403, "M_FORBIDDEN")


async def messages_are_sent_once(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    ids = {await bob.sends(room, "m.room.message", {"msgtype": "m.text", "body": "once"}, "t1") for _ in range(2)}
    assert len(ids) == 1, ids
    event = await bob.sees_text("once", room)
    assert event["unsigned"]["transaction_id"] == "t1", event
    assert [each["event_id"] for each in await bob.timeline(room)] == [*ids]


async def what_is_no_event_is_refused(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    where = f"{V3}/rooms/{path(room)}/send/m.room.message/"
    for raw, status, code in ((b'{"msgtype": "m.text", "body": "", "n": 1.5}', 400, "M_BAD_JSON"),
                              (b'{"body": ""}', 400, "M_UNKNOWN"), (b"{", 400, "M_NOT_JSON"),
                              (b'{"msgtype": "m.text", "body": "\\ud800"}', 500, "M_UNKNOWN"),
                              (b'{"msgtype": "m.text", "body": "%s"}' % (b"x" * 70000), 413, "M_TOO_LARGE")):
        await is_refused(bob.asks("PUT", f"{where}{status}{code}", raw), status, code)


async def ill_typed_relations_are_taken(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    for content in ({"m.relates_to": "x"}, {"m.relates_to": {"rel_type": "m.replace", "event_id": 5}},
                    {"formatted_body": {}, "format": "org.matrix.custom.html"}, {"url": 7, "msgtype": "m.image"}):
        await bob.says(room, "odd", **content)


async def strangers_are_forbidden(world):
    bob, mallory = await world.user("bob"), await world.user("mallory")
    room = await bob.creates_room()
    event = await bob.says(room, "private")
    await is_refused(mallory.says(room, "let me in"), 403, "M_FORBIDDEN")
    await is_refused(mallory.joins(room), 403, "M_FORBIDDEN")
    await is_refused(mallory.state(room, "m.room.name"), 403, "M_FORBIDDEN")
    await is_refused(mallory.timeline(room), 403, "M_FORBIDDEN")
    await is_refused(mallory.joins("#nowhere:hs.test"), 404, "M_NOT_FOUND")
    await is_refused(bob.asks("GET", f"{V3}/rooms/{path(room)}/event/$unknown"), 404, "M_NOT_FOUND")
    assert event.startswith("$")


async def power_is_needed(world):
    bob, carol, dave = [await world.user(name) for name in ("bob", "carol", "dave")]
    room = await bob.creates_room(preset="public_chat")
    await carol.joins(room)
    await dave.joins(room)
    await is_refused(carol.sets_state(room, "m.room.topic", {"topic": "Mine"}), 403, "M_FORBIDDEN")
    await is_refused(carol.kicks(room, dave.id), 403, "M_FORBIDDEN")
    theirs = await dave.says(room, "rude")
    await is_refused(carol.redacts(room, theirs), 403, "M_FORBIDDEN")
    await bob.sets_level(room, carol.id, 50)
    await carol.sets_state(room, "m.room.topic", {"topic": "Mine"})
    await carol.redacts(room, theirs, "rude")
    redacted = await dave.sees("the redaction", lambda event: event["type"] == "m.room.redaction", room)
    assert redacted["content"]["redacts"] == theirs and redacted["content"]["reason"] == "rude", redacted
    await carol.kicks(room, dave.id, "out")
    gone = await dave.sees_member(room, dave.id, "leave")
    assert gone["sender"] == carol.id and gone["content"]["reason"] == "out", gone
    await carol.bans(room, dave.id, "for good")
    await is_refused(dave.joins(room), 403, "M_BAD_STATE")
    await carol.unbans(room, dave.id)
    await dave.joins(room)
    await is_refused(carol.kicks(room, bob.id), 403, "M_FORBIDDEN")


async def creators_of_version_12_are_above_all(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(preset="public_chat", room_version="12")
    assert ":" not in room, room
    levels = await bob.state(room, "m.room.power_levels")
    assert levels["users"] == {}, levels
    await is_refused(bob.sets_level(room, bob.id, 100), 400, "M_UNKNOWN")
    await carol.joins(room)
    old = await bob.creates_room(preset="public_chat", room_version="11")
    assert old.endswith(":hs.test") and (await bob.state(old, "m.room.power_levels"))["users"] == {bob.id: 100}


async def invitations_are_shown_and_declined(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(name="Tea", direct=True, invite=[carol.id])
    assert await carol.is_invited(bob.id) == room
    state = carol.invites[room]
    mine = next(each for each in state if each["type"] == "m.room.member" and each["state_key"] == carol.id)
    assert mine["content"]["is_direct"] is True and mine["sender"] == bob.id, mine
    assert any(each["type"] == "m.room.name" and each["content"]["name"] == "Tea" for each in state), state
    await carol.leaves(room)
    await bob.sees_member(room, carol.id, "leave")
    await carol.waits_for("the end of the invitation", lambda: room not in carol.invites)


async def knocks_are_answered(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(initial_state=[{"type": "m.room.join_rules", "state_key": "",
                                                  "content": {"join_rule": "knock"}}])
    await is_refused(carol.joins(room), 403, "M_FORBIDDEN")
    await carol.knocks(room, "please")
    knocked = await bob.sees_member(room, carol.id, "knock")
    assert knocked["content"]["reason"] == "please", knocked
    await bob.invites_to(room, carol.id)
    assert await carol.is_invited(bob.id) == room
    await carol.joins(room)


async def a_limited_sync_has_a_place_to_go_on_from(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    query = {"filter": '{"room": {"timeline": {"limit": 4}}}', "timeout": 0}
    since = (await carol.asks("GET", f"{V3}/sync", query=query))["next_batch"]
    for number in range(9):
        await bob.says(room, f"line {number}")
    answer = await carol.asks("GET", f"{V3}/sync", query={**query, "since": since})
    timeline = answer["rooms"]["join"][room]["timeline"]
    assert timeline["limited"] and [each["content"]["body"] for each in timeline["events"]] == [
        f"line {number}" for number in range(5, 9)], timeline
    page = await carol.asks("GET", f"{V3}/rooms/{path(room)}/messages",
                            query={"dir": "b", "from": timeline["prev_batch"], "to": since, "limit": 100})
    assert [each["content"]["body"] for each in page["chunk"]] == [f"line {number}" for number in range(4, -1, -1)]
    await is_refused(carol.asks("GET", f"{V3}/sync", query={"since": "garbage"}), 400, "M_UNKNOWN")


async def lazy_members_come_when_they_speak(world):
    bob, carol, dave = [await world.user(name) for name in ("bob", "carol", "dave")]
    room = await bob.creates_room(preset="public_chat", name="Tea")
    await carol.joins(room)
    await dave.joins(room)
    await bob.says(room, "first")
    lazy = '{"room": {"timeline": {"limit": 1}, "state": {"lazy_load_members": true}}}'
    answer = await carol.asks("GET", f"{V3}/sync", query={"filter": lazy, "timeout": 0})
    found = answer["rooms"]["join"][room]

    def members(found):
        return {each["state_key"] for each in found["state"]["events"] if each["type"] == "m.room.member"}

    assert members(found) == {bob.id, carol.id}, members(found)
    assert found["summary"]["m.joined_member_count"] == 3, found["summary"]
    await dave.says(room, "second")
    answer = await carol.asks("GET", f"{V3}/sync", query={"filter": lazy, "timeout": 0, "since": answer["next_batch"]})
    assert members(answer["rooms"]["join"][room]) == {dave.id}
    await dave.says(room, "third")
    answer = await carol.asks("GET", f"{V3}/sync", query={"filter": lazy, "timeout": 0, "since": answer["next_batch"]})
    assert members(answer["rooms"]["join"][room]) == set(), "a member was sent twice"


async def a_poll_ends_when_there_is_something(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    query = {"timeout": 0, "set_presence": "offline",
             "filter": '{"presence": {"types": []}, "room": {"ephemeral": {"types": []}}}'}
    since = (await carol.asks("GET", f"{V3}/sync", query=query))["next_batch"]
    poll = asyncio.ensure_future(carol.asks("GET", f"{V3}/sync", query={**query, "timeout": 30000, "since": since}))
    done, _ = await asyncio.wait([poll], timeout=0.3)
    assert not done, "there was nothing"
    await bob.says(room, "now")
    answer = await asyncio.wait_for(poll, 5)
    assert [each["content"]["body"] for each in answer["rooms"]["join"][room]["timeline"]["events"]] == ["now"]


async def history_is_read_both_ways(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    ids = [await bob.says(room, f"line {number}") for number in range(12)]
    found = await bob.asks("GET", f"{V3}/rooms/{path(room)}/context/{path(ids[6])}", query={"limit": 4})
    assert found["event"]["event_id"] == ids[6]
    assert [each["event_id"] for each in found["events_before"]] == [ids[5], ids[4]], found["events_before"]
    assert [each["event_id"] for each in found["events_after"]] == [ids[7], ids[8]], found["events_after"]
    page = await bob.page(room, found["start"], 3)
    assert [each["event_id"] for each in page["chunk"]] == ids[3:0:-1]
    page = await bob.page(room, page["end"], 1)
    assert [each["event_id"] for each in page["chunk"]] == ids[:1]
    page = await bob.page(room, found["end"], 2, "f")
    assert [each["event_id"] for each in page["chunk"]] == ids[9:11]
    page = await bob.page(room, page["end"], 100, "f")
    assert [each["event_id"] for each in page["chunk"]] == ids[11:]
    everything = await bob.page(room, None, 1000)
    assert "end" not in everything or not (await bob.page(room, everything["end"]))["chunk"]
    at = next(each for each in await bob.timeline(room) if each["event_id"] == ids[4])["origin_server_ts"]
    near = await bob.asks("GET", f"{V1}/rooms/{path(room)}/timestamp_to_event", query={"ts": at, "dir": "f"})
    assert near["origin_server_ts"] >= at


async def relations_are_found_and_bundled(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    said = await bob.says(room, "no")
    edit = await bob.edits(room, said, "yes")
    reaction = await carol.reacts(room, said, "👍")
    await is_refused(carol.reacts(room, said, "👍"), 400, "M_DUPLICATE_ANNOTATION")
    await is_refused(carol.reacts(room, "$unknown", "👍"), 400, "M_UNKNOWN")
    await carol.says_in_thread(room, said, "why?")
    found = await bob.asks("GET", f"{V1}/rooms/{path(room)}/relations/{path(said)}")
    kinds = [each["content"]["m.relates_to"]["rel_type"] for each in found["chunk"]]
    assert kinds == ["m.thread", "m.annotation", "m.replace"], kinds
    event = await bob.asks("GET", f"{V3}/rooms/{path(room)}/event/{path(said)}")
    assert event["content"]["body"] == "no", "the original stays"
    assert event["unsigned"]["m.relations"]["m.replace"]["event_id"] == edit, event
    assert event["unsigned"]["m.relations"]["m.thread"]["count"] == 1, event
    await carol.redacts(room, reaction)
    await carol.reacts(room, said, "👍")    # possible again
    await bob.redacts(room, said, "oops")
    event = await bob.asks("GET", f"{V3}/rooms/{path(room)}/event/{path(said)}")
    assert event["content"] == {} and event["unsigned"]["redacted_because"]["content"]["reason"] == "oops", event


async def files_need_a_token(world):
    bob = await world.user("bob")
    mxc = await bob.uploads(RED, "image/png", "röt.png")
    answer = await bob.downloads(mxc)
    assert answer.status == 200 and answer.content == RED and answer.headers["content-type"] == "image/png", answer
    assert "r%C3%B6t.png" in answer.headers["content-disposition"], answer.headers
    assert (await exchange("GET", f"{world.url}/_matrix/media/v3/download/{mxc[6:]}")).status == 404
    bob.token = None
    assert (await bob.downloads(mxc)).status == 401


async def somebody_types_and_reads(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    event = await bob.says(room, "read me")
    await carol.types(room)
    await bob.waits_for("carol types", lambda: any(
        of == room and each["type"] == "m.typing" and each["content"]["user_ids"] == [carol.id]
        for of, each in bob.ephemeral))
    await carol.types(room, False)
    await bob.waits_for("carol types no longer", lambda: any(
        of == room and each["type"] == "m.typing" and each["content"]["user_ids"] == [] for of, each in bob.ephemeral))
    await carol.reads(room, event)
    await bob.waits_for("carol has read it", lambda: any(
        of == room and each["type"] == "m.receipt" and carol.id in each["content"].get(event, {}).get("m.read", {})
        for of, each in bob.ephemeral))


async def account_data_comes_with_the_sync(world):
    bob = await world.user("bob")
    where = f"{V3}/user/{path(bob.id)}/account_data/m.direct"
    await is_refused(bob.asks("GET", where), 404, "M_NOT_FOUND")
    await bob.sets_account_data("m.direct", {"@carol:hs.test": ["!room"]})
    await bob.waits_for("m.direct", lambda: bob.data.get((None, "m.direct")) == {"@carol:hs.test": ["!room"]})
    assert await bob.asks("GET", where) == {"@carol:hs.test": ["!room"]}


async def profiles_are_member_events(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    await carol.calls_oneself("Carol of Tea")
    event = await bob.sees("the new name", lambda event: event["type"] == "m.room.member"
                           and event["content"].get("displayname") == "Carol of Tea", room)
    assert event["unsigned"]["prev_content"]["membership"] == "join", event
    found = await bob.asks("GET", f"{V3}/profile/{path(carol.id)}")
    assert found["displayname"] == "Carol of Tea", found


async def rooms_and_people_are_found(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    name = f"tea-{bob.id[1:].partition(':')[0]}"
    room = await bob.creates_room(alias=name, name=f"Room {name}", visibility="public", topic="Leaves")
    alias = f"#{name}:hs.test"
    assert (await carol.asks("GET", f"{V3}/directory/room/{quote(alias, safe='')}"))["room_id"] == room
    found = (await carol.asks("POST", f"{V3}/publicRooms", {"filter": {"generic_search_term": name}}))["chunk"]
    assert [(each["room_id"], each["topic"], each["num_joined_members"]) for each in found] == [
        (room, "Leaves", 1)], found
    assert await carol.joins(alias) == room
    people = await carol.asks("POST", f"{V3}/user_directory/search", {"search_term": bob.id[1:].partition(":")[0]})
    assert bob.id in [each["user_id"] for each in people["results"]], people


async def an_upgrade_leaves_a_tombstone(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    name = f"old-{bob.id[1:].partition(':')[0]}"
    room = await bob.creates_room(alias=name, preset="public_chat", room_version="11", name="Old")
    await carol.joins(room)
    new = await bob.upgrades(room, "12")
    event = await carol.sees("the tombstone", lambda event: event["type"] == "m.room.tombstone", room)
    assert event["content"]["replacement_room"] == new, event
    assert (await carol.asks("GET", f"{V3}/directory/room/{quote(f'#{name}:hs.test', safe='')}"))["room_id"] == new
    assert carol.id not in await bob.members(new)
    await carol.joins(new)
    assert (await carol.state(new, "m.room.name"))["name"] == "Old"
    create = await carol.state(new, "m.room.create")
    assert create["predecessor"]["room_id"] == room, create


async def who_left_reads_what_was_before(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    await bob.says(room, "before")
    await carol.leaves(room)
    await bob.says(room, "after")
    assert [each["content"]["body"] for each in await carol.timeline(room)] == ["before"]
    await is_refused(carol.says(room, "outside"), 403, "M_FORBIDDEN")


async def presence_is_told(world):
    bob, carol = await world.user("bob"), await world.user("carol")
    room = await bob.creates_room(invite=[carol.id])
    await carol.joins(room)
    await carol.asks("PUT", f"{V3}/presence/{path(carol.id)}/status", {"presence": "online", "status_msg": "Tea"})
    await bob.waits_for("carol's presence", lambda: bob.presences.get(carol.id, {}).get("status_msg") == "Tea")


ACTS = [says_what_it_is, wrong_passwords_are_forbidden, a_device_keeps_its_name_and_logs_out,
        refresh_tokens_may_be_repeated_until_the_new_one_is_used, messages_are_sent_once, what_is_no_event_is_refused,
        ill_typed_relations_are_taken, strangers_are_forbidden, power_is_needed, creators_of_version_12_are_above_all,
        invitations_are_shown_and_declined, knocks_are_answered, a_limited_sync_has_a_place_to_go_on_from,
        lazy_members_come_when_they_speak, a_poll_ends_when_there_is_something, history_is_read_both_ways,
        relations_are_found_and_bundled, files_need_a_token, somebody_types_and_reads, account_data_comes_with_the_sync,
        profiles_are_member_events, rooms_and_people_are_found, an_upgrade_leaves_a_tombstone,
        who_left_reads_what_was_before, presence_is_told]
