"""Scenario 1: registering, with what there is already; a wrong password; leaving."""

import asyncio

from acts.commands import form, note, refusal, run, session_of, status
from matrix_stage import DOMAIN, MATRIX_PASSWORD, REGISTER, at_gateway, only_scripted
from matrix_user import V3
from stanzas import CLIENT, describe, error_of, error_text

QUERY = f"<query xmlns='{REGISTER}'/>"
REGISTERED = f".//{{{REGISTER}}}registered"


def fields(user, password):
    return f"<query xmlns='{REGISTER}'><username>{user}</username><password>{password}</password></query>"


async def devices(own):
    """What the homeserver knows of the account's devices, by name."""
    return {each["device_id"]: each.get("display_name") for each in (await own.asks("GET", f"{V3}/devices"))["devices"]}


async def what_there_is_comes_with_the_registration(stage):
    """Direct chats are contacts that ask, soon; rooms can be entered by their alias."""
    bob, own = await stage.matrix("bob"), await stage.matrix("alice")
    direct = await bob.creates_room(direct=True, invite=[own.id])
    await own.joins(direct)
    await own.sets_account_data("m.direct", {bob.id: [direct]})
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    await own.joins(room)
    alice = await stage.xmpp("alice")
    form_before = await alice.asks(DOMAIN, QUERY)
    assert form_before.find(f".//{{{REGISTER}}}username") is not None, describe(form_before)
    since, clock = alice.now(), asyncio.get_running_loop().time
    asked = clock()
    await stage.registers(alice, own.id)
    began = clock()
    await alice.gets("bob as a contact", lambda stanza: stanza.get("from", "").partition("/")[0] == at_gateway(bob.id)
                     and stanza.get("type") == "subscribe", since)
    took, registering = clock() - began, began - asked    # on a busy machine everything takes longer
    assert took < max(3, 5 * registering), f"the contact came {took:.1f} s after a registration of {registering:.1f} s"
    assert (await alice.asks(DOMAIN, QUERY)).find(REGISTERED) is not None
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    await bob.says(room, "Milk first?")
    await alice.sees("line", where=address, text="Milk first?")


async def by_steps_of_a_command(stage):
    own, alice = await stage.matrix("alice"), await stage.xmpp("alice")
    answer = await run(alice, "register", action="execute")
    assert status(answer) == "executing", describe(answer)
    kinds = {field.get("var"): field.get("type") for field in answer.iter("{jabber:x:data}field")}
    assert kinds.get("password") == "text-private" and "username" in kinds, kinds
    session = session_of(answer)
    answer = await run(alice, "register", session, "complete", form(username=own.id, password=MATRIX_PASSWORD))
    assert status(answer) == "completed", refusal(answer) if answer.get("type") == "error" else note(answer)
    assert (await alice.asks(DOMAIN, QUERY)).find(REGISTERED) is not None


async def a_wrong_password_is_said_and_nothing_is_kept(stage):
    own, alice = await stage.matrix("alice"), await stage.xmpp("alice")
    answer = await alice.asks(DOMAIN, fields(own.id, "not this one"), kind="set")
    assert answer.get("type") == "error" and error_of(answer).startswith("not-acceptable"), describe(answer)
    assert "password" in error_text(answer).lower(), error_text(answer)
    assert (await alice.asks(DOMAIN, QUERY)).find(REGISTERED) is None
    kept = [each for each in stage.documents_of("alice") if each[0] in ("account", "registration")]
    assert not kept, kept
    answer = await alice.asks(DOMAIN, fields("@somebody:nowhere.invalid", "x"), kind="set")
    assert answer.get("type") == "error" and error_text(answer), describe(answer)
    await stage.registers(alice, own.id)    # and the right one is taken afterwards


async def who_leaves_is_logged_out(stage):
    own, alice = await stage.matrix("alice"), await stage.xmpp("alice")
    before = set(await devices(own))
    await stage.registers(alice, own.id)
    assert len(await devices(own)) == len(before) + 1, "the gateway is no device"
    answer = await alice.asks(DOMAIN, f"<query xmlns='{REGISTER}'><remove/></query>", kind="set")
    assert answer.get("type") == "result", describe(answer)
    await eventually(own, devices, lambda found: set(found) == before)
    assert (await alice.asks(DOMAIN, QUERY)).find(REGISTERED) is None
    await stage.gateway_stops()    # all is written
    assert stage.documents_of("alice") == [], stage.documents_of("alice")
    await stage.gateway_starts()


async def eventually(person, ask, fits, patience=10):
    """Asks a homeserver again until it has seen what somebody else told it; it tells nobody by itself."""
    deadline = asyncio.get_running_loop().time() + patience
    while not fits(found := await ask(person)):
        assert asyncio.get_running_loop().time() < deadline, f"after {patience} s the homeserver still says {found}"
        await asyncio.sleep(0.05)
    return found


async def a_device_stays_the_same(stage):
    """A restart logs in nobody again."""
    alice, own = await stage.registered()
    before = await devices(own)
    await stage.gateway_restarts()
    await alice.asks_until_answered(DOMAIN)
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}")
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    await bob.says(room, "Are you there?")
    await alice.sees("line", where=address, text="Are you there?")
    assert await devices(own) == before


@only_scripted("Synapse ends no token of its own before its time")
async def a_soft_logout_is_not_noticed(stage):
    """401 with soft_logout: the refresh token brings another one."""
    stage.world.homeserver.accounts.lifetime = 3600
    alice, address, room, (bob,) = await stage.in_a_room()
    own = stage.own("alice")
    account = stage.world.homeserver.account(own.id)
    gateways, = [device for name, device in account.devices.items() if name != own.device]
    stage.world.homeserver.accounts.forget(account, gateways, soft=True)
    alice.say(address, "Still here.")
    await bob.sees_text("Still here.", room)
    await bob.says(room, "So am I.")
    await alice.sees("line", where=address, text="So am I.")
    assert stage.world.homeserver.requests("POST", "/refresh"), "nothing was refreshed"


@only_scripted("Synapse forgets nobody")
async def whose_token_is_revoked_is_told_once(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    since = alice.now()
    own = stage.own("alice")
    await own.goes()
    stage.world.homeserver.accounts.forget(stage.world.homeserver.account(own.id))
    await bob.says(room, "the poll that is open ends as if nothing were")
    said = await alice.gets("a word from the gateway", lambda stanza: stanza.tag == f"{CLIENT}message"
                            and stanza.get("from", "").partition("/")[0] == DOMAIN
                            and stanza.find(f"{CLIENT}body") is not None, since)
    text = said.findtext(f"{CLIENT}body").lower()
    assert "log" in text or "token" in text, text
    # Nobody hammers on a door that is locked.
    asked = len(stage.world.homeserver.asked)
    await asyncio.sleep(2)
    assert len(stage.world.homeserver.asked) - asked < 4, stage.world.homeserver.asked[asked:]


ACTS = [what_there_is_comes_with_the_registration, by_steps_of_a_command,
        a_wrong_password_is_said_and_nothing_is_kept, who_leaves_is_logged_out, a_device_stays_the_same,
        a_soft_logout_is_not_noticed, whose_token_is_revoked_is_told_once]
