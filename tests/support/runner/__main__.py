"""tests/run, after the packages are there: chooses, builds, runs, sums up."""

import argparse
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import process
from build import BuildFailed, Builds
from googletest import GoogleTest, wanted_targets
from kinds import kinds, might_match
from lanes import LANES_AT_MOST, Lanes, allowed_processors
from report import Report
from scripts import Script

TESTS = Path(__file__).resolve().parents[2]
# Of the servers of each lane, below those that the kernel chooses by itself.
FIRST_PORT, PORTS = 20000, 12000 // LANES_AT_MOST


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/run", description="Explained at the top of tests/run.")
    parser.add_argument("--require-live", action="store_true")
    parser.add_argument("--preset", default="asan")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_intermixed_args()


class Run:
    """While something is built, what is built already is tested: real servers make one wait, and compilers do not."""

    def __init__(self, arguments):
        self.chosen = arguments.names
        self.preset = arguments.preset
        self.kinds = kinds(arguments.preset)
        self.report = Report(arguments.require_live)
        self.builds = Builds(TESTS.parent, self.report)
        self.scripts = []           # (suite, names)
        self.lanes = Lanes(self.run_suite)
        self.alone = []             # (suite, names)

    # What there is.

    def select_scripts(self):
        paths = ((path, path.relative_to(TESTS).parts[0]) for path in sorted(TESTS.rglob("*_test.py")))
        scripts = [Script(path, TESTS, self.kinds[kind], self.builds) for path, kind in paths
                   if kind in self.kinds and might_match(kind, self.chosen)]
        with ThreadPoolExecutor(allowed_processors()) as pool:    # each has to be asked for its names
            self.scripts = [chosen for several in pool.map(self.select, scripts) for chosen in several]

    def select(self, suite):
        """[(suite, names)]: nothing when no name was chosen."""
        try:
            names = suite.names()
        except RuntimeError as failure:
            self.report.failed(f"{suite.title}/can_be_listed", str(failure))
            return []
        if self.chosen:
            names = [name for name in names if any(choice in name for choice in self.chosen)]
        return [(suite, names)] if names else []

    def build_unit_tests(self, *more):
        """They have to be built before it is known what there is: only the programs know their tests."""
        wanted = might_match("unit", self.chosen)
        targets = wanted_targets(TESTS, self.builds.test_targets(self.preset), self.chosen) if wanted else []
        if targets or more:
            self.builds.build(self.preset, [*targets, *more])
        root = self.builds.folder / self.preset / "tests"
        programs = [each for each in sorted(root.rglob("test_*")) if each.name in targets and each.is_file()]
        return [chosen for program in programs for chosen in self.select(
            GoogleTest(program, program.parent.relative_to(root), self.kinds["unit"].seconds))]

    def names(self):
        chosen = list(self.scripts)
        try:
            chosen += self.build_unit_tests()
        except BuildFailed as failure:
            self.report.failed(f"build/{self.preset}", str(failure))
        return sorted(name for _, names in chosen for name in names)

    # Building and testing.

    def build_all(self):
        """Offers the suites as soon as they can run."""
        self.offer([chosen for chosen in self.scripts if not chosen[0].presets])
        for preset in sorted({"release", self.preset}, key=lambda each: each != "release"):
            scripts = [chosen for chosen in self.scripts if preset in chosen[0].presets]
            gateway = ["dragoman"] if scripts else []
            try:
                if preset == self.preset:
                    scripts += self.build_unit_tests(*gateway)
                elif gateway:
                    self.builds.build(preset, gateway)
            except BuildFailed as failure:
                if self.lanes.stopped:    # by Ctrl-C
                    return
                self.report.failed(f"build/{preset}", str(failure))
                for name in (name for _, names in scripts for name in names):
                    self.report.failed(name, f"it did not run: {preset} could not be built")
            else:
                self.offer(scripts)

    def offer(self, chosen):
        self.alone += [each for each in chosen if each[0].alone]
        self.lanes.offer([part for suite, names in chosen if not suite.alone for part in suite.parts(names)])

    def build_and_close(self):
        try:
            self.build_all()
        except BaseException as trouble:    # a mistake of the runner
            self.lanes.trouble = trouble
        self.lanes.nothing_more_comes()

    def run_suite(self, suite, names, lane):
        first = FIRST_PORT + lane * PORTS
        suite.run(names, self.report, {"DRAGOMAN_PORTS": f"{first}-{first + PORTS - 1}"})

    def run(self):
        threading.Thread(target=self.build_and_close, daemon=True).start()
        self.lanes.run_all()
        for suite, names in self.alone:
            self.run_suite(suite, names, 0)


def main():
    arguments = parse_arguments()
    run = Run(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run.select_scripts()
        if arguments.list:
            print("\n".join(run.names()))
            return 0
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
