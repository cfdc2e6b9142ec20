"""What has come and was not asked for yet, in order; and the wait for it."""

import asyncio
from collections import deque


class Failure(Exception):
    """The scenario did not go as written; the text says how."""


class Troubles:
    """What may go wrong at any time (a broken rule): ends whatever is being waited for."""

    def __init__(self):
        self.text = None
        self.happened = asyncio.Event()

    def report(self, text):
        self.text = self.text or text
        self.happened.set()

    async def wait_for(self, awaitable, seconds):
        """The result; raises TimeoutError, or Failure when there was trouble."""
        task = asyncio.ensure_future(awaitable)
        trouble = asyncio.ensure_future(self.happened.wait())
        try:
            await asyncio.wait({task, trouble}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            self.check()
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            task.cancel()
            trouble.cancel()
            await asyncio.gather(task, trouble, return_exceptions=True)

    def check(self):
        if self.text:
            raise Failure(self.text)


class Inbox:
    def __init__(self):
        self.items = deque()
        self.ended = None    # why nothing more comes
        self.changed = asyncio.Event()

    def put(self, item):
        self.items.append(item)
        self.changed.set()

    def end(self, why):
        self.ended = self.ended or why
        self.changed.set()

    async def get(self):
        """The oldest item; None when it has ended."""
        while not self.items and self.ended is None:
            self.changed.clear()
            await self.changed.wait()
        return self.items.popleft() if self.items else None
