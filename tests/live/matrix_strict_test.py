#!/usr/bin/python3
"""A Synapse that takes one message a second from each person."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from matrix_season import run_matrix_season    # first: it knows the way

from matrix_acts.volume import sixty_lines_arrive
from matrix_world import SynapseHouse
from synapse import RAISED

STRICT = RAISED.replace("rc_message: { per_second: 100000, burst_count: 100000 }",
                        "rc_message: { per_second: 1, burst_count: 3 }")


async def sixty_lines_arrive_in_order(stage):
    alice, address, room, (bob,) = await stage.in_a_room()
    alice.patience = 100
    await sixty_lines_arrive(stage, alice, address, room, bob, patience=100)


if __name__ == "__main__":
    assert STRICT != RAISED
    run_matrix_season("live/matrix_strict", SynapseHouse(limits=STRICT), {"volume": [sixty_lines_arrive_in_order]})
