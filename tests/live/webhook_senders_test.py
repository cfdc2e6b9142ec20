#!/usr/bin/python3
"""Programs that really send to webhooks: Debian's Apprise in each kind that takes an address of one's own, Debian's Alertmanager whose
alert fires and is resolved; and what products sign, by Python's hmac, as their documentation says."""

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, play, run_suite
from webhook_test import HookStage, curl

from server import Server, free_ports

HOOK = f"ci@{GATEWAY_DOMAIN}"
SECRET = "It's a Secret to Everybody"


class Alertmanager(Server):
    """Sends what it is told of to one webhook, groups at once, and the end of an alert after two seconds."""

    def __init__(self, folder, url):
        [self.port] = free_ports(1)
        self.url = url
        super().__init__("alertmanager", ["prometheus-alertmanager", f"--config.file={folder / 'alertmanager.yml'}",
                                          f"--storage.path={folder / 'data'}",
                                          f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address="],
                         folder, ports=[self.port])

    def launch(self):
        (self.folder / "alertmanager.yml").write_text(
            "route: {receiver: hook, group_wait: 100ms, group_interval: 1s, repeat_interval: 1h}\n"
            f"receivers: [{{name: hook, webhook_configs: [{{url: '{self.url}', send_resolved: true}}]}}]\n")
        super().launch()

    def tell(self, resolved):
        """An alert begins, or has ended."""
        now = time.time()
        stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + seconds))
        alert = {"labels": {"alertname": "DiskFull", "instance": "db1", "severity": "critical"},
                 "annotations": {"summary": "The disk of db1 is full"}, "startsAt": stamp(-60),
                 "endsAt": stamp(-1 if resolved else 600)}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v2/alerts", json.dumps([alert]).encode(),
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()


