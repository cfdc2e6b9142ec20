#!/usr/bin/python3
"""What people say to a webhook, on Prosody and ejabberd: a server on loopback proves each request with Python's hmac, fails, takes its
time, and comes back; everything arrives once and in order, over a kill -9 too."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, TO_NETWORK, Stage, play, run_suite

from server import free_ports

HOOK = f"ci@{GATEWAY_DOMAIN}"


class Sink:
    """The other side: keeps what it has taken, by webhook-id, and answers as `plan` says (then 200)."""

    def __init__(self, port):
        self.port = port
        self.secret = None
        self.plan = []              # a status, None: closes without an answer; or a JSON text, answered with 200
        self.texts = []             # of everything that was taken, in order
        self.events = []            # the same with all that it says
        self.ids = []
        self.attempts = 0
        self.unproved = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(re.findall(r"^([^:\r\n]+): *(.*?)\r$", head, re.MULTILINE))
            fields = {name.lower(): value for name, value in fields.items()}
            body = await reader.readexactly(int(fields["content-length"]))
            answer = self.take(fields, body)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass    # the gateway was killed
        finally:
            writer.close()

    def take(self, fields, body):
        self.attempts += 1
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        content = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        if expected not in fields["webhook-signature"].split(" "):
            self.unproved.append(fields)
        plan = self.plan.pop(0) if self.plan else 200
        if plan is None:
            return None
        status = plan if isinstance(plan, int) else 200
        text = b"" if isinstance(plan, int) else plan.encode()
        if status < 300 and fields["webhook-id"] not in self.ids:
            self.ids.append(fields["webhook-id"])
            self.events.append(json.loads(body)["data"])
            self.texts.append(self.events[-1]["text"])
        return (f"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n"
                "Connection: close\r\n\r\n").encode() + text

    async def has_taken(self, texts, patience=60):
        for _ in range(patience * 20):
            if len(self.texts) >= len(texts):
                break
            await asyncio.sleep(0.05)
        assert self.texts == texts, f"the other side has {self.texts}, not {texts}"
        assert not self.unproved, self.unproved


class AnswersStage(Stage):
    """The gateway's domain is one of webhooks, which may send to loopback."""

    more = ""    # in `outgoing`

    def __init__(self, stack, binary, xmpp_server="prosody"):
        super().__init__(stack, binary, xmpp_server)
        [listener, sink] = free_ports(2)
        self.sink = Sink(sink)
        url = f"http://127.0.0.1:{listener}"
        self.gateway = stack.dragoman(
            binary, self.xmpp_server, backend="webhook", log_level="debug",
            network=f'  outgoing = {{ allow_private = ["127.0.0.1"], allow_http = true, ports = ["{sink}"]{self.more} }}',
            extra=f'[http]\nlisten = "127.0.0.1:{listener}"\npublic_url = "{url}"\n')

    async def makes_the_hook(self, person):
        """And has it send to the sink; everything in a chat with the service."""
        await self.says_to_service(person, "register", "registered")
        await self.says_to_service(person, "new ci", "/h/")
        await self.says_to_service(person, "answers ci", "Address")
        said = await self.says_to_service(person, f"http://127.0.0.1:{self.sink.port}/in", "")
        for _ in range(20):
            if found := re.search(r"whsec_\S+", said):
                self.sink.secret = found[0]
                return
            said = await self.says_to_service(person, "-", "")
        raise AssertionError(f"no secret came, but: {said}")

    async def has_accepted(self, count):
        """So many messages of people are on disk."""
        for _ in range(200):
            if len(self.rows(f"direction = {TO_NETWORK}")) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"the gateway has accepted {self.rows()}, not {count} messages")

    async def says_to_service(self, person, text, answer):
        since = len(person.seen)
        person.tell(GATEWAY_DOMAIN, text)
        return (await person.sees("notice", who=GATEWAY_DOMAIN, text=answer, since=since)).text


class Proxy:
    """Connects whoever asks (CONNECT), unless `refusals` has a status for them first, and knows where to."""

    def __init__(self):
        [self.port] = free_ports(1)
        self.asked = []
        self.refusals = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        method, target, _ = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)
        assert method == "CONNECT", method
        self.asked.append(target)
        if self.refusals:
            writer.write(f"HTTP/1.1 {self.refusals.pop(0)} No\r\nContent-Length: 0\r\n\r\n".encode())
            return writer.close()
        host, _, port = target.rpartition(":")
        there, back = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

        async def pass_on(source, sink):
            while piece := await source.read(65536):
                sink.write(piece)
            sink.close()

        await asyncio.gather(pass_on(reader, back), pass_on(there, writer), return_exceptions=True)


