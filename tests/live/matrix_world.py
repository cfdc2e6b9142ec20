"""Two homeservers that are used the same way: the scripted one and Synapse. `url`, `user(...)`, `open`, `close`."""

import asyncio
import tempfile
from pathlib import Path

import yaml

from homeserver import Homeserver
from matrix_user import MatrixUser
from synapse import CROWD_TOKEN, Synapse

PASSWORD = "open sesame"


class World:
    """A homeserver for a play, and who uses it. Names of people are made different for each play by `number`."""

    password = PASSWORD

    def __init__(self, number=0):
        self.number = number
        self.people = []

    def id_of(self, name):
        return f"@{name}-{self.number}:hs.test"

    async def user(self, name, log_in=True):
        """Somebody new, who syncs already unless the play logs them in itself."""
        person = MatrixUser(self.url, self.id_of(name))
        await self.register(person.id[1:].partition(":")[0])
        if log_in:
            await person.log_in(PASSWORD)
        self.people.append(person)
        return person

    async def everybody_goes(self):
        await asyncio.gather(*(person.goes() for person in self.people))


class ScriptedWorld(World):
    def __init__(self, number=0):
        super().__init__(number)
        self.homeserver = Homeserver()
        self.crowd_token = CROWD_TOKEN

    @property
    def url(self):
        return self.homeserver.url

    async def open(self):
        await self.homeserver.open()
        self.homeserver.add_service({
            "id": "crowds", "url": None, "as_token": self.crowd_token, "hs_token": "x", "sender_localpart": "crowd_bot",
            "rate_limited": False, "namespaces": {"users": [{"regex": "@member[0-9]+:hs.test"}]}})

    async def register(self, name):
        self.homeserver.add_user(name, PASSWORD)

    async def restarts(self):
        await self.homeserver.restarts()

    async def takes_service(self, registration, _service):
        """`registration`: the text of its file."""
        self.homeserver.add_service(yaml.safe_load(registration))

    async def fill(self, room, count, _owner):
        self.homeserver.fill(room, count)

    def tokens(self):
        """All that were ever given."""
        accounts = self.homeserver.accounts
        return {*accounts.tokens, *accounts.refreshes, *accounts.lost}

    async def close(self):
        await self.everybody_goes()
        await self.homeserver.close()


class SynapseWorld(World):
    """`synapse` stays for all plays."""

    def __init__(self, synapse, number=0):
        super().__init__(number)
        self.synapse = synapse
        self.crowd_token = CROWD_TOKEN

    @property
    def url(self):
        return self.synapse.url

    async def open(self):
        pass

    async def register(self, name):
        await self.synapse.register(name, PASSWORD)

    async def restarts(self):
        """In this thread: Synapse would end with another one."""
        self.synapse.stop()
        self.synapse.start()

    async def takes_service(self, registration, service):
        if service.homeserver_knows:
            return
        self.synapse.add_service(registration)
        await self.restarts()
        service.homeserver_knows = True

    async def fill(self, room, count, owner):
        await self.synapse.fill(room, count)

    def tokens(self):
        return set()

    async def close(self):
        await self.everybody_goes()


class SynapseHouse:
    """Starts Synapse with the first play that needs it."""

    def __init__(self, **settings):
        self.settings = settings
        self.synapse = self.folder = None

    def get(self):
        if self.synapse is None:
            self.folder = tempfile.TemporaryDirectory(prefix="dragoman-synapse-")
            synapse = Synapse(Path(self.folder.name), **self.settings)
            synapse.start()
            self.synapse = synapse
        elif not self.synapse.is_running():
            self.synapse.start()
        return self.synapse

    def close(self):
        if self.synapse is not None:
            self.synapse.stop()
            self.folder.cleanup()


async def perform(world, act):
    await world.open()
    try:
        await act(world)
    finally:
        await world.close()
