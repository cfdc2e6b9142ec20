"""The gateway as a process that is meant to be killed."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def crash_points():
    """The names of all CRASH_POINT("...") that a running gateway passes. tests/operator/backup_test.py has the others."""
    found = set()
    for folder in ("core", "backends"):
        for path in (PROJECT / folder).rglob("*.?pp"):
            if path.name != "crash_point.hpp":
                found.update(re.findall(r'\bCRASH_POINT\("(\w+)"\)', path.read_text()))
    return sorted(name for name in found if not name.startswith("restore_"))


class Gateway:
    def __init__(self, binary, folder, domain, component, secret, xmpp_port, irc_port, variables):
        self.binary = Path(binary)
        self.variables = variables
        self.folder = Path(folder)
        self.database = self.folder / "dragoman.db"
        self.log = self.folder / "dragoman.log"
        self.process = None
        self.started = 0.0
        configuration = self.folder / "dragoman.toml"
        configuration.write_text(f"""\
[xmpp]
server = "127.0.0.1:{xmpp_port}"
[store]
path = "{self.database}"
key_file = "{self.folder / 'key'}"
[[network]]
jid = "{component}"
secret = "{secret}"
backend = "irc"
name = "Crash"
allow = ["{domain}"]
welcome = false
  [network.limits]
  rooms_per_minute = 1000
  [network.irc]
  server = "127.0.0.1:{irc_port}"
  tls = false
  flood = false
""")
        configuration.chmod(0o600)
        # It ends with whoever runs this.
        self.command = ["setpriv", "--pdeathsig", "KILL", str(self.binary), "--config", str(configuration)]

    async def start(self, crash_at=None):
        environment = {key: value for key, value in os.environ.items() if key != "DRAGOMAN_CRASH_AT"}
        environment.update(self.variables)
        environment["DRAGOMAN_INDEX_AFTER"] = "16"    # rows, not thousands: its crash points are to be reached
        if crash_at:
            environment["DRAGOMAN_CRASH_AT"] = crash_at
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True)
        self.started = time.monotonic()

    @property
    def is_running(self):
        return self.process is not None and self.process.returncode is None

    async def wait(self, seconds):
        """The exit code, or None when it still runs after so long."""
        try:
            return await asyncio.wait_for(self.process.wait(), seconds)
        except asyncio.TimeoutError:
            return None

    async def kill(self):
        if self.is_running:
            self.process.kill()
        await self.process.wait()

    async def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = await self.wait(10)
        if code is None:
            await self.kill()
        return code

    def last_words(self, lines=8):
        text = self.log.read_text(errors="replace").splitlines()[-lines:] if self.log.exists() else []
        return "\n".join([f"The end of {self.log}:", *(f"  | {line}" for line in text)])
