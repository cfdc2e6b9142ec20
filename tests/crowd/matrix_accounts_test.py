#!/usr/bin/python3
"""A thousand accounts on a homeserver, each with its long poll over TLS: what they cost while nothing happens, and what
happens when the homeserver is started again. Alone, since memory and time are measured.

Both servers are scripted and live in this process; only the gateway is measured.
"""

import asyncio
import os
import ssl
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("live", "support", "scenarios/support")]

from certificates import HOST, Certificates
from gateway_process import GatewayProcess
from homeserver import Homeserver
from inbox import Troubles
from matrix_stage import DOMAIN, speaks_matrix
from suite import Skip, run_suite
from transcript import Transcript
from xmpp_server import XmppServer

ACCOUNTS = 1000
KIB_EACH = 60            # of memory, with TLS
SHARE_OF_A_CORE = 0.02   # while nothing happens
QUIET = 30               # seconds
PATIENCE = 120
SECRET, PASSWORD = "s3cret", "open sesame"
ROOM_SIZE = 50           # each room has that many of them


class Crowd:
    def __init__(self, binary, folder):
        self.folder = folder
        self.transcript, self.troubles = Transcript(), Troubles()
        self.server = XmppServer({DOMAIN: SECRET}, self.transcript, self.troubles)
        certificates = Certificates(folder)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificates.make("good"), certificates.key)
        self.homeserver = Homeserver(tls=tls)
        self.gateway = GatewayProcess(binary, folder, self.transcript)
        self.gateway.environment["SSL_CERT_FILE"] = str(certificates.authority)

    async def opens(self):
        await self.server.port.open()
        await self.homeserver.open()
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
  registrations_per_hour = 1000000
  rooms_per_minute = 1000000
  [network.matrix]
  homeserver = "https://{HOST}:{self.homeserver.web.number}"
  mode = "account"
""")
        configuration.chmod(0o600)
        await self.gateway.start("--config", configuration)
        await self.troubles.wait_for(self.server.streams.get(), PATIENCE)

    async def closes(self):
        await self.gateway.kill()
        await self.server.port.give_up()
        await self.homeserver.close()

    async def answer(self, jid, ident):
        """The answer to an IQ; what else comes to somebody is put aside."""
        while True:
            stanza = await self.troubles.wait_for(self.server.inbox(jid).get(), PATIENCE)
            if stanza.name == "iq" and stanza.get("id") == ident:
                return stanza

    async def registers(self, number):
        user, jid = f"member{number}", f"member{number}@test/home"
        self.server.send(f"<iq type='set' id='r' from='{jid}' to='{DOMAIN}'><query xmlns='jabber:iq:register'>"
                         f"<username>@{user}:hs.test</username><password>{PASSWORD}</password></query></iq>")
        answer = await self.answer(jid, "r")
        assert answer.get("type") == "result", str(answer)
        self.server.send(f"<presence from='{jid}' to='{DOMAIN}' type='subscribed'/>")
        self.server.send(f"<presence from='{jid}' to='{DOMAIN}'/>")

    async def everybody_registers(self, numbers, at_once=20):
        waiting = iter(numbers)

        async def one_by_one():
            for number in waiting:
                await self.registers(number)
        await asyncio.gather(*(one_by_one() for _ in range(at_once)))

    async def everybody_polls(self, count):
        """A sync of each is under way."""
        async with asyncio.timeout(PATIENCE):
            while len({each.user for each in self.homeserver.asked if each.status is None
                       and each.path.endswith("/sync") and "since" in each.query}) < count:
                self.homeserver.news.clear()
                await self.homeserver.news.wait()

    def memory(self):
        """Resident, in KiB."""
        pages = int(Path(f"/proc/{self.gateway.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024

    def used(self):
        """Seconds of processor time."""
        fields = Path(f"/proc/{self.gateway.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_a_crowd(act):
    def test(binary):
        if not speaks_matrix(binary):
            raise Skip("this gateway was built without Matrix (-DDRAGOMAN_NETWORKS)")

        async def perform(folder):
            crowd = Crowd(Path(binary).resolve(), folder)
            try:
                await crowd.opens()
                await act(crowd)
                crowd.troubles.check()
            except BaseException:
                print("\n".join([*crowd.transcript.tail(20), *crowd.gateway.log[-30:]]), file=sys.stderr)
                raise
            finally:
                await crowd.closes()

        with tempfile.TemporaryDirectory(prefix="dragoman-crowd-") as folder:
            asyncio.run(perform(Path(folder)))
    return test


def make_accounts(homeserver):
    """In rooms of ROOM_SIZE, as people are."""
    owner = homeserver.add_user("owner")
    for number in range(ACCOUNTS):
        homeserver.add_user(f"member{number}", PASSWORD)
    for start in range(0, ACCOUNTS, ROOM_SIZE):
        room = homeserver.make_room(owner.id, [f"@member{number}:hs.test" for number in range(start, start + ROOM_SIZE)])
        assert len(homeserver.rooms[room].users("join")) == ROOM_SIZE + 1


async def a_thousand_idle_accounts_cost_little(crowd):
    make_accounts(crowd.homeserver)
    few = 20
    await crowd.everybody_registers(range(few))
    await crowd.everybody_polls(few)
    before = crowd.memory()
    await crowd.everybody_registers(range(few, ACCOUNTS))
    await crowd.everybody_polls(ACCOUNTS)
    each = (crowd.memory() - before) / (ACCOUNTS - few)
    used = crowd.used()
    await asyncio.sleep(QUIET)    # this is what is measured
    share = (crowd.used() - used) / QUIET
    print(f"{each:.1f} KiB each, {share:.2%} of a core for {ACCOUNTS} accounts", file=sys.stderr)
    assert each < KIB_EACH, f"{each:.1f} KiB for each account"
    assert share < SHARE_OF_A_CORE, f"{share:.2%} of a core"


async def all_resume_when_the_homeserver_is_back(crowd):
    """With `since`, and not all at the same moment."""
    make_accounts(crowd.homeserver)
    await crowd.everybody_registers(range(ACCOUNTS))
    await crowd.everybody_polls(ACCOUNTS)
    await crowd.homeserver.web.close()
    asked = len(crowd.homeserver.asked)
    await crowd.homeserver.web.open()
    crowd.homeserver.asked = crowd.homeserver.asked[asked:]
    await crowd.everybody_polls(ACCOUNTS)
    syncs = [each for each in crowd.homeserver.asked if each.path.endswith("/sync")]
    assert all("since" in each.query for each in syncs), "there was an initial sync"
    assert not crowd.homeserver.requests("POST", "/login")
    moments = sorted(each.at for each in syncs)
    assert moments[-1] - moments[0] > 0.5, f"all came within {moments[-1] - moments[0]:.2f} s"


if __name__ == "__main__":
    run_suite("crowd/matrix_accounts", {act.__name__: in_a_crowd(act) for act in (
        a_thousand_idle_accounts_cost_little, all_resume_when_the_homeserver_is_back)})
