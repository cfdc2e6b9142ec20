"""The other ways to log in, as steps of the command `login`: a pasted token, single sign-on, a code for the browser."""

import asyncio
import re

from acts.commands import form, note, run, session_of, status
from homeserver import OAuth
from matrix_http import exchange
from matrix_stage import DOMAIN, REGISTER, only_scripted
from matrix_user import MatrixUser
from stanzas import describe

REGISTERED = f".//{{{REGISTER}}}registered"


async def begins(stage, way):
    """alice's own client and her XMPP, and the first step is behind her: the session and the answer."""
    own, alice = await stage.matrix("alice"), await stage.xmpp("alice")
    answer = await run(alice, "login", action="execute")
    assert status(answer) == "executing", describe(answer)
    ways = {each.text for each in answer.iter("{jabber:x:data}value")}
    assert {"password", "token", "sso", "code"} <= ways, ways
    session = session_of(answer)
    return own, alice, session, await run(alice, "login", session, "next", form(way=way))


def shown(answer):
    return " ".join(text.strip() for text in answer.itertext() if text.strip())


async def is_logged_in(stage, alice):
    answer = await alice.asks(DOMAIN, f"<query xmlns='{REGISTER}'/>")
    assert answer.find(REGISTERED) is not None, "alice is not registered"
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    await bob.says(room, "Hello.")
    await alice.sees("line", where=address, text="Hello.")
    alice.say(address, "Hello yourself.")
    await bob.sees_text("Hello yourself.", room, stage.matrix_id("alice"))


async def with_a_token(stage):
    own, alice, session, answer = await begins(stage, "token")
    assert status(answer) == "executing", describe(answer)
    answer = await run(alice, "login", session, "complete", form(token="not a token"))
    assert status(answer) == "executing" and note(answer)[0] == "error", describe(answer)
    other = MatrixUser(own.url, own.id)
    await other.log_in(stage.world.password, sync=False)
    alice.secrets.add(other.token)
    answer = await run(alice, "login", session, "complete", form(token=other.token))
    assert status(answer) == "completed", describe(answer)
    await is_logged_in(stage, alice)


@only_scripted("Synapse needs a server of identities for it")
async def with_single_sign_on(stage):
    own, alice, session, answer = await begins(stage, "sso")
    link = re.search(r"https?://\S+/login/sso/redirect\S*", shown(answer))
    assert link, shown(answer)
    stage.world.homeserver.single_sign_on = stage.world.homeserver.account(own.id)
    browser = await exchange("GET", link[0])
    assert browser.status == 302, browser
    answer = await run(alice, "login", session, "complete",
                       form(token=browser.headers["location"].replace("&", "&amp;")))
    assert status(answer) == "completed", describe(answer)
    await is_logged_in(stage, alice)


@only_scripted("Synapse needs a server of identities for it")
async def with_single_sign_on_that_comes_back(stage):
    """[http]: the browser ends at the gateway, which asks first for whom it is; nothing is pasted. Whoever has the address later gets nothing."""
    await stage.restart_gateway_with_media()
    own, alice, session, answer = await begins(stage, "sso")
    link = re.search(r"https?://\S+/login/sso/redirect\S*", shown(answer))
    assert link, shown(answer)
    answer = await run(alice, "login", session, "complete", form(token=""))
    assert status(answer) == "executing" and note(answer)[0] == "error", describe(answer)
    stage.world.homeserver.single_sign_on = stage.world.homeserver.account(own.id)
    browser = await exchange("GET", link[0])
    back = browser.headers["location"]
    assert back.startswith(f"http://127.0.0.1:{stage.media_port}/"), back
    alice.secrets.add(back.rpartition("=")[2])
    page = await exchange("GET", back)
    assert page.status == 200 and stage.account("alice").encode() in page.content, page
    go_on = re.search(rb'href="(\?go=[0-9a-f]+)"', page.content)
    assert go_on, page
    path = back.partition("?")[0]
    page = await exchange("GET", path + go_on[1].decode())
    assert page.status == 200 and b"XMPP client" in page.content, page
    answer = await run(alice, "login", session, "complete", form(token=""))
    assert status(answer) == "completed" and own.id in shown(answer), describe(answer)
    assert (await exchange("GET", back)).status == 404
    await is_logged_in(stage, alice)


@only_scripted("Synapse needs an authentication service for it")
async def with_a_code(stage):
    """RFC 8628; then the token is refreshed when its time is over."""
    homeserver = stage.world.homeserver
    oauth = homeserver.oauth = OAuth(homeserver.clock)
    own, alice, session, answer = await begins(stage, "code")
    code, = oauth.user_codes
    assert code in shown(answer), shown(answer)
    end = asyncio.ensure_future(run(alice, "login", session, "next"))
    await homeserver.receives("POST", "/oauth2/token")
    assert not end.done(), "nobody has allowed it yet"
    oauth.approve(code, homeserver.account(own.id))
    answer = await end
    assert status(answer) == "completed", describe(answer)
    await is_logged_in(stage, alice)
    homeserver.accounts.lifetime = 3600
    account = homeserver.account(own.id)
    gateways, = [device for name, device in account.devices.items() if name != own.device]
    homeserver.accounts.forget(account, gateways, soft=True)
    await (await stage.matrix("carol")).creates_room(invite=[own.id])    # a sync ends, and the next one is refused
    await homeserver.receives("POST", "/oauth2/token", times=3)


@only_scripted("Synapse needs an authentication service for it")
async def a_code_that_is_denied_says_so(stage):
    homeserver = stage.world.homeserver
    oauth = homeserver.oauth = OAuth(homeserver.clock)
    _, alice, session, answer = await begins(stage, "code")
    code, = oauth.user_codes
    oauth.deny(code)
    answer = await run(alice, "login", session, "next")
    assert status(answer) == "completed" and note(answer)[0] == "error", describe(answer)
    assert (await alice.asks(DOMAIN, f"<query xmlns='{REGISTER}'/>")).find(REGISTERED) is None


ACTS = [with_a_token, with_single_sign_on, with_single_sign_on_that_comes_back, with_a_code, a_code_that_is_denied_says_so]
