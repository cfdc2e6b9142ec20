"""A bridge between six rooms on real servers: Prosody, ejabberd, ngIRCd, InspIRCd, Synapse and a hook, somebody in each.

The servers start with the first play and stay. Each play gets a gateway with an empty store, rooms that nobody has used before, and a bridge that
comes with a reload, when the hook is there."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stage import PASSWORD    # first: it knows where the modules below are

from bridge_people import BOT, InXmppRoom, OnHook, OnIrc, OnMatrix
from bridge_servers import (EJABBERD_DOMAIN, EJABBERD_ROOMS, HOOK_DOMAIN, MATRIX_DOMAIN, OWN_MOUNTS, PROSODY_ROOMS, SECOND_IRC_DOMAIN, Door,
                            EjabberdWithRooms, ProsodyWithRooms)
from irc_servers import Inspircd, LiveNgircd
from matrix_user import V3, path
from server import free_ports
from servers import missing
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, XMPP_DOMAIN, Stack
from suite import Cannot, Skip, run_suite
from synapse import Synapse

PROGRAMS = ("prosody", "ejabberdctl", "erl", "ngircd", "inspircd")
LEGS = ("prosody", "ejabberd", "ngircd", "inspircd", "synapse", "hook")


def network(jid, backend, name, *more):
    lines = [f'jid = "{jid}"', f'secret = "{GATEWAY_SECRET}"', f'backend = "{backend}"', f'name = "{name}"',
             f'admins = ["admin@{XMPP_DOMAIN}"]', "[network.limits]", "rooms_per_minute = 100000", "registrations_per_hour = 100000",
             f"[network.{backend}]", *more]
    return "[[network]]\n" + "\n".join(lines) + "\n"


class BridgeTheatre:
    """`matrix_limits`: YAML for Synapse, nothing: none worth mentioning."""

    def __init__(self, plays, **synapse):
        self.plays = plays
        self.synapse_settings = synapse
        self.stack = None
        self.has_failed = False

    def open(self):
        if self.stack:
            for server in self.stack.servers:    # a play that failed may have left one stopped
                if not server.is_running():
                    server.start()
            return
        if command := missing(PROGRAMS):
            raise Skip(f"a bridge between all kinds of servers needs: {command}")
        if subprocess.run([*OWN_MOUNTS, "true"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            raise Skip("ejabberd needs an /etc/hosts of its own to find Prosody, and this machine allows no mounts of one's own (unshare --mount)")
        self.folder = Path(tempfile.mkdtemp(prefix="dragoman-bridge-"))
        synapse_folder = self.folder / "synapse"
        synapse_folder.mkdir()
        synapse = Synapse(synapse_folder, **self.synapse_settings)    # raises Skip without PyPI
        self.stack = Stack(self.folder)
        ejabberd_s2s, = free_ports(1)
        self.prosody = self.will_have(ProsodyWithRooms(
            self.stack.folder_for("prosody"), ejabberd_s2s, {"admin": PASSWORD, **{f"alice-{n}": PASSWORD for n in range(self.plays)}}))
        self.ejabberd = self.will_have(EjabberdWithRooms(
            self.stack.folder_for("ejabberd"), ejabberd_s2s, self.prosody.s2s_port, {f"erika-{n}": PASSWORD for n in range(self.plays)}))
        self.ngircd = self.will_have(LiveNgircd(self.stack.folder_for("ngircd")))
        self.inspircd = self.will_have(Inspircd(self.stack.folder_for("inspircd")))
        self.synapse = self.will_have(synapse)
        for server in self.stack.servers:    # side by side: two of them take their time
            server.launch()
        for server in self.stack.servers:
            server.wait_until_ready()

    def will_have(self, server):
        self.stack.servers.append(server)
        return server

    def close(self):
        if self.stack:
            for complaint in self.stack.stop():
                print(complaint, file=sys.stderr)
            if not self.has_failed:
                shutil.rmtree(self.folder, ignore_errors=True)


class BridgeStage:
    def __init__(self, theatre, binary, number):
        self.theatre, self.binary, self.number = theatre, binary, number
        self.stack = Stack(tempfile.mkdtemp(prefix="dragoman-bridge-gateway-"))
        self.gateway = self.bob = self.hook = None
        self.people, self.doors = [], {}
        self.room = f"tea-{number}"
        self.channel = f"#tea-{number}"
        self.bot = f"{BOT}{number}"    # nobody waits until the last play's is gone

    # The gateway.

    async def opens(self, bridge='mode = "relay"', **limits):
        """Everybody is in their room, and the gateway too. `bridge`: more keys of it; the bot speaks for everybody unless they say otherwise."""
        theatre = self.theatre
        listener, sink = free_ports(2)
        reconnect = 'reconnect = { min = "200ms", max = "1s" }'
        self.relay = OnMatrix(theatre.synapse.url, f"@{BOT}-{self.number}:hs.test")
        await theatre.synapse.register(f"{BOT}-{self.number}", PASSWORD)
        hook_limits = limits.get("hook", "limits = { burst = 100000, owner_per_second = 100000 }")
        self.doors = {"ngircd": Door(theatre.ngircd.port), "inspircd": Door(theatre.inspircd.port)}
        for door in self.doors.values():
            await door.open()
        networks = [
            network(SECOND_IRC_DOMAIN, "irc", "InspIRCd", f'server = "127.0.0.1:{self.doors["inspircd"].port}"', "tls = false", self.flood(limits), reconnect),
            network(MATRIX_DOMAIN, "matrix", "Matrix", f'homeserver = "{theatre.synapse.url}"', reconnect,
                    f'relay = {{ user = "{self.relay.id}", password = "{PASSWORD}" }}'),
            network(HOOK_DOMAIN, "webhook", "Hooks", hook_limits,
                    f'outgoing = {{ allow_private = ["127.0.0.1"], allow_http = true, ports = ["{sink}"] }}')]
        self.gateway = self.stack.dragoman(
            self.binary, theatre.prosody, irc_port=self.doors["ngircd"].port, network=f"  {reconnect}", log_level="debug",
            flood=self.flood(limits).partition("= ")[2], policy=f'admins = ["admin@{XMPP_DOMAIN}"]\n[network.limits]\nrooms_per_minute = 100000\n',
            extra="\n".join(networks) + f'[http]\nlisten = "127.0.0.1:{listener}"\npublic_url = "http://127.0.0.1:{listener}"\n')
        await asyncio.gather(self.invites_people(), self.makes_hook(sink))
        self.legs = {"prosody": f"{self.room}@{PROSODY_ROOMS}", "ejabberd": f"{self.room}@{EJABBERD_ROOMS}",
                     "ngircd": f"{self.channel}@{GATEWAY_DOMAIN}", "inspircd": f"{self.channel}@{SECOND_IRC_DOMAIN}",
                     "synapse": f"{self.alias.replace(':', '%')}@{MATRIX_DOMAIN}", "hook": f"#ci-{self.number}@{HOOK_DOMAIN}"}
        self.bridges(bridge)
        await self.all_are_in()

    @staticmethod
    def flood(limits):
        return limits.get("flood", "flood = false")

    def bridges(self, more="", legs=LEGS):
        """The configuration has the bridge from now on."""
        plain = self.gateway.configuration.read_text().partition("[[bridge]]")[0]
        text = f'[[bridge]]\nname = "dev"\n{more}\n'
        for leg in legs:
            text += f'[[bridge.leg]]\nroom = "{self.legs[leg]}"\nnick = "{self.bot}"\nlabel = "{leg}"\n'
        self.gateway.configuration.write_text(plain + text)
        self.gateway.process.send_signal(1)    # SIGHUP

    async def verb(self, *words):
        run = await asyncio.to_thread(subprocess.run, [*self.gateway.command[:1], *words, "--config", self.gateway.configuration],
                                      capture_output=True, text=True)
        return run.stdout + run.stderr

    async def states(self):
        """leg -> state"""
        listed = await self.verb("bridge", "list")
        return {leg: found[1] for leg, address in self.legs.items()
                if (found := re.search(rf"{re.escape(address)}\s+\w+\s+(\w+)", listed))}

    async def all_are_in(self, legs=LEGS, patience=25):
        await self.are("joined", legs, patience)

    async def are(self, state, legs, patience=25):
        try:
            async with asyncio.timeout(patience):
                while True:
                    states = await self.states()
                    if all(states.get(leg) == state for leg in legs):
                        return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"not all of {legs} are {state} after {patience} s:\n{await self.verb('bridge', 'list')}") from None

    # People.

    async def invites_people(self):
        theatre, number = self.theatre, self.number
        self.alice = InXmppRoom(f"alice-{number}@{XMPP_DOMAIN}/test", PASSWORD, f"{self.room}@{PROSODY_ROOMS}")
        self.erika = InXmppRoom(f"erika-{number}@{EJABBERD_DOMAIN}/test", PASSWORD, f"{self.room}@{EJABBERD_ROOMS}")
        self.carol = OnIrc(f"carol{number}", theatre.ngircd.port, self.channel)
        self.dave = OnIrc(f"dave{number}", theatre.inspircd.port, self.channel, has_tags=True)
        self.people += [self.alice, self.erika, self.carol, self.dave]
        await self.alice.log_in("127.0.0.1", theatre.prosody.port)
        await self.erika.log_in("127.0.0.1", theatre.ejabberd.port)
        await asyncio.gather(*(each.enters() for each in (self.alice, self.erika, self.carol, self.dave)))
        self.bob = OnMatrix(theatre.synapse.url, f"@bob-{number}:hs.test")
        await theatre.synapse.register(self.bob.name, PASSWORD)
        await self.bob.log_in(PASSWORD)
        self.bob.bot = self.relay.id
        self.alias = f"#tea-{number}:hs.test"
        self.bob.room = await self.bob.creates_room(preset="public_chat", alias=f"tea-{number}", name="Tea")

    async def makes_hook(self, sink):
        """By somebody who does nothing else."""
        self.hook = OnHook(sink)
        await self.hook.open()
        owner = InXmppRoom(f"admin@{XMPP_DOMAIN}/{self.number}", PASSWORD, None)
        self.owner = owner
        self.people.append(owner)
        await owner.log_in("127.0.0.1", self.theatre.prosody.port)
        await owner.asks_until_answered(HOOK_DOMAIN)

        async def service(text, expected=""):
            since = len(owner.seen)
            owner.tell(HOOK_DOMAIN, text)
            return (await owner.sees("notice", who=HOOK_DOMAIN, text=expected, since=since)).text

        await service("register", "registered")
        name = f"ci-{self.number}"
        self.hook.url = re.search(r"http://\S+", await service(f"new {name}", "/h/"))[0]
        await service(f"answers {name}", "Address")
        said = await service(f"http://127.0.0.1:{sink}/in")
        for _ in range(20):    # as many questions as the form has fields
            if found := re.search(r"whsec_\S+", said):
                self.hook.secret = found[0]
                return
            said = await service("message.created, message.updated, message.deleted, reaction.added" if "What is sent" in said else "-")
        raise AssertionError(f"no secret came, but: {said}")

    @property
    def everybody(self):
        """leg -> who is there"""
        return dict(zip(LEGS, (self.alice, self.erika, self.carol, self.dave, self.bob, self.hook)))

    async def says(self, leg, text):
        person = self.everybody[leg]
        return await (person.speaks(text) if leg == "synapse" else person.says(text))

    def others(self, *legs):
        return {leg: person for leg, person in self.everybody.items() if leg not in legs}

    # Servers that are started again.

    async def restarts(self, leg, stopped=None):
        """And who is there comes back before the gateway does; `stopped` is set meanwhile."""
        server, person = getattr(self.theatre, leg), self.everybody[leg]
        door = self.doors.get(leg)
        if door:
            door.is_open = False
        await asyncio.to_thread(server.stop)
        if stopped:
            stopped.set()
        server.launch()    # in this thread: the server would end with another one
        await asyncio.to_thread(server.wait_until_ready)
        if leg != "synapse":    # whose client syncs again by itself
            await person.log_out()
            await person.comes_back("127.0.0.1", server.port)
        if door:
            door.is_open = True

    # The end.

    def told_secrets(self):
        log = self.gateway.log.read_text(errors="replace")
        secrets = {GATEWAY_SECRET, PASSWORD, self.hook.secret, self.hook.url.rpartition("/")[2]}
        return [f"the log of the gateway shows {secret!r}" for secret in secrets if secret and secret in log]

    async def go_home(self):
        for door in self.doors.values():
            door.close()
        ends = [*([self.bob.goes()] if self.bob else []), *([self.hook.close()] if self.hook else [])]
        await asyncio.gather(*(person.log_out() for person in self.people), *ends, return_exceptions=True)

    async def end(self):
        complaints = [*await asyncio.to_thread(self.stack.stop), *self.told_secrets()]    # in a thread: the doors are in this one
        await self.go_home()
        assert not self.hook.unproved, f"{self.hook.unproved} requests had a wrong signature"
        assert not complaints, " ".join(complaints)


def play_in(theatre, act, number):
    def test(binary):
        try:
            import slixmpp    # noqa: F401
        except ImportError:
            raise Skip("slixmpp is needed: apt-get install --no-install-recommends python3-slixmpp") from None
        theatre.open()
        stage = BridgeStage(theatre, binary, number)
        try:
            asyncio.run(perform(stage, act))
        except BaseException as failure:
            theatre.has_failed = True
            if stage.gateway and not isinstance(failure, Cannot):
                print(stage.gateway.last_words(60), file=sys.stderr)
                print(f"Kept: {stage.stack.folder} {theatre.folder}", file=sys.stderr)
            stage.stack.stop()
            raise
        shutil.rmtree(stage.stack.folder, ignore_errors=True)

    return test


async def perform(stage, act):
    try:
        await act(stage)
    except BaseException:
        await stage.go_home()
        raise
    await stage.end()


def run_bridge_season(name, acts, **synapse):
    """`acts`: folder -> list of coroutine functions of a stage. A test is named NAME/FOLDER/ACT."""
    listed = [(folder, act) for folder, several in acts.items() for act in several]
    theatre = BridgeTheatre(len(listed), **synapse)
    try:
        run_suite(name, {f"{folder}/{act.__name__}": play_in(theatre, act, number) for number, (folder, act) in enumerate(listed)})
    finally:
        theatre.close()
