"""What the scripted homeserver can be told to do, and Synapse cannot. Without a gateway."""

import asyncio
import json
from urllib.parse import urlencode

from homeserver import OAuth
from homeserver.web import Web, json_response
from matrix_acts.api import is_refused
from matrix_http import Broken, exchange
from matrix_user import V1, V3, path


async def it_answers_nonsense(world):
    fault = world.homeserver.faults.answers("GET", "/versions", 502, html=True, times=2)
    for status in (502, 502, 200):
        answer = await exchange("GET", f"{world.url}/_matrix/client/versions")
        assert answer.status == status, answer
        assert ("html" in answer.headers["content-type"]) == (status == 502)
    assert fault.hits == 2
    assert len(world.homeserver.requests("GET", "/versions")) == 3


async def it_breaks_off_before_and_behind(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    world.homeserver.faults.breaks_off("PUT", "/send/")
    world.homeserver.faults.loses_answers("PUT", "/send/")
    for _ in range(2):
        try:
            await bob.sends(room, "m.room.message", {"msgtype": "m.text", "body": "x"}, "same")
        except Broken:
            continue
        raise AssertionError("there was an answer")
    await bob.sends(room, "m.room.message", {"msgtype": "m.text", "body": "x"}, "same")
    assert len(await bob.timeline(room)) == 1


async def it_holds_a_sync_back(world):
    bob = await world.user("bob", log_in=False)
    await bob.log_in(world.password, sync=False)
    held = world.homeserver.faults.holds("GET", "/sync", user=bob.id)
    asked = asyncio.ensure_future(bob.sync_once(0))
    await held.has_hit()
    assert not asked.done()
    held.stop()
    await asyncio.wait_for(asked, 5)


async def it_writes_what_is_no_json_for_python(world):
    """Half a character, and a depth that kills parsers."""
    bob = await world.user("bob", log_in=False)
    await bob.log_in(world.password, sync=False)
    room = await bob.creates_room()
    await bob.says(room, "HALF")
    await bob.says(room, "DEEP")
    deep = '{"a":' * 2000 + "1" + "}" * 2000
    world.homeserver.faults.rewrites(
        "GET", "/sync", lambda text: text.replace('"HALF"', '"\\ud800"').replace('"DEEP"', deep))
    answer = await exchange("GET", f"{world.url}{V3}/sync", token=bob.token)
    assert b'"\\ud800"' in answer.content and deep.encode() in answer.content


async def tokens_end_softly_and_hard(world):
    bob = await world.user("bob", log_in=False)
    accounts = world.homeserver.accounts
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": bob.id},
             "password": world.password}
    accounts.lifetime = 0.0001
    found = await bob.asks("POST", f"{V3}/login", {**login, "refresh_token": True})
    bob.token = found["access_token"]
    answer = await exchange("GET", f"{world.url}{V3}/account/whoami", token=bob.token)
    assert answer.status == 401 and answer.json["soft_logout"] is True, answer
    accounts.lifetime = None
    bob.token = (await bob.asks("POST", f"{V3}/refresh", {"refresh_token": found["refresh_token"]}))["access_token"]
    await bob.asks("GET", f"{V3}/account/whoami")
    accounts.forget(world.homeserver.account(bob.id))
    answer = await exchange("GET", f"{world.url}{V3}/account/whoami", token=bob.token)
    assert answer.status == 401 and answer.json["soft_logout"] is False, answer


