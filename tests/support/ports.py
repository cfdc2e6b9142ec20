"""A port of loopback that the kernel chose and that stays ours while nobody listens on it."""

import asyncio
import socket


class Port:
    def __init__(self, serve, tls=None):
        """`tls`: a context of the ssl module; None for plain connections."""
        self.serve = serve
        self.tls = tls
        self.reservation = self.bound(0)
        self.number = self.reservation.getsockname()[1]
        self.server = None

    def bound(self, number):
        each = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        each.bind(("127.0.0.1", number))
        return each

    async def open(self):
        if self.server is None:
            self.server = await asyncio.start_server(self.serve, sock=self.bound(self.number), limit=1 << 20, ssl=self.tls)

    async def close(self):
        """Connections are refused from now on; those that there are go on."""
        if self.server is not None:
            self.server.close()
            self.server = None

    async def give_up(self):
        await self.close()
        self.reservation.close()
