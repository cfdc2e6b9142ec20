"""Rate limits as Synapse has them: so many at once, then so many a second, each account by itself."""

from homeserver.errors import MatrixError


class Limiter:
    def __init__(self, clock, per_second=None, burst=1):
        self.clock, self.per_second, self.burst = clock, per_second, burst
        self.used = {}       # who -> (how much, when)
        self.refusals = 0

    def take(self, who):
        """Raises M_LIMIT_EXCEEDED, which says when there will be room again."""
        if self.per_second is None:
            return
        now = self.clock.monotonic()
        amount, since = self.used.get(who, (0.0, now))
        amount = max(0.0, amount - (now - since) * self.per_second)
        if amount + 1 > self.burst + 1e-9:
            self.used[who] = (amount, now)
            self.refusals += 1
            wait = (amount + 1 - self.burst) / self.per_second
            raise MatrixError(429, "M_LIMIT_EXCEEDED", "Too Many Requests", {"Retry-After": str(int(wait) + 1)},
                              retry_after_ms=int(wait * 1000) + 1)
        self.used[who] = (amount + 1, now)
