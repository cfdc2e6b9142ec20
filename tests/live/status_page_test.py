#!/usr/bin/python3
"""What an operator looks at: health and metrics as programs read them, and the status page in a browser. Pictures of its
views are kept in build/status-page/."""

import asyncio
import http.client
import json
import os
import re
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import CHANNEL, GATEWAY_DOMAIN, PROJECT, XMPP_DOMAIN, play, run_suite    # first: it knows the way

import exposition
from browser import chromium
from server import free_ports

PICTURES = Path(os.environ.get("DRAGOMAN_BUILD", PROJECT / "build")) / "status-page"
ADMIN = f"alice@{XMPP_DOMAIN}"
LINK = re.compile(r"http://127\.0\.0\.1:\d+/login#[0-9a-f]{64}")


class Page:
    """The gateway's listener, for programs."""

    def __init__(self, stage):
        self.port, = free_ports(1)
        stage.start_gateway(policy=f'admins = ["{ADMIN}"]', extra=f'[admin]\nlisten = "127.0.0.1:{self.port}"\n')

    def ask(self, method, path, body=None, **fields):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in fields.items()})
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def metrics(self):
        status, text, _ = self.ask("GET", "/metrics")
        assert status == 200, text
        return exposition.read(text)

    async def is_ready(self, ready, patience=20):
        """Waits until /health/ready says so, and gives what it says."""
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            status, text, _ = self.ask("GET", "/health/ready")
            if status == (200 if ready else 503):
                return json.loads(text)
            assert asyncio.get_running_loop().time() < deadline, f"{status} after {patience} s: {text}"
            await asyncio.sleep(0.05)


async def link_for(person):
    """What the command gives somebody in a chat."""
    since = person.now()
    person.send_xml(f"<message to='{GATEWAY_DOMAIN}' type='chat'><body>web</body></message>")
    answer = await person.gets("the link", lambda stanza: "login#" in text_of(stanza), since=since)
    return LINK.search(text_of(answer))[0]


def text_of(stanza):
    return ElementTree.tostring(stanza, encoding="unicode")


async def health_follows_the_xmpp_server(stage):
    page = Page(stage)
    assert page.ask("GET", "/health/live")[0] == 200
    assert (await page.is_ready(True))["components"] == [{"network": GATEWAY_DOMAIN, "ready": True}]
    stage.xmpp_server.stop()
    away = await page.is_ready(False)
    assert away["components"][0]["network"] == GATEWAY_DOMAIN and away["components"][0]["reason"], away
    assert away["store"] == {"ready": True}, away
    assert page.ask("GET", "/health/live")[0] == 200
    assert exposition.value(page.metrics(), "dragoman_component_up", network=GATEWAY_DOMAIN) == 0
    stage.xmpp_server.start()
    await page.is_ready(True, patience=70)    # it asks at most a minute apart
    assert exposition.value(page.metrics(), "dragoman_component_reconnects_total", network=GATEWAY_DOMAIN) >= 1


