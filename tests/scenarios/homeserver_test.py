#!/usr/bin/python3
"""The scripted homeserver (tests/support/homeserver): what it shares with Synapse, and what is its own.
No gateway takes part."""

import asyncio
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "live"), str(TESTS / "support"), str(TESTS.parent / "config/lib")]

from matrix_acts import api, api_more, troubles
from matrix_world import ScriptedWorld, perform
from suite import run_suite


def play(act):
    return lambda _: asyncio.run(perform(ScriptedWorld(), act))


if __name__ == "__main__":
    run_suite("scenarios/homeserver", {act.__name__: play(act) for act in [*api.ACTS, *api_more.ACTS, *troubles.ACTS]})
