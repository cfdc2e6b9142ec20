"""What went over the wires of a scenario, for the report of a failure."""

import time


class Transcript:
    def __init__(self):
        self.began = time.monotonic()
        self.lines = []

    def note(self, who, direction, what):
        """direction: `->` to the gateway, `<-` from the gateway, `--` anything else."""
        stamp = f"{time.monotonic() - self.began:7.3f}"
        self.lines.append(f"{stamp}  {who:<12} {direction}  {shortened(str(what))}")

    def tail(self, count=60):
        left_out = len(self.lines) - count
        return ([f"         ... {left_out} lines before"] if left_out > 0 else []) + self.lines[-count:]


def shortened(text, longest=2000):
    return text if len(text) <= longest else f"{text[:longest]} ... ({len(text)} characters)"
