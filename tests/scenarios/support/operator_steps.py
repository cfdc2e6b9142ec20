"""Steps of whoever operates the gateway: its command line beside the one that runs."""

import asyncio
import shlex

from inbox import Failure
from values import fill_in, match_value


class OperatorSteps:
    printed = ()         # lines of the last command
    read_up_to = 0       # of these, that `operator reads` has passed

    async def operator_runs(self, details, body):
        words = shlex.split(fill_in(body, self.variables))
        if "--config" not in words and "--socket" not in words:
            words += ["--config", "dragoman.toml"]
        self.transcript.note("operator", "--", shlex.join(words))
        process = await asyncio.create_subprocess_exec(
            self.binary, *words, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        output, _ = await self.wait_for(process.communicate(), details, f"the end of {words[0]}")
        self.printed, self.read_up_to = output.decode("utf-8", "replace").splitlines(), 0
        for line in self.printed:
            self.transcript.note("operator", "<-", line)
        wanted = int(details.get("code", 0))
        if process.returncode != wanted:
            raise Failure("\n".join([f"it ended with {process.returncode}, not with {wanted}:", *self.printed]))

    async def operator_reads(self, _, body):
        """Each of these lines, in this order; others may stand between them."""
        for pattern in body.split("\n"):
            for index in range(self.read_up_to, len(self.printed)):
                found = match_value(pattern, " ".join(self.printed[index].split()), self.variables)
                if found is not None:
                    self.variables, self.read_up_to = found, index + 1
                    break
            else:
                raise Failure("\n".join([f"no such line: {pattern}", "behind those that were read stand:",
                                         *self.printed[self.read_up_to:]]))

    async def operator_never_reads(self, _, body):
        for line in self.printed:
            if body in line:
                raise Failure(f"it said: {line}")
