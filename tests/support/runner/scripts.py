"""Test scripts: tests/KIND/**/*_test.py, see the top of tests/run for what they understand."""

import copy
import os
import time

import process
from googletest import SANITIZERS
from lengths import length_of, share
from report import excerpt


class Script:
    """One script, or a part of its tests."""

    def __init__(self, path, tests_folder, kind, builds):
        self.path = path
        self.title = str(path.relative_to(tests_folder)).removesuffix(".py").removesuffix("_test")
        self.kind_name = path.relative_to(tests_folder).parts[0]
        self.alone = self.title in kind.alone
        self.length = length_of(self.title).seconds
        self.presets = kind.presets
        self.seconds = kind.seconds
        self.project = tests_folder.parent
        self.binary = builds.binary(kind.presets[0]) if kind.presets else None
        self.log = builds.folder / "test-logs" / f"{self.title.replace('/', '-')}.log"
        self.environment = {**SANITIZERS, "DRAGOMAN_BUILD": str(builds.folder), "PYTHONDONTWRITEBYTECODE": "1",
                            "PYTHONUNBUFFERED": "1"}

    def names(self):
        if not os.access(self.path, os.X_OK):
            raise RuntimeError(f"{self.path} is not executable: chmod +x")
        lines = []
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # Names are on the standard output alone: libraries remark things on the other one.
        with self.log.open("w+") as log:
            code = process.run([self.path, "--list"], lines.append, 60, self.project, self.environment, errors=log)
            log.seek(0)
            remarks = log.read()
        names = [line.strip() for line in lines if line.strip()]
        strange = [name for name in names if not name.startswith(f"{self.kind_name}/") or " " in name]
        if code != 0 or strange:
            raise RuntimeError(f"{self.path} --list: {process.ending(code)}; it must print names that begin with "
                               f"{self.kind_name}/\n" + excerpt("\n".join([*lines, remarks])))
        return names

    def parts(self, names):
        """(script, names): what may run side by side."""
        parts = share(names, length_of(self.title).parts)
        if len(parts) < 2:
            return [(self, names)]
        return [(self.part(number), some) for number, some in enumerate(parts, start=1)]

    def part(self, number):
        part = copy.copy(self)
        part.title = f"{self.title}.{number}"
        part.length = self.length // length_of(self.title).parts
        part.log = self.log.with_name(f"{self.log.stem}.{number}.log")
        return part

    def run(self, names, report, environment):
        """`environment`: more variables, of the place where it runs."""
        started = time.monotonic()
        missing, failed = set(names), False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:

            def on_line(line):
                nonlocal failed
                print(line, file=log, flush=True)
                outcome, name, reason = parse_result(line)
                if name not in missing:
                    return
                missing.discard(name)
                if outcome == "ok":
                    report.passed(name)
                elif outcome == "cannot":
                    report.impossible(name, reason or "it says no reason")
                elif outcome == "skip":
                    report.skipped(name, reason or "it says no reason")
                else:
                    failed = True
                    report.failed(name, f"{reason}\n(log: {self.log})")

            binary = ["--binary", self.binary] if self.binary else []
            code = process.run([self.path, *binary, *names], on_line, self.seconds, self.project,
                               {**self.environment, **environment}, errors=log)
        words = excerpt(self.log.read_text(errors="replace"), first=0, last=30)
        for name in sorted(missing):
            report.failed(name, f"no result; the script ended with {process.ending(code)} (log: {self.log})\n{words}")
        if code != 0 and not missing and not failed:
            report.failed(f"{self.title}/the_script_ends_well", f"{process.ending(code)} (log: {self.log})\n{words}")
        report.note(f"{self.title}: {len(names)} tests ({time.monotonic() - started:.1f} s)")


def parse_result(line):
    """`not ok live/irc/x it broke` -> (`not ok`, `live/irc/x`, `it broke`); other lines have no name."""
    for outcome in ("ok", "not ok", "skip", "cannot"):
        if line.startswith(f"{outcome} "):
            name, _, reason = line[len(outcome) + 1:].partition(" ")
            return outcome, name, reason
    return None, None, ""
