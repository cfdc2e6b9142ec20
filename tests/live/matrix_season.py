"""Plays with Matrix: Prosody stays, each play gets a gateway with an empty store and accounts that nobody has used; the
homeserver is the scripted one, anew for each play, or Synapse, which stays.

    run_matrix_season("live/matrix_synapse", SynapseHouse(), {"rooms": rooms.ACTS})
"""

import asyncio
import functools
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stage import PASSWORD    # first: it knows where the modules below are

from matrix_stage import DOMAIN, NAMES, ROOMS, MatrixStage
from matrix_world import ScriptedWorld, SynapseWorld
from server import free_ports
from servers import missing
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, Prosody, Stack
from suite import Cannot, Skip, run_suite


class ServiceOfPlays:
    """What stays of an application service from play to play: Synapse is told of it once."""

    def __init__(self, folder):
        self.port, = free_ports(1)
        self.file = folder / "registration.yaml"    # the gateway makes it
        self.homeserver_knows = False


class MatrixTheatre:
    """`house`: a SynapseHouse; without one each play has a scripted homeserver."""

    def __init__(self, house, plays):
        self.house, self.plays = house, plays
        self.folder = self.stack = self.xmpp_server = self.service = None

    def open(self):
        if self.stack:
            return
        if command := missing(("prosody",)):
            raise Skip(f"an XMPP server is needed: {command}")
        self.folder = Path(tempfile.mkdtemp(prefix="dragoman-matrix-theatre-"))
        self.stack = Stack(self.folder)
        self.service = ServiceOfPlays(self.folder)
        self.xmpp_server = self.stack.add(Prosody(
            self.stack.folder_for("prosody"), components={DOMAIN: GATEWAY_SECRET, GATEWAY_DOMAIN: GATEWAY_SECRET},
            users={f"{name}-{number}": PASSWORD for name in NAMES for number in range(self.plays)},
            extra=f'Component "{ROOMS}" "muc"\n  muc_room_locking = false\n'))

    def world(self, number):
        return SynapseWorld(self.house.get(), number) if self.house else ScriptedWorld(number)

    def close(self):
        if self.house:
            self.house.close()
        if self.stack:
            for complaint in self.stack.stop():
                print(complaint, file=sys.stderr)
            shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def speaks_matrix(binary):
    """DRAGOMAN_NETWORKS may have left it out; an unknown backend is answered with those that there are."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "dragoman.toml")
        configuration.write_text("""\
[xmpp]
server = "127.0.0.1:1"
[store]
path = "dragoman.db"
[[network]]
jid = "x.test"
secret = "s"
backend = "none of them"
""")
        configuration.chmod(0o600)
        run = subprocess.run([Path(binary).resolve(), "--config", configuration, "--check-config"], capture_output=True,
                             text=True, cwd=folder)
    return re.search(r"\bmatrix\b", run.stdout + run.stderr) is not None


def play_in(theatre, act, number):
    def test(binary):
        if not speaks_matrix(binary):
            raise Skip("this gateway was built without Matrix (-DDRAGOMAN_NETWORKS)")
        if theatre.house and getattr(act, "scripted_only", None):
            raise Cannot(act.scripted_only)
        try:
            import slixmpp    # noqa: F401
        except ImportError:
            raise Skip("slixmpp is needed: apt-get install --no-install-recommends python3-slixmpp") from None
        theatre.open()
        stage = MatrixStage(theatre, theatre.world(number), binary, number)
        try:
            asyncio.run(perform(stage, act))
        except BaseException:
            if stage.gateway:
                print(stage.gateway.last_words(60), file=sys.stderr)
            stage.stack.stop()
            stage.tap.stop()
            raise
        shutil.rmtree(stage.stack.folder, ignore_errors=True)

    return test


async def perform(stage, act):
    await stage.world.open()
    try:
        stage.start_gateway()
        await act(stage)
    except BaseException:
        await stage.go_home()
        try:
            await stage.world.close()
        except AssertionError as mistakes:
            print(mistakes, file=sys.stderr)
        raise
    await stage.end()


def run_matrix_season(name, house, acts):
    """`acts`: folder -> list of coroutine functions of a stage. A test is named NAME/FOLDER/ACT."""
    listed = [(folder, act) for folder, several in acts.items() for act in several]
    theatre = MatrixTheatre(house, len(listed))
    try:
        run_suite(name, {f"{folder}/{act.__name__}": play_in(theatre, act, number)
                         for number, (folder, act) in enumerate(listed)})
    finally:
        theatre.close()
