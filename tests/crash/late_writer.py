"""What a server answers, written a few milliseconds later, in order: so that a kill finds messages on their way."""

import asyncio


class LateWriter:
    """`chance` is a random.Random; everything that is written within one wait leaves together."""

    longest = 0.012    # seconds

    def __init__(self, transport, chance):
        self.transport = transport
        self.chance = chance
        self.waiting = []
        self.timer = None

    def write(self, data):
        self.waiting.append(data)
        if self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(self.chance.uniform(0, self.longest), self._flush)

    def _flush(self):
        self.timer = None
        if not self.transport.is_closing():
            self.transport.write(b"".join(self.waiting))
        self.waiting.clear()

    def close(self):
        if self.timer:
            self.timer.cancel()
        self.transport.close()
