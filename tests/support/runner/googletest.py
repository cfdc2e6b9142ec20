"""unit/: the GoogleTest programs, build/PRESET/tests/FOLDER/test_FOLDER_WITH_UNDERSCORES."""

import re
import time

import process
from lengths import length_of
from report import excerpt

# A test that breaks a rule of the language ends its program; the text goes to the output that we keep.
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:check_initialization_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def wanted_targets(tests_folder, targets, chosen):
    """Those of the targets in which a chosen test can be: for `unit/core/xmpp/Jid` only test_core_xmpp."""
    folders = {f"test_{'_'.join(folder.relative_to(tests_folder).parts)}": folder.relative_to(tests_folder)
               for folder in tests_folder.rglob("*") if folder.is_dir()}

    def wanted(target):
        if not chosen or target not in folders:
            return True
        name = f"unit/{folders[target]}/"
        return any(not choice.startswith("unit") or name.startswith(choice) or choice.startswith(name)
                   for choice in chosen)

    return [target for target in targets if wanted(target)]


class GoogleTest:
    """One program; its tests are named unit/FOLDER/Suite.Test."""

    alone = False
    presets = ()    # built before it could be asked for its tests

    def __init__(self, program, folder, seconds):
        self.program = program
        self.title = f"unit/{folder}"
        self.seconds = seconds
        self.length = length_of(self.title).seconds

    def names(self):
        lines = []
        code = process.run([self.program, "--gtest_list_tests"], lines.append, 60, self.program.parent, SANITIZERS)
        if code != 0:
            raise RuntimeError(f"{self.program} --gtest_list_tests: {process.ending(code)}\n"
                               + excerpt("\n".join(lines)))
        names, suite = [], ""
        for line in (line.partition("#")[0].rstrip() for line in lines):
            if line.endswith("."):
                suite = line
            elif line.startswith("  ") and "DISABLED_" not in suite + line:
                names.append(f"{self.title}/{suite}{line.strip()}")
        return names

    def parts(self, names):
        return [(self, names)]

    def run(self, names, report, environment):
        """Read line by line, so that a program that dies still tells which test killed it."""
        started = time.monotonic()
        open_tests = {name.removeprefix(f"{self.title}/"): name for name in names}
        total, failures, output, current = len(names), 0, [], None

        def on_line(line):
            nonlocal output, current, failures
            output.append(line)
            match = re.search(r"\[ +(RUN|OK|FAILED|SKIPPED) +\] ([^\s,]+)", line)
            if not match:
                return
            outcome, test = match.groups()
            if outcome == "RUN":
                output, current = [], test
            elif test in open_tests and test == current:
                name, current = open_tests.pop(test), None
                if outcome == "OK":
                    report.passed(name)
                elif outcome == "SKIPPED":
                    report.skipped(name, " ".join(output[:-1]).strip() or "it says no reason")
                else:
                    failures += 1
                    report.failed(name, excerpt("\n".join(output)))

        code = process.run([self.program, "--gtest_color=no", f"--gtest_filter={':'.join(open_tests)}"], on_line,
                           self.seconds, self.program.parent, {**SANITIZERS, **environment})
        last_words = f"{process.ending(code)}\n" + excerpt("\n".join(output))
        if code != 0 and not open_tests and not failures:
            # For example a leak, which the sanitizer finds when all tests are over.
            report.failed(f"{self.title}/the_program_ends_well", last_words)
        if current in open_tests:
            report.failed(open_tests.pop(current), last_words)
        for name in open_tests.values():
            report.failed(name, f"it did not run: {self.program.name} ended before it, with {process.ending(code)}")
        report.note(f"{self.title}: {total} tests ({time.monotonic() - started:.1f} s)")