async def metrics_count_what_happened(stage):
    page = Page(stage)
    carol = await stage.irc("carol")
    bob = await stage.xmpp_in_room("bob", carol)
    before = page.metrics()
    for number in range(3):
        bob.say(f"{CHANNEL}@{GATEWAY_DOMAIN}", f"secret words {number}")
        await carol.sees("line", where=CHANNEL, who="bob", text=f"secret words {number}")
    carol.say(CHANNEL, "an answer")
    await bob.sees("line", text="an answer")
    await stage.in_state(1, 4)
    after, text = page.metrics(), page.ask("GET", "/metrics")[1]

    def grew(name, **labels):
        return exposition.value(after, name, **labels) - exposition.value(before, name, **labels)

    assert grew("dragoman_messages_total", **{"from": "xmpp", "to": GATEWAY_DOMAIN, "result": "delivered"}) == 3
    assert grew("dragoman_messages_total", **{"from": GATEWAY_DOMAIN, "to": "xmpp", "result": "delivered"}) == 1
    assert grew("dragoman_message_latency_seconds_count", **{"from": "xmpp", "to": GATEWAY_DOMAIN}) == 3
    assert grew("dragoman_messages_accepted_total") == 4
    assert grew("dragoman_db_seconds_count", op="commit") >= 4
    states = [exposition.value(after, "dragoman_messages", state=state)
              for state in ("queued", "delivered", "returning", "returned", "held")]
    assert sum(states) == exposition.value(after, "dragoman_messages_accepted_total")
    assert exposition.value(after, "dragoman_sessions", backend="irc", network=GATEWAY_DOMAIN, state="ready") == 1
    assert exposition.value(after, "dragoman_rooms", backend="irc", network=GATEWAY_DOMAIN) == 1
    assert exposition.value(after, "process_resident_memory_bytes") > 1e6
    assert all(exposition.value(after, "dragoman_db_seconds_count", op=op) > 0 for op in ("commit", "read"))
    assert exposition.value(after, "dragoman_config_last_reload_successful") == 1
    assert 0 <= time.time() - exposition.value(after, "dragoman_config_last_reload_success_timestamp_seconds") < 3600
    assert exposition.value(after, "dragoman_rate_limited_total", network=GATEWAY_DOMAIN, scope="rooms_per_minute") == 0
    for private in ("bob", "secret", CHANNEL, XMPP_DOMAIN + "/"):
        assert private not in text, f"{private} stands in the metrics"


