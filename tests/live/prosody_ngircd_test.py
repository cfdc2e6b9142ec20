#!/usr/bin/python3
"""The acts on Prosody and ngIRCd: the small IRC server, without capabilities, and evidence by PING."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from season import run_season

from acts import PEOPLE, ROOMS    # after the season, which knows the way

if __name__ == "__main__":
    run_season("prosody_ngircd", "prosody", "ngircd", {**ROOMS, **PEOPLE})
