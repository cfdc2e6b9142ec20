"""Steps of the process that is tested."""

import asyncio
import signal
from itertools import zip_longest

from configuration import configuration_text, parse_override
from gateway_process import GatewayProcess
from inbox import Failure
from values import fill_in, match_value


class GatewaySteps:
    def process(self, details):
        which = details.get("which", "gateway")
        if which not in self.processes:
            self.processes[which] = GatewayProcess(self.binary, self.folder, self.transcript, which)
        return self.processes[which]

    async def gateway_starts(self, details, _):
        process = self.process(details)
        await process.start("--config", "dragoman.toml")
        if process.title == "gateway":
            self.running_as_expected = True
            self.watching = asyncio.create_task(self.watch(process.process))

    async def gateway_reloads(self, details, body):
        """The configuration as at the beginning, changed by these lines and those of earlier reloads."""
        for line in body.split("\n"):
            if line.startswith("other network:"):
                domain = line.removeprefix("other network:").strip()
                self.other_network = "" if domain == "none" else domain
            elif line == "bridge: none":
                self.bridges = ""
            else:
                self.overrides.append(parse_override(line))
        await self.gateway_reloads_file(details, configuration_text(self.overrides, self.other_network, self.bridges))

    async def gateway_reloads_file(self, _, body):
        (self.folder / "dragoman.toml").write_text(fill_in(body, self.variables) + "\n")
        self.process({}).gets(signal.SIGHUP)

    async def file_has(self, details, body):
        file = self.folder / details["file"]
        file.touch(mode=0o600)
        file.write_text(body + "\n")

    async def gateway_hangs(self, *_):
        self.process({}).gets(signal.SIGSTOP)

    async def gateway_goes_on(self, *_):
        self.process({}).gets(signal.SIGCONT)

    async def watch(self, process):
        code = await process.wait()
        if self.running_as_expected:
            self.troubles.report(f"the gateway ended by itself, with {code}")

    async def gateway_is_run(self, details, body):
        await self.process(details).start(*body.split())

    async def gateway_connects(self, details, _):
        await self.wait_for(self.server.streams.get(), details, "the gateway to connect")

    async def gateway_is_killed(self, details, _):
        self.running_as_expected = False
        await self.process(details).kill()
        if details.get("which", "gateway") == "gateway":
            await self.wires_are_cut()

    async def wires_are_cut(self):
        await self.streams_have_ended()
        for connection in self.irc.connections:
            connection.close()

    async def gateway_is_told_to_stop(self, details, _):
        self.running_as_expected = False
        self.process(details).stop()

    async def gateway_exits(self, details, _):
        self.running_as_expected = False
        code = await self.wait_for(self.process(details).exit_code(), details, "the gateway to exit")
        if code != int(details["code"]):
            raise Failure(f"it exited with {code}")

    async def gateway_says(self, details, body):
        for pattern in body.split("\n"):
            says = self.process(details).says(pattern, self.variables)
            self.variables = await self.wait_for(says, details, f"the gateway to say: {pattern}")

    async def gateway_never_says(self, details, body):
        for line in self.process(details).log:
            if body in line:
                raise Failure(f"it said: {line}")

    async def gateway_has_said_exactly(self, _, body):
        """All of its log. Of a gateway that has ended, or lines may still come."""
        patterns, log = body.split("\n"), self.process({}).log
        for number, (pattern, line) in enumerate(zip_longest(patterns, log, fillvalue="(nothing)"), 1):
            found = match_value(pattern, line, self.variables)
            if found is None:
                raise Failure(f"line {number} of its log\nexpected {pattern}\ncame     {line}")
            self.variables = found

    async def stop_gateway(self):
        """A clean stop, so that what a sanitizer finds at the end is found."""
        if self.running_as_expected:
            await self.gateway_is_told_to_stop({}, "")
            await self.gateway_exits({"code": "0", "seconds": "10"}, "")

    def no_sanitizer_complained(self):
        for process in self.processes.values():
            for line in process.reports_of_sanitizers():
                raise Failure(line)
