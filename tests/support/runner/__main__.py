"""tests/run, after the packages are there: chooses, builds, runs, sums up."""

import argparse
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import process
from build import BuildFailed, Builds
from googletest import GoogleTest, wanted_targets
from kinds import kinds, might_match
from report import Report
from scripts import Script

TESTS = Path(__file__).resolve().parents[2]
SIDE_BY_SIDE = 2
# Servers that make one wait: these need minutes, and nearly no processor.
LONG = ("live/pace", "live/vanished", "live/ejabberd_inspircd_people", "live/ejabberd_inspircd_rooms")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description="Explained at the top of tests/run.")
    parser.add_argument("--require-live", action="store_true")
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_intermixed_args()


class Run:
    def __init__(self, arguments):
        self.chosen = arguments.names
        self.preset = arguments.preset
        self.kinds = kinds(arguments.preset)
        self.report = Report(arguments.require_live)
        self.builds = Builds(TESTS.parent, self.report)
        self.selected = []    # (suite, names)
        self.failed_presets = set()

    def select_scripts(self):
        for path in sorted(TESTS.rglob("*_test.py")):
            kind = path.relative_to(TESTS).parts[0]
            if kind in self.kinds and might_match(kind, self.chosen):
                self.select(Script(path, TESTS, self.kinds[kind], self.builds))

    def select_unit_tests(self):
        """Has to build them first: only the programs know their tests."""
        if not might_match("unit", self.chosen):
            return
        try:
            targets = wanted_targets(TESTS, self.builds.test_targets(self.preset), self.chosen)
            if targets:
                self.builds.build(self.preset, targets)
        except BuildFailed as failure:
            self.report.failed(f"build/{self.preset}", str(failure))
            self.failed_presets.add(self.preset)
            return
        root = self.builds.folder / self.preset / "tests"
        for program in sorted(root.rglob("test_*")):
            if program.name in targets and program.is_file():
                self.select(GoogleTest(program, program.parent.relative_to(root), self.kinds["unit"].seconds))

    def select(self, suite):
        try:
            names = suite.names()
        except RuntimeError as failure:
            self.report.failed(f"{suite.title}/can_be_listed", str(failure))
            return
        if self.chosen:
            names = [name for name in names if any(choice in name for choice in self.chosen)]
        if names:
            self.selected.append((suite, names))

    def build_gateways(self):
        needed = sorted({preset for suite, _ in self.selected for preset in suite.presets})
        for preset in needed:
            if preset in self.failed_presets:
                continue
            try:
                self.builds.build(preset, ["dragoman"])
            except BuildFailed as failure:
                self.report.failed(f"build/{preset}", str(failure))
                self.failed_presets.add(preset)

    def run(self):
        together, alone = [], []
        for suite, names in self.selected:
            broken = self.failed_presets.intersection(suite.presets)
            if broken:
                for name in names:
                    self.report.failed(name, f"it did not run: {' and '.join(sorted(broken))} could not be built")
            else:
                (alone if suite.alone else together).append((suite, names))
        # What takes minutes first, then by the time limit, so that no long suite is left for the end.
        together.sort(key=lambda chosen: (chosen[0].title not in LONG, -chosen[0].seconds))
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            runs = [pool.submit(suite.run, names, self.report) for suite, names in together]
            try:
                for finished in runs:
                    finished.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                process.stop_all()
                raise
        for suite, names in alone:
            suite.run(names, self.report)


def main():
    arguments = parse_arguments()
    run = Run(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run.select_scripts()
        run.select_unit_tests()
        if arguments.list:
            print("\n".join(sorted(name for _, names in run.selected for name in names)))
            return 0
        run.build_gateways()
        run.run()
    except KeyboardInterrupt:
        run.report.failed("interrupted", "Ctrl-C")
    finally:
        process.stop_all()
    if not run.report.results and run.chosen:
        print(f"No test's name contains {' or '.join(run.chosen)}; tests/run --list prints all names.")
    return run.report.finish()


if __name__ == "__main__":
    sys.exit(main())