async def apprise(address, title, body):
    process = await asyncio.create_subprocess_exec("apprise", "-vv", "-t", title, "-b", body, "-n", "warning", address,
                                                   stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, output.decode()


async def apprise_sends_in_each_of_its_ways(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    host, _, token = url.removeprefix("http://").partition("/h/")
    ways = {"json": f"json://{host}/h/{token}", "xml": f"xml://{host}/h/{token}", "form": f"form://{host}/h/{token}",
            "mattermost": f"mmost://{host}/{token.removeprefix('dgh_')}"}
    for name, address in ways.items():
        await apprise(address, f"Backup by {name}", f"The {name} backup is done")
        await alice.sees("private", who=HOOK, text=f"The {name} backup is done")


async def an_alert_fires_and_is_resolved(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    alertmanager = stage.stack.add(Alertmanager(stage.stack.folder_for("alertmanager"), url))
    alertmanager.tell(resolved=False)
    fired = await alice.gets("the alert", lambda stanza: "The disk of db1 is full" in "".join(stanza.itertext()))
    since = alice.now()
    alertmanager.tell(resolved=True)
    ended = await alice.gets("the end of the alert, as an answer to its beginning",
                             lambda stanza: stanza.find("{urn:xmpp:reply:0}reply") is not None, since)
    assert ended.find("{urn:xmpp:reply:0}reply").get("id") == fired.get("id"), "it answers the beginning"


def hexadecimal(text):
    return hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()


def standard(body, ago=0):
    key = base64.b64encode(SECRET.encode()).decode()
    now = str(int(time.time()) - ago)
    signed = hmac.new(base64.b64decode(key), f"msg_1.{now}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": "msg_1", "webhook-timestamp": now, "webhook-signature": "v1," + base64.b64encode(signed).decode()}


def slack(body, ago=0):
    now = str(int(time.time()) - ago)
    return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=" + hexadecimal(f"v0:{now}:".encode() + body)}


SCHEMES = {
    "github": lambda body: {"X-Hub-Signature-256": "sha256=" + hexadecimal(body)},
    "forgejo": lambda body: {"X-Forgejo-Signature": hexadecimal(body)},
    "sentry": lambda body: {"Sentry-Hook-Signature": hexadecimal(body)},
    "grafana": lambda body: {"X-Grafana-Alerting-Signature": hexadecimal(body)},
    "gitlab-token": lambda body: {"X-Gitlab-Token": SECRET},
    "slack": slack,
    "standard": standard,
}
COMMAND = "{http://jabber.org/protocol/commands}command"


async def edit(person, hook, **values):
    """Changes a hook by its form: two steps of the command `edit`."""
    session = ""

    async def step(action, fields):
        form = "".join(f"<field var='{name}'><value>{escape(value)}</value></field>" for name, value in fields.items())
        answer = await person.asks(GATEWAY_DOMAIN, f"<command xmlns='http://jabber.org/protocol/commands' node='edit' "
                                   f"action='{action}'{session}><x xmlns='jabber:x:data' type='submit'>{form}</x></command>",
                                   "set")
        return answer.find(COMMAND)

    begun = await step("execute", {})
    session = f" sessionid='{begun.get('sessionid')}'"
    await step("next", {"hook": hook})
    done = await step("complete", {"target": "me", **values})
    assert done.get("status") == "completed", "".join(done.itertext())


async def what_products_sign_is_checked(stage):
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    for scheme, sign in SCHEMES.items():
        secret = "whsec_" + base64.b64encode(SECRET.encode()).decode() if scheme == "standard" else SECRET
        await edit(alice, "ci", signature=scheme, secret=secret)
        body = json.dumps({"text": f"signed as {scheme}"}).encode()
        headers = [part for name, value in sign(body).items() for part in ("-H", f"{name}: {value}")]
        headers += ["-H", "Content-Type: application/json"]
        status, text = await curl(f"{url}/json", *headers, body=body + b" ")
        assert status == (202 if scheme == "gitlab-token" else 401), (scheme, status, text)
        status, text = await curl(f"{url}/json", *headers, body=body)
        assert status == 202, (scheme, status, text)
        await alice.sees("private", who=HOOK, text=f"signed as {scheme}")
        assert (await curl(f"{url}/json", "-H", "Content-Type: application/json", body=body))[0] == 401, scheme


async def what_is_replayed_an_hour_later_is_not_said_again(stage):
    """Reliability input 31: somebody has recorded a request. What says when it was signed is refused; of what does not, the delivery is
    known, after a restart too."""
    alice = await stage.xmpp("alice")
    url = await stage.makes(alice, "ci")
    body = b'{"text": "recorded"}'

    async def sends(headers):
        fields = [part for name, value in {**headers, "Content-Type": "application/json"}.items() for part in ("-H", f"{name}: {value}")]
        return await curl(f"{url}/json", *fields, body=body)

    for scheme, sign in (("standard", standard), ("slack", slack)):
        secret = "whsec_" + base64.b64encode(SECRET.encode()).decode() if scheme == "standard" else SECRET
        await edit(alice, "ci", signature=scheme, secret=secret)
        assert (await sends(sign(body, ago=3600)))[0] == 401, scheme
    await edit(alice, "ci", signature="github", secret=SECRET)
    recorded = {**SCHEMES["github"](body), "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"}
    first = await sends(recorded)
    assert first[0] in (200, 202) and not json.loads(first[1])["duplicate"], first
    await alice.sees("private", who=HOOK, text="recorded")
    stage.gateway.kill()
    stage.gateway.start()
    await alice.asks_until_answered(GATEWAY_DOMAIN)
    again = await sends(recorded)
    assert again[0] == first[0] and json.loads(again[1]) == {**json.loads(first[1]), "duplicate": True}, (first, again)
    assert (await sends(SCHEMES["github"](body)))[0] in (200, 202)    # signed, and nobody's delivery: it is another one


if __name__ == "__main__":
    run_suite("live/webhook_senders", {
        **{f"{server}/{act.__name__}": play(act, server, HookStage, programs=("curl", "apprise", "prometheus-alertmanager"))
           for server in ("prosody", "ejabberd")
           for act in (apprise_sends_in_each_of_its_ways, an_alert_fires_and_is_resolved)},
        "prosody/what_is_replayed_an_hour_later_is_not_said_again":
            play(what_is_replayed_an_hour_later_is_not_said_again, "prosody", HookStage, programs=("curl",)),
        "prosody/what_products_sign_is_checked": play(what_products_sign_is_checked, "prosody", HookStage, programs=("curl",))})
