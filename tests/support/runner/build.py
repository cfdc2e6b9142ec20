"""Configures and builds presets, each once, and only the targets that are needed."""

import os
import re
import time

import process
from report import excerpt


class BuildFailed(Exception):
    pass


class Builds:
    def __init__(self, project, report):
        self.project = project
        self.report = report
        self.folder = project / "build"
        self.configured = set()

    def binary(self, preset):
        return self.folder / preset / "dragoman"

    def configure(self, preset):
        if preset in self.configured:
            return
        options = ["-DDRAGOMAN_WERROR=ON"] if os.environ.get("DRAGOMAN_WERROR") == "1" else []
        self._run(preset, "configure", ["cmake", "--preset", preset, *options])
        self.configured.add(preset)

    def build(self, preset, targets):
        self.configure(preset)
        # Niced: tests run beside it, and must not wait for a compiler.
        self._run(preset, "build", ["nice", "cmake", "--build", "--preset", preset, "--target", *targets])

    def test_targets(self, preset):
        """The GoogleTest programs that the preset knows: the targets test_*."""
        self.configure(preset)
        lines = self._run(preset, "targets", ["cmake", "--build", "--preset", preset, "--target", "help"])
        return sorted({match[1] for line in lines if (match := re.match(r"(test_\w+): phony", line))})

    def _run(self, preset, step, command):
        log = self.folder / "test-logs" / f"{step}-{preset}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        lines = []
        code = process.run(command, lines.append, seconds=2700, cwd=self.project)
        log.write_text("\n".join(lines) + "\n")
        if code != 0:
            raise BuildFailed(f"{' '.join(command)}: {process.ending(code)}, see {log}\n"
                              + excerpt("\n".join(lines), first=0, last=60))
        if step == "build":
            self.report.note(f"built {preset} ({time.monotonic() - started:.0f} s)")
        return lines
