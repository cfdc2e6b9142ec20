#!/usr/bin/python3
"""The scenarios of this folder: the real gateway between a scripted XMPP server and a scripted IRC server (README.md).

Called as tests/run explains. `--jobs N` plays N scenarios at a time.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER / "support"), str(FOLDER.parent / "support"), str(FOLDER.parent / "rules")]

from play import Play
from scenario_file import Phrases, WrongFile, read_scenario
from suite import one_line

SYNTAX = "scenarios/syntax"


def scenario_files():
    return {f"scenarios/{path.relative_to(FOLDER).with_suffix('')}": path
            for path in sorted(FOLDER.glob("*/**/*.txt")) if "support" not in path.relative_to(FOLDER).parts}


def read_all(files):
    """name -> scenario or WrongFile"""
    phrases = Phrases(FOLDER / "phrases.txt")
    scenarios = {}
    for name, path in files.items():
        try:
            scenarios[name] = read_scenario(path, phrases)
        except WrongFile as wrong:
            scenarios[name] = wrong
    return scenarios


def tell(name, problem=None):
    if problem is None:
        print(f"ok {name}", flush=True)
        return True
    print(f"--- {name}\n{problem}\n", file=sys.stderr, flush=True)
    summary = problem.partition("\nWhat went over the wires:")[0]
    print(f"not ok {name} {one_line(summary)}", flush=True)
    return False


def check_syntax(scenarios):
    mistakes = [f"{name}: {wrong}" for name, wrong in scenarios.items() if isinstance(wrong, WrongFile)]
    return tell(SYNTAX, "\n".join(mistakes) or None)


async def play_all(scenarios, names, binary, jobs):
    places = asyncio.Semaphore(jobs)

    async def play(name):
        scenario = scenarios[name]
        if isinstance(scenario, WrongFile):
            return tell(name, str(scenario))
        async with places:
            return tell(name, await Play(scenario, binary).run())

    return all(await asyncio.gather(*(play(name) for name in names)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the full names of the tests")
    parser.add_argument("--binary", type=Path, help="the gateway")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("names", nargs="*", metavar="NAME", help="a full name; all tests without any")
    arguments = parser.parse_args()

    files = scenario_files()
    if arguments.list:
        print("\n".join([SYNTAX, *files]))
        return
    names = arguments.names or [SYNTAX, *files]
    if unknown := [name for name in names if name != SYNTAX and name not in files]:
        parser.error(f"no such test: {', '.join(unknown)}")

    scenarios = read_all(files)
    good = check_syntax(scenarios) if SYNTAX in names else True
    to_play = [name for name in names if name != SYNTAX]
    if to_play:
        if arguments.binary is None:
            parser.error("--binary is missing")
        good = asyncio.run(play_all(scenarios, to_play, arguments.binary.resolve(), arguments.jobs)) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")    # lines of IRC that are no UTF-8
    main()
