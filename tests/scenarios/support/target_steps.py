"""Steps of the server that hooks send to."""

from inbox import Failure
from values import fill_in, match_value

REASONS = {200: "OK", 202: "Accepted", 204: "No Content", 302: "Found", 404: "Not Found", 410: "Gone",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}


class TargetSteps:
    request = None          # the last one that came

    async def target_knows_secret(self, _, body):
        self.target.secret = fill_in(body, self.variables)

    async def target_gets(self, details, body):
        """Method and path, then fields that are among others, and behind `>` the body."""
        first, *patterns = body.split("\n")
        self.request = await self.wait_for(self.target.requests.get(), details, f"the target to get: {first}")
        request = self.request
        self.match(first, [request.first])
        for pattern in patterns:
            is_body = pattern.startswith(">")
            self.match(pattern.removeprefix(">").strip(), [request.body] if is_body else request.fields)

    def match(self, pattern, values):
        found = [match_value(pattern, value, self.variables) for value in values]
        found = [variables for variables in found if variables is not None]
        if not found:
            raise Failure("\n".join([f"not there: {pattern}", "it was:", *values]))
        self.variables = found[0]

    async def target_answers(self, _, body):
        """The status, then fields, and behind `>` the body."""
        status, *fields = fill_in(body, self.variables).split("\n")
        text = "\n".join(line[1:].strip() for line in fields if line.startswith(">"))
        fields = [line for line in fields if not line.startswith(">")] + [f"Content-Length: {len(text.encode())}"]
        self.transcript.note("target", "->", status)
        head = "\r\n".join([f"HTTP/1.1 {status} {REASONS.get(int(status), 'Whatever')}", *fields, "", ""])
        if self.request is None or self.request.answer.done():
            raise Failure("the target has nothing to answer to")
        self.request.answer.set_result((head + text).encode())

    async def target_gets_nothing(self, *_):
        await self.everything_has_arrived()
        self.is_empty("target", self.target.requests)

    async def target_is_down(self, *_):
        await self.target.close()

    async def target_is_up(self, *_):
        await self.target.open()
