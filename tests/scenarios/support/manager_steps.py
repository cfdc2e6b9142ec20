"""Steps of a service manager, played by the scenario (sd_notify(3)): what the gateway tells it."""

import asyncio
import socket

from inbox import Failure
from values import match_value

NEWS_EVERY = 5.0    # seconds: the XMPP server's signs of life while one waits for the watchdog to starve


class ManagerSteps:
    manager = None          # its socket
    watchdog = 0.0          # seconds

    async def manager_listens(self, details, _):
        path = self.folder / "notify"
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.manager.bind(str(path))
        self.watchdog = float(details["seconds"])
        self.processes["gateway"].environment = {"NOTIFY_SOCKET": str(path),
                                                 "WATCHDOG_USEC": str(int(self.watchdog * 1e6))}

    async def manager_hears(self, details, body):
        for pattern in body.split("\n"):
            await self.wait_for(self.heard(pattern), details, f"the service manager to hear: {pattern}")

    async def heard(self, pattern):
        while True:
            said = (await asyncio.get_running_loop().sock_recv(self.manager, 4096)).decode()
            if said != "WATCHDOG=1":
                self.transcript.note("manager", "<-", said)
            found = match_value(pattern, said, self.variables)
            if found is not None:
                self.variables = found
                return

    async def watchdog_is_fed(self, details, _):
        """From now on, three times."""
        self.drain()
        for _ in range(3):
            await self.manager_hears(details, "WATCHDOG=1")

    async def watchdog_starves(self, details, _):
        """Nothing came for all of its time."""
        self.drain()
        await self.wait_for(self.starved(), details, "the watchdog to starve")

    async def starved(self):
        loop = asyncio.get_running_loop()
        news = loop.time() + NEWS_EVERY
        while True:
            try:
                await asyncio.wait_for(self.heard("WATCHDOG=1"), self.watchdog)
            except asyncio.TimeoutError:
                return
            if loop.time() > news:
                news = loop.time() + NEWS_EVERY
                for component in self.server.connected():
                    self.server.probe(component)

    def drain(self):
        if self.manager is None:
            raise Failure("there is no service manager")
        try:
            while self.manager.recv(4096):
                pass
        except BlockingIOError:
            pass

    def close_manager(self):
        if self.manager is not None:
            self.manager.close()
