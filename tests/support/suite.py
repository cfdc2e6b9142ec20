"""For test scripts in Python: what tests/run asks of a script (see there), so that the script holds only tests.

    from suite import Skip, run_suite

    def talks_both_ways(binary):
        ...                             # returns: ok; raises: not ok; raises Skip: skipped, with the reason

    if __name__ == "__main__":
        run_suite("live/irc", [talks_both_ways])
"""

import argparse
import signal
import sys
import traceback
from pathlib import Path


class Skip(Exception):
    """The test cannot run here; the text says what is missing."""


class Cannot(Exception):
    """What would be tested does not exist with these servers, on any machine; the text says why."""


def run_suite(folder, tests):
    """`tests` is a list of functions, or a dictionary from name to function; a full name is FOLDER/NAME."""
    if not isinstance(tests, dict):
        tests = {test.__name__: test for test in tests}
    tests = {f"{folder}/{name}": test for name, test in tests.items()}

    parser = argparse.ArgumentParser(description="A test script; tests/run explains how it is called.")
    parser.add_argument("--list", action="store_true", help="print the full names of the tests")
    parser.add_argument("--binary", type=Path, help="the gateway")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a full name; all tests without any")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(tests))
        return
    unknown = [name for name in arguments.names if name not in tests]
    if unknown:
        parser.error(f"no such test: {', '.join(unknown)}")

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))    # so that tests stop what they started
    failed = False
    for name in arguments.names or tests:
        print(f"--- {name}", file=sys.stderr, flush=True)
        try:
            tests[name](arguments.binary)
        except Skip as reason:
            print(f"skip {name} {one_line(reason)}", flush=True)
        except Cannot as reason:
            print(f"cannot {name} {one_line(reason)}", flush=True)
        except Exception as failure:    # the next test still runs
            traceback.print_exc()
            words = one_line(failure) or traceback.extract_tb(failure.__traceback__)[-1].line
            print(f"not ok {name} {type(failure).__name__}: {words}", flush=True)
            failed = True
        else:
            print(f"ok {name}", flush=True)
    sys.exit(1 if failed else 0)


def one_line(text):
    return " | ".join(line.strip() for line in str(text).splitlines() if line.strip())
