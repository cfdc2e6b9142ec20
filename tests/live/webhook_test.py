#!/usr/bin/python3
"""Webhooks on Prosody and ejabberd: a person makes one in a chat, programs send to it with curl as GitHub, Slack and Alertmanager do,
and what they say reaches clients that are there and, by the server's own queue, those that are not."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, Stage, play, run_suite

from server import free_ports


class HookStage(Stage):
    """The gateway's domain is one of webhooks."""

    def __init__(self, stack, binary, xmpp_server="prosody"):
        super().__init__(stack, binary, xmpp_server)
        self.opens()

    def opens(self, network="", others=""):
        """`network`: more keys of the webhooks; `others`: more networks."""
        [port] = free_ports(1)
        self.gateway = self.stack.dragoman(
            self.binary, self.xmpp_server, backend="webhook", log_level="debug", network=network,
            extra=f'{others}[http]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n')

    async def makes(self, person, name, *settings):
        """The address of a new hook, made in a chat with the service."""
        since = len(person.seen)
        person.tell(GATEWAY_DOMAIN, "register")
        await person.sees("notice", who=GATEWAY_DOMAIN, text="registered", since=since)
        person.tell(GATEWAY_DOMAIN, " ".join(["new", name, *settings]))
        seen = await person.sees("notice", who=GATEWAY_DOMAIN, text="/h/", since=since)
        return re.search(r"http://\S+", seen.text)[0]


async def curl(url, *arguments, body=None):
    """Status and text of the answer."""
    process = await asyncio.create_subprocess_exec(
        "curl", "-s", "-w", "\n%{http_code}", *arguments, *(["--data-binary", "@-"] if body is not None else []), url,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    output, _ = await asyncio.wait_for(process.communicate(body), 15)
    text, _, status = output.decode().rpartition("\n")
    return int(status), text


async def a_line_by_curl_reaches_its_owner(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    assert (await curl(url, "-d", "The build is green"))[0] == 200
    await alice.sees("private", who=f"ci@{GATEWAY_DOMAIN}", text="The build is green")
    status, text = await curl(f"{url}/slack", "-H", "Content-Type: application/json",
                              body=b'{"text": "*deployed*", "username": "deployer"}')
    assert (status, text) == (200, "ok")
    await alice.sees("private", who=f"ci@{GATEWAY_DOMAIN}", text="deployed")


async def who_is_away_reads_it_later(stage):
    """Prosody keeps it; this ejabberd has no mod_offline and gives it back, so that the gateway does."""
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "night")
    alice.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")    # it may know when she is back
    await alice.log_out()
    assert (await curl(url, "-d", "The disk is full"))[0] == 200
    again = await stage.xmpp("alice")
    await again.sees("private", who=f"night@{GATEWAY_DOMAIN}", text="The disk is full")


async def its_commands_are_heard_in_its_own_chat(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci", "github")
    who = f"ci@{GATEWAY_DOMAIN}"
    for said, heard in (("!test", "ci has said 1 message of the kind github"), ("!help", "rotate"),
                        ("!mute 2h", "says nothing until"), ("!mute 0", "speaks again"), ("!export", "[[hook]]"),
                        ("!rotate", "/h/"), ("!log", "Nothing has come")):
        since = len(alice.seen)
        alice.tell(who, said)
        await alice.sees("private", who=who, text=heard, since=since)
    assert (await curl(url, "-d", "still good for a day"))[0] in (200, 400)


async def who_has_hooks_is_asked_before_they_unregister(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    since = len(alice.seen)
    alice.tell(GATEWAY_DOMAIN, "unregister yes")
    await alice.sees("notice", who=GATEWAY_DOMAIN, text="Your webhook is deleted too: ci", since=since)
    assert (await curl(url, "-d", "still here"))[0] == 200
    alice.tell(GATEWAY_DOMAIN, "yes")
    await alice.sees("notice", who=GATEWAY_DOMAIN, text="not registered any more", since=since)
    assert (await curl(url, "-d", "gone"))[0] == 410


async def a_push_of_github_is_told_once(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "code", "github")
    push = {"ref": "refs/heads/main", "repository": {"full_name": "tea/pot", "html_url": "https://github.com/tea/pot"},
            "pusher": {"name": "bob"}, "sender": {"login": "bob"}, "compare": "https://github.com/tea/pot/compare/a...b",
            "commits": [{"id": "abcdef1234567890", "message": "Warm the pot first", "author": {"name": "bob"},
                         "url": "https://github.com/tea/pot/commit/abcdef1"}]}
    body = json.dumps(push).encode()
    headers = ["-H", "Content-Type: application/json", "-H", "X-GitHub-Event: push", "-H",
               "X-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958"]
    first = await curl(url, *headers, body=body)
    second = await curl(url, *headers, body=body)
    assert first[0] in (200, 202) and second[0] == first[0], (first, second)
    assert json.loads(second[1])["duplicate"] and json.loads(second[1])["id"] == json.loads(first[1])["id"]
    await alice.sees("private", who=f"code@{GATEWAY_DOMAIN}", text="Warm the pot first")
    told = [seen for seen in alice.seen if seen.kind == "private" and "Warm the pot first" in seen.text]
    assert len(told) == 1, told


async def two_people_are_in_its_room(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "board", "auto", "room", "1")
    bob = await stage.xmpp("bob")
    room = f"#board@{GATEWAY_DOMAIN}"
    for person in (alice, bob):
        person.join(room, person.name)
        await person.sees("joined", where=room, who=person.name)
    assert (await curl(f"{url}/slack", "-H", "Content-Type: application/json",
                       body=b'{"text": "tea is ready", "username": "kettle"}'))[0] == 200
    for person in (alice, bob):
        await person.sees("line", where=room, who="kettle", text="tea is ready")


if __name__ == "__main__":
    run_suite("live/webhook", {
        f"{server}/{act.__name__}": play(act, server, HookStage, programs=("curl",))
        for server in ("prosody", "ejabberd")
        for act in (a_line_by_curl_reaches_its_owner, who_is_away_reads_it_later, a_push_of_github_is_told_once,
                    two_people_are_in_its_room, its_commands_are_heard_in_its_own_chat,
                    who_has_hooks_is_asked_before_they_unregister)})
