#!/usr/bin/python3
"""The acts with Matrix on Prosody and a real Synapse, from PyPI."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from matrix_season import run_matrix_season    # first: it knows the way

from matrix_acts.both import BOTH
from matrix_world import SynapseHouse

if __name__ == "__main__":
    run_matrix_season("live/matrix_synapse", SynapseHouse(), BOTH)
