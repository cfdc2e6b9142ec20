"""The program that is tested: started, watched, killed."""

import asyncio
import os
import signal

from inbox import Failure
from values import match_value


class GatewayProcess:
    def __init__(self, binary, folder, transcript, title="gateway"):
        self.binary = binary
        self.folder = folder
        self.transcript = transcript
        self.title = title
        self.environment = {}  # beside ours
        self.process = None
        self.log = []
        self.read_up_to = 0    # lines of the log that `gateway says` has passed
        self.changed = asyncio.Event()
        self.reading = None

    @property
    def running(self):
        return self.process is not None and self.process.returncode is None

    async def start(self, *arguments):
        if self.running:
            raise Failure(f"the {self.title} runs already")
        self.transcript.note(self.title, "--", f"starts: {' '.join(map(str, arguments))}")
        self.process = await asyncio.create_subprocess_exec(
            self.binary, *arguments, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=1 << 24,
            env={**os.environ, **self.environment})
        self.reading = asyncio.create_task(self.read(self.process.stdout))

    async def read(self, output):
        while line := await output.readline():
            self.log.append(line.decode("utf-8", "replace").rstrip("\n"))
            self.changed.set()
        self.changed.set()

    async def kill(self):
        if self.running:
            self.process.kill()
            await self.process.wait()
            self.transcript.note(self.title, "--", "is killed")
        await self.finish_reading()

    async def finish_reading(self):
        if self.reading is not None:
            await self.reading

    def stop(self):
        if self.running:
            self.transcript.note(self.title, "--", "gets SIGTERM")
            self.process.send_signal(signal.SIGTERM)

    def gets(self, number):
        self.transcript.note(self.title, "--", f"gets {number.name}")
        self.process.send_signal(number)

    async def exit_code(self):
        code = await self.process.wait()
        await self.finish_reading()
        self.transcript.note(self.title, "--", f"exits with {code}")
        return code

    async def says(self, pattern, variables):
        """Waits for a line; the variables with what was newly named."""
        while True:
            for index in range(self.read_up_to, len(self.log)):
                found = match_value(pattern, self.log[index], variables)
                if found is not None:
                    self.read_up_to = index + 1
                    return found
            self.changed.clear()
            if self.reading.done():
                raise Failure(f"the {self.title} has ended without saying it")
            await self.changed.wait()

    def reports_of_sanitizers(self):
        marks = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer")
        return [line for line in self.log if any(mark in line for mark in marks)]
