#!/usr/bin/python3
"""The acts on ejabberd and InspIRCd with Atheme (IRCv3, accounts, every rank): people, the archive, outages."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from season import run_season

from acts import PEOPLE    # after the season, which knows the way

if __name__ == "__main__":
    run_season("ejabberd_inspircd", "ejabberd", "inspircd", PEOPLE)
