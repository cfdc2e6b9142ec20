#!/usr/bin/python3
"""What the scripted homeserver is held to, on Synapse: the same acts. No gateway takes part."""

import asyncio
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parents[1] / "config/lib")]

from matrix_acts import api, api_more
from matrix_world import SynapseHouse, SynapseWorld, perform
from suite import run_suite

HOUSE = SynapseHouse()


def play(act, number):
    return lambda _: asyncio.run(perform(SynapseWorld(HOUSE.get(), number), act))


if __name__ == "__main__":
    acts = [*api.ACTS, *api_more.ACTS]
    try:
        run_suite("live/homeserver_synapse", {act.__name__: play(act, number) for number, act in enumerate(acts)})
    finally:
        HOUSE.close()