async def rates_are_limited(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    limiter = world.homeserver.limit("message", per_second=2, burst=2)
    for number in range(2):
        await bob.says(room, f"{number}")
    where = f"{V3}/rooms/{path(room)}/send/m.room.message/third"
    body = {"msgtype": "m.text", "body": "2"}
    await is_refused(bob.asks("PUT", where, body, repeat=False), 429, "M_LIMIT_EXCEEDED")
    await bob.asks("PUT", where, body)    # waits as long as it was told
    assert limiter.refusals >= 1 and len(await bob.timeline(room)) == 3


async def single_sign_on_gives_a_token_once(world):
    bob = await world.user("bob", log_in=False)
    world.homeserver.single_sign_on = world.homeserver.account(bob.id)
    target = urlencode({"redirectUrl": "http://here/?x=1"})
    answer = await exchange("GET", f"{world.url}{V3}/login/sso/redirect?{target}")
    assert answer.status == 302 and answer.headers["location"].startswith("http://here/?x=1&loginToken="), answer
    login = {"type": "m.login.token", "token": answer.headers["location"].rpartition("=")[2]}
    assert (await bob.asks("POST", f"{V3}/login", login))["user_id"] == bob.id
    await is_refused(bob.asks("POST", f"{V3}/login", login), 403, "M_FORBIDDEN")


async def a_device_is_granted(world):
    """RFC 8628"""
    bob = await world.user("bob", log_in=False)
    await is_refused(bob.asks("GET", f"{V1}/auth_metadata"), 404, "M_UNRECOGNIZED")
    oauth = world.homeserver.oauth = OAuth(world.homeserver.clock)
    oauth.interval = 0.05
    found = await bob.asks("GET", f"{V1}/auth_metadata")
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    client = await bob.asks("POST", found["registration_endpoint"].removeprefix(world.url), {
        "client_name": "Test", "client_uri": "https://example.org", "grant_types": [grant, "refresh_token"]})
    client = client["client_id"]

    async def post(name, **fields):
        answer = await exchange("POST", found[name], urlencode(fields).encode(),
                                headers={"Content-Type": "application/x-www-form-urlencoded"})
        return answer.json

    device = await post("device_authorization_endpoint", client_id=client,
                        scope="urn:matrix:client:api:* urn:matrix:client:device:MYDEVICE")
    poll = {"grant_type": grant, "device_code": device["device_code"], "client_id": client}
    assert (await post("token_endpoint", **poll))["error"] == "authorization_pending"
    assert (await post("token_endpoint", **poll))["error"] == "slow_down"
    oauth.approve(device["user_code"], world.homeserver.account(bob.id))
    oauth.user_codes[device["user_code"]].polled = 0
    tokens = await post("token_endpoint", **poll)
    bob.token = tokens["access_token"]
    assert (await bob.asks("GET", f"{V3}/account/whoami"))["device_id"] == "MYDEVICE"
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "client_id": client}
    again = await post("token_endpoint", **refresh)
    bob.token = again["access_token"]
    await bob.asks("GET", f"{V3}/account/whoami")
    old = await post("token_endpoint", **refresh)
    assert old["error"] == "invalid_grant", old
    await post("revocation_endpoint", token=again["access_token"], client_id=client)
    await is_refused(bob.asks("GET", f"{V3}/account/whoami"), 401, "M_UNKNOWN_TOKEN")


async def an_application_service_is_told(world):
    """Transactions: the same again until it was taken, what came meanwhile at once; a ping ends the wait."""
    taken, answers, pinged = [], [500], []

    async def listen(request):
        if request.method == "POST":
            pinged.append(json.loads(request.raw))
            return json_response({})
        if request.method == "GET":
            world.homeserver.aliases["#_xmpp_made:hs.test"] = room
            return json_response({})
        taken.append((request.path, request.bearer, json.loads(request.raw)))
        return json_response({}, answers.pop() if answers else 200)

    web = Web(listen)
    await web.open()
    try:
        service = world.homeserver.add_service({
            "id": "xmpp", "url": web.url, "as_token": "as", "hs_token": "hs", "sender_localpart": "_xmpp_bot",
            "rate_limited": False, "receive_ephemeral": True,
            "namespaces": {"users": [{"regex": "@_xmpp_.*:hs.test", "exclusive": True}],
                           "aliases": [{"regex": "#_xmpp_.*:hs.test", "exclusive": True}]}})
        service.first_pause = 60
        bob = await world.user("bob")
        room = await bob.creates_room(preset="public_chat")
        ghost = type(bob)(world.url, "@_xmpp_romeo:hs.test", "as")
        await ghost.asks("POST", f"{V3}/register", {"type": "m.login.application_service", "username": "_xmpp_romeo",
                                                    "inhibit_login": True})
        as_ghost = {"user_id": ghost.id}
        await ghost.asks("POST", f"{V3}/join/{path(room)}", query=as_ghost)
        await world.homeserver.receives("POST", "/join/")
        await bob.says(room, "one")
        await bob.says(room, "two")
        await is_refused(ghost.asks("POST", f"{V1}/appservice/wrong/ping"), 403, "M_FORBIDDEN")
        await ghost.asks("POST", f"{V1}/appservice/xmpp/ping", {"transaction_id": "p"})
        events = await service.has_told(3)
        assert pinged == [{"transaction_id": "p"}], pinged
        assert taken[0] == taken[1], "the one that failed is not sent again as it was"
        assert taken[0][0] == "/_matrix/app/v1/transactions/1" and taken[0][1] == "hs", taken[0]
        assert [event["content"].get("body") for event in events] == [None, "one", "two"], events
        assert all("transaction_id" not in event["unsigned"] for event in events), events
        await is_refused(ghost.asks("GET", f"{V3}/account/whoami", query={"user_id": bob.id}), 403, "M_FORBIDDEN")
        assert (await bob.asks("GET", f"{V3}/directory/room/{path('#_xmpp_made:hs.test')}"))["room_id"] == room
    finally:
        await web.give_up()


async def it_restarts_and_people_go_on(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    await world.homeserver.restarts()
    await bob.says(room, "here again")
    await bob.sees_text("here again", room)


async def crowds_join(world):
    bob = await world.user("bob")
    room = await bob.creates_room()
    world.homeserver.fill(room, 50000)
    assert len(await bob.members(room)) == 50001


ACTS = [it_answers_nonsense, it_breaks_off_before_and_behind, it_holds_a_sync_back,
        it_writes_what_is_no_json_for_python, tokens_end_softly_and_hard, rates_are_limited,
        single_sign_on_gives_a_token_once, a_device_is_granted, an_application_service_is_told,
        it_restarts_and_people_go_on, crowds_join]
