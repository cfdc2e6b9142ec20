"""Collects results, prints failures when they happen and the summary at the end."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    name: str
    outcome: str     # passed, failed or skipped
    detail: str = ""


class Report:
    def __init__(self, skips_are_failures):
        self.skips_are_failures = skips_are_failures
        self.results = []
        self.lock = threading.Lock()

    def passed(self, name):
        self._add(Result(name, "passed"))

    def failed(self, name, detail):
        self._add(Result(name, "failed", detail))

    def skipped(self, name, reason):
        """Something is missing here that could be there."""
        if self.skips_are_failures:
            self.failed(name, f"skipped, which --require-live does not allow: {reason}")
        else:
            self._add(Result(name, "skipped", reason))

    def impossible(self, name, reason):
        """What is tested does not exist here, on no machine: counted as skipped, and no fault of the machine."""
        self._add(Result(name, "skipped", f"cannot be: {reason}"))

    def note(self, text):
        with self.lock:
            print(text, flush=True)

    def _add(self, result):
        with self.lock:
            self.results.append(result)
            if result.outcome == "failed":
                print(f"FAILED {result.name}", flush=True)

    def of(self, outcome):
        return sorted((result for result in self.results if result.outcome == outcome), key=lambda result: result.name)

    def finish(self):
        """Prints the summary; the exit code."""
        failed, skipped = self.of("failed"), self.of("skipped")
        for result in failed:
            print(f"\nFAILED {result.name}")
            print("\n".join(f"    {line}" for line in excerpt(result.detail, first=60, last=30).splitlines()))
        if skipped:
            print("\nSkipped:")
            for result in skipped:
                print(f"    {result.name}: {result.detail}")
        print(f"\n{len(self.of('passed'))} passed, {len(failed)} failed, {len(skipped)} skipped", flush=True)
        return 1 if failed or not self.results else 0


def excerpt(text, first=30, last=15):
    """The first and the last lines of a long text: a sanitizer says the cause at its beginning."""
    lines = [line if len(line) <= 500 else f"{line[:497]}..." for line in text.splitlines()]
    left_out = len(lines) - first - last
    if left_out > 1:
        lines[first:-last] = [f"... {left_out} lines left out ..."]
    return "\n".join(lines)
