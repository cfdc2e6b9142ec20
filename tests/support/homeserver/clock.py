"""The homeserver's time: the machine's, plus what it is wrong by."""

import time


class Clock:
    def __init__(self):
        self.skew = 0.0    # seconds

    def milliseconds(self):
        return int((time.time() + self.skew) * 1000)

    @staticmethod
    def monotonic():
        return time.monotonic()
