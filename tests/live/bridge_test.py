#!/usr/bin/python3
"""A bridge between six rooms: Prosody, ejabberd (over s2s), ngIRCd, InspIRCd, Synapse and a hook."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bridge_stage import run_bridge_season    # first: it knows the way

from bridge_acts import about_messages, connections, outages, talking, troubles, volume

if __name__ == "__main__":
    run_bridge_season("live/bridge", {"talking": talking.ACTS, "connections": connections.ACTS, "about_messages": about_messages.ACTS,
                                       "troubles": troubles.ACTS, "outages": outages.ACTS, "volume": volume.ACTS})
