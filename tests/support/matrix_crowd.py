"""Many people who are on XMPP and have accounts on a homeserver, with nothing between but the gateway.

The XMPP server is that of the scenarios and lives in this process; the homeserver is any.
"""

import asyncio
import os
from collections import Counter, defaultdict
from pathlib import Path

from gateway_process import GatewayProcess
from inbox import Troubles
from matrix_stage import DOMAIN, at_gateway
from transcript import Transcript
from xmpp_server import XmppServer

PATIENCE = 600
SECRET, PASSWORD = "s3cret", "open sesame"


class ListeningServer(XmppServer):
    """Knows who was told what in rooms."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.heard = Counter()    # (JID, text) -> how often
        self.hearers = defaultdict(set)    # text -> JIDs
        self.turned_away = Counter()    # JID -> how often they could not enter
        self.news = asyncio.Event()

    def receive(self, stanza, domain):
        if stanza.name == "presence" and stanza.get("type") == "error":
            self.turned_away[stanza.get("to")] += 1
            self.news.set()
        if stanza.name == "message" and stanza.get("type") == "groupchat":
            for kind in ("body", "subject"):
                if (child := stanza.child(kind, stanza.ns)) is not None:
                    text = child.text if kind == "body" else "the subject"
                    self.heard[stanza.get("to"), text] += 1
                    self.hearers[text].add(stanza.get("to"))
                    self.news.set()
        super().receive(stanza, domain)

    async def until(self, happened, patience):
        async def look():
            while not happened():
                self.news.clear()
                await self.news.wait()

        await self.troubles.wait_for(look(), patience)

    async def all_hear(self, text, jids, patience):
        jids, hearers = set(jids), self.hearers[text]
        await self.until(lambda: len(hearers) >= len(jids) and jids <= hearers, patience)


class Crowd:
    """`homeserver`: of which only the URL is asked here. `network`: more keys of [network.matrix]; `authority`: the file
    of whoever signed its certificate. member0, member1 ... are everybody."""

    def __init__(self, binary, folder, homeserver, network="", authority=None):
        self.folder, self.homeserver, self.network = folder, homeserver, network
        self.transcript, self.troubles = Transcript(), Troubles()
        self.server = ListeningServer({DOMAIN: SECRET}, self.transcript, self.troubles)
        self.gateway = GatewayProcess(binary, folder, self.transcript)
        if authority:
            self.gateway.environment["SSL_CERT_FILE"] = str(authority)

    async def opens(self):
        await self.server.port.open()
        configuration = self.folder / "dragoman.toml"
        configuration.write_text(f"""\
[xmpp]
server = "127.0.0.1:{self.server.port.number}"
[store]
path = "{self.folder}/dragoman.db"
key_file = "{self.folder}/key"
[[network]]
jid = "{DOMAIN}"
secret = "{SECRET}"
backend = "matrix"
allow = ["test"]
welcome = false
  [network.limits]
  registrations_per_hour = 100000
  rooms_per_minute = 100000
  [network.matrix]
  homeserver = "{self.homeserver.url}"
  mode = "account"
{self.network}""")
        configuration.chmod(0o600)
        await self.gateway.start("--config", configuration)
        ended = asyncio.ensure_future(self.gateway.process.wait())
        stream = asyncio.ensure_future(self.troubles.wait_for(self.server.streams.get(), PATIENCE))
        await asyncio.wait({ended, stream}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            stream.cancel()
            raise SystemExit("the gateway has ended before it was connected; what it said stands above")
        ended.cancel()
        await stream

    async def closes(self):
        await self.gateway.kill()
        await self.server.port.give_up()

    async def answer(self, jid, ident):
        """The answer to an IQ; what else comes to somebody is put aside."""
        while True:
            stanza = await self.troubles.wait_for(self.server.inbox(jid).get(), PATIENCE)
            if stanza.name == "iq" and stanza.get("id") == ident:
                return stanza

    async def registers(self, number):
        user, jid = f"member{number}", self.client(number)
        self.server.send(f"<iq type='set' id='r' from='{jid}' to='{DOMAIN}'><query xmlns='jabber:iq:register'>"
                         f"<username>@{user}:hs.test</username><password>{PASSWORD}</password></query></iq>")
        answer = await self.answer(jid, "r")
        assert answer.get("type") == "result", str(answer)
        self.server.send(f"<presence from='{jid}' to='{DOMAIN}' type='subscribed'/>")
        self.server.send(f"<presence from='{jid}' to='{DOMAIN}'/>")

    @staticmethod
    def client(number):
        return f"member{number}@test/home"

    async def enters(self, number, room):
        """When the subject has come, which is the last of it. Who is told that a busy homeserver did not answer in time
        tries again, as people do."""
        jid, server = self.client(number), self.server
        while not server.heard[jid, "the subject"]:
            before = server.turned_away[jid]
            server.send(f"<presence from='{jid}' to='{at_gateway(room)}/member{number}'>"
                        f"<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>")
            await server.until(lambda: server.heard[jid, "the subject"] or server.turned_away[jid] > before, PATIENCE)

    async def everybody_enters(self, numbers, room, at_once=20):
        waiting = iter(numbers)

        async def one_by_one():
            for number in waiting:
                await self.enters(number, room)
        await asyncio.gather(*(one_by_one() for _ in range(at_once)))

    async def everybody_registers(self, numbers, at_once=20):
        waiting = iter(numbers)

        async def one_by_one():
            for number in waiting:
                await self.registers(number)
        await asyncio.gather(*(one_by_one() for _ in range(at_once)))

    async def everybody_polls(self, count, since=0):
        """A sync of each is under way, of those that were asked for after the first `since` requests (of a scripted
        homeserver). Looked at now and then: what is asked in between is too much to look at it all."""
        async with asyncio.timeout(PATIENCE):
            while len({each.user for each in self.homeserver.asked[since:] if each.status is None
                       and each.path.endswith("/sync") and "since" in each.query}) < count:
                await asyncio.sleep(1)

    def memory(self):
        """Of the gateway, resident, in KiB."""
        pages = int(Path(f"/proc/{self.gateway.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024

    def processor_time(self):
        """What the gateway has used, in seconds."""
        fields = Path(f"/proc/{self.gateway.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
