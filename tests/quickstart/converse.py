#!/usr/bin/python3
"""Alice on XMPP and Carol on IRC talk through the gateway of example.org, on the usual ports: run in the network of an
installation. Called with what is to be said first; the other answers it."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "config/lib"))

from people import IrcPerson, XmppPerson

ROOM = "#tea@irc.example.org"


async def talk(password, words):
    alice, carol = XmppPerson("alice@example.org/test", password), IrcPerson("carol")
    alice.patience = carol.patience = 30    # the gateway connects to IRC a second after its start, or later
    await carol.log_in("127.0.0.1", 6667)
    carol.join("#tea")
    await carol.sees("joined", where="#tea", who="carol")
    await alice.log_in("127.0.0.1", 5222)
    alice.join(ROOM, "alice")
    await alice.sees("subject", where=ROOM)
    alice.say(ROOM, words)
    await carol.sees("line", where="#tea", who="alice", text=words)
    carol.say("#tea", f"you said: {words}")
    await alice.sees("line", where=ROOM, who="carol", text=f"you said: {words}")
    alice.leave(ROOM)
    await alice.log_out()
    await carol.log_out()


asyncio.run(talk(*sys.argv[1:]))