async def a_link_lets_in_once(stage):
    page = Page(stage)
    alice = await stage.xmpp("alice")
    token = (await link_for(alice)).rpartition("#")[2]
    assert page.ask("GET", "/events")[0] == 401
    status, _, fields = page.ask("POST", "/login/token", token)
    assert status == 204, status
    cookie = fields["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie
    assert page.ask("POST", "/login/token", token)[0] == 403
    assert page.ask("HEAD", "/events", Cookie=cookie.partition(";")[0])[0] == 200
    assert page.ask("HEAD", "/events", Cookie=cookie.partition(";")[0], Host="evil.example")[0] == 421
    log = stage.gateway.log.read_text()
    assert token not in log and cookie.partition("=")[2].partition(";")[0] not in log, "a secret is in the log"
    bob = await stage.xmpp("bob")
    bob.send_xml(f"<message to='{GATEWAY_DOMAIN}' type='chat'><body>web</body></message>")
    answer = await bob.gets("a refusal", lambda stanza: "dministrators" in text_of(stanza))
    assert "login#" not in text_of(answer)


async def the_page_shows_it_all(stage):
    page = Page(stage)
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    bob = await stage.xmpp_in_room("bob", carol)
    link = await link_for(alice)
    with chromium(stage.stack.folder_for("chromium")) as browser:
        await in_thread(look_at_everything, browser, link)
        for number in range(6):
            bob.say(f"{CHANNEL}@{GATEWAY_DOMAIN}", f"line {number}")
            await carol.sees("line", where=CHANNEL, who="bob", text=f"line {number}")
        await in_thread(see_messages, browser)
        stage.irc_server.stop()
        await in_thread(see_the_leg_break, browser)
        bob.say(f"{CHANNEL}@{GATEWAY_DOMAIN}", "into the dark")
        await in_thread(see_what_waits, browser)
        stage.irc_server.start()
        await in_thread(see_it_well_again, browser)
        stage.xmpp_server.stop()
        await in_thread(see_the_other_leg_break, browser)
        stage.xmpp_server.start()
        await page.is_ready(True, patience=70)
        await in_thread(log_out, browser, link)


async def in_thread(look, *arguments):
    """The people go on talking while somebody looks at the page."""
    await asyncio.get_running_loop().run_in_executor(None, look, *arguments)


LEG = "document.querySelector('[data-leg=\"%s\"]').dataset.state"
UPSTREAM, XMPP = LEG % GATEWAY_DOMAIN, LEG % "xmpp"


def look_at_everything(browser, link):
    browser.opens(link)
    browser.shows("document.getElementById('live').dataset.state === 'live'")
    assert browser.asks("location.hash === '' && location.pathname === '/'"), "the link stays in the address bar"
    assert browser.shows(f"{UPSTREAM} === 'up' && {XMPP} === 'up'")
    assert browser.asks("document.cookie") == "", "scripts can read the cookie"
    for view, text in [("sessions", f"bob@{XMPP_DOMAIN}"), ("rooms", CHANNEL), ("errors", "Errors"), ("flow", "Private")]:
        browser.asks(f"location.hash = '{view}'")
        browser.has_text(text)
        picture(browser, view)
    assert browser.asks("performance.getEntriesByType('resource').every(each => each.name.startsWith(location.origin))")
    browser.opens(link)    # what was used is not needed again: the cookie is
    browser.has_text("does not work any more")
    assert [line for line in browser.complaints() if "403" in line], "the used link was not refused"
    browser.opens(link.partition("/login")[0] + "/")
    browser.shows("document.getElementById('live').dataset.state === 'live'")
    quiet(browser)


def see_messages(browser):
    browser.shows("/[1-9][.0-9]*\\/min/.test(document.querySelector('.flow').textContent)")
    browser.shows("document.querySelector('.dot')")
    picture(browser, "flow-busy")
    quiet(browser)


def see_the_leg_break(browser):
    browser.shows(f"{UPSTREAM} === 'down'")
    path = "document.querySelector('[data-leg=\"%s\"] path')" % GATEWAY_DOMAIN
    assert browser.asks(f"getComputedStyle({path}).strokeDasharray") not in ("none", ""), "it is not dashed"
    red, green, blue = map(int, re.findall(r"\d+", browser.asks(f"getComputedStyle({path}).stroke"))[:3])
    assert red > 150 > max(green, blue), "it is not red"
    reason = browser.asks("document.querySelector('.alarm').textContent")
    # The server's own last words, or, from the first attempt on, that it cannot be reached.
    assert "Server going down" in reason or "connect" in reason, reason


def see_what_waits(browser):
    browser.has_text("1 waiting")
    picture(browser, "flow-down")
    browser.asks("location.hash = 'sessions'")
    browser.has_text("lost")
    picture(browser, "sessions-down")
    browser.asks("location.hash = 'flow'")
    quiet(browser)


def see_it_well_again(browser):
    browser.shows(f"{UPSTREAM} === 'up'", patience=20)
    browser.shows("!document.querySelector('.alarm')")
    browser.has_text("nothing waits", patience=20)
    quiet(browser)


def see_the_other_leg_break(browser):
    browser.shows(f"{XMPP} === 'down'")
    browser.asks("location.hash = 'errors'")
    browser.has_text("not connected to the XMPP server")
    picture(browser, "errors-down")
    quiet(browser)


def log_out(browser, link):
    browser.asks("location.hash = 'flow'")
    browser.shows(f"{XMPP} === 'up'")
    browser.asks("document.getElementById('logout').click()")
    browser.has_text("Log in with a link")
    picture(browser, "login")
    assert all("401" in line for line in browser.complaints())


def picture(browser, name):
    for kind, width, height, dark in [("", 1100, 760, False), ("-dark", 1100, 760, True), ("-narrow", 400, 800, False)]:
        browser.becomes(width, height, dark)
        drawn = "document.querySelector('.flow svg')"
        browser.shows(f"!{drawn} || {drawn}.viewBox.baseVal.width === {1000 if width > 640 else 380}")
        assert browser.asks("document.documentElement.scrollWidth <= innerWidth"), f"{name}{kind} scrolls sideways"
        browser.pictured(PICTURES / f"{name}{kind}.png")
    browser.becomes(1100, 760)


def quiet(browser):
    complaints = browser.complaints()
    assert not complaints, "the browser's console: " + " | ".join(complaints)


if __name__ == "__main__":
    run_suite("live/status_page", {act.__name__: play(act) for act in (
        health_follows_the_xmpp_server, metrics_count_what_happened, a_link_lets_in_once, the_page_shows_it_all)})