class ProxyStage(AnswersStage):
    """What hooks send goes through a proxy."""

    def __init__(self, stack, binary, xmpp_server="prosody"):
        self.proxy = Proxy()
        self.more = f', proxy = "127.0.0.1:{self.proxy.port}"'
        super().__init__(stack, binary, xmpp_server)


async def a_proxy_connects_to_the_address_that_was_checked(stage):
    alice = await stage.xmpp("alice")
    async with stage.sink as sink, stage.proxy as proxy:
        await stage.makes_the_hook(alice)
        for text in ("one", "two"):
            alice.tell(HOOK, text)
        await sink.has_taken(["one", "two"])
        assert proxy.asked and set(proxy.asked) == {f"127.0.0.1:{sink.port}"}, proxy.asked


async def a_proxy_that_refuses_is_asked_again(stage):
    alice = await stage.xmpp("alice")
    async with stage.sink as sink, stage.proxy as proxy:
        await stage.makes_the_hook(alice)
        proxy.refusals = [503]
        for text in ("one", "two"):
            alice.tell(HOOK, text)
        await sink.has_taken(["one", "two"])
        assert not proxy.refusals and len(proxy.asked) >= 2, proxy.asked
        assert sink.attempts == 2, sink.attempts        # what the proxy refused has not come here


async def a_proxy_is_asked_for_no_address_that_is_not_allowed(stage):
    alice = await stage.xmpp("alice")
    async with stage.proxy as proxy:
        await stage.says_to_service(alice, "register", "registered")
        await stage.says_to_service(alice, "new ci", "/h/")
        await stage.says_to_service(alice, "answers ci", "Address")
        for address in ("10.0.0.1", "169.254.169.254", "[::ffff:10.0.0.1]", "[fd00::1]"):
            said = await stage.says_to_service(alice, f"http://{address}:{stage.sink.port}/in", "")
            for _ in range(20):     # the other questions, the first time
                if "public addresses only" in said:
                    break
                said = await stage.says_to_service(alice, "-", "")
            assert "public addresses only" in said, f"{address}: {said}"
        assert proxy.asked == [], proxy.asked


async def everything_arrives_once_and_in_order(stage):
    alice = await stage.xmpp("alice")
    async with stage.sink as sink:
        await stage.makes_the_hook(alice)
        sink.plan = [None, 503, 200, 500]
        said = [f"line {number}" for number in range(20)]
        for text in said:
            alice.tell(HOOK, text)
        await sink.has_taken(said)
        assert sink.attempts == len(said) + 3, sink.attempts


async def nothing_is_lost_by_kill_9(stage):
    alice = await stage.xmpp("alice")
    async with stage.sink as sink:
        await stage.makes_the_hook(alice)
        sink.plan = [503] * 2
        said = [f"before {number}" for number in range(10)]
        for text in said:
            alice.tell(HOOK, text)
        await stage.has_accepted(len(said))
        stage.gateway.kill()
        stage.gateway.start()
        await sink.has_taken(said)


async def its_answer_is_said(stage):
    alice = await stage.xmpp("alice")
    async with stage.sink as sink:
        await stage.makes_the_hook(alice)
        sink.plan = ['{"text": "Deployed to production"}']
        alice.tell(HOOK, "!deploy")
        await alice.sees("private", who=HOOK, text="Deployed to production")


if __name__ == "__main__":
    run_suite("live/webhook_answers", {
        **{f"{server}/{act.__name__}": play(act, server, AnswersStage)
           for server in ("prosody", "ejabberd")
           for act in (everything_arrives_once_and_in_order, nothing_is_lost_by_kill_9, its_answer_is_said)},
        **{f"prosody/{act.__name__}": play(act, "prosody", ProxyStage)
           for act in (a_proxy_connects_to_the_address_that_was_checked, a_proxy_that_refuses_is_asked_again,
                       a_proxy_is_asked_for_no_address_that_is_not_allowed)}})
