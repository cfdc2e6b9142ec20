#!/usr/bin/python3
"""The acts with Matrix on Prosody and the scripted homeserver, and those that only it can play."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "live"))

from matrix_season import run_matrix_season    # first: it knows the way

from matrix_acts import failures
from matrix_acts.both import BOTH

if __name__ == "__main__":
    run_matrix_season("scenarios/matrix", None, {**BOTH, "failures": failures.ACTS})
