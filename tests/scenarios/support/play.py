"""Plays a scenario: a scripted XMPP server, a scripted IRC server, and the gateway between them."""

import tempfile
from itertools import count
from pathlib import Path

from attack_steps import AttackSteps
from configuration import configuration_text, secrets
from gateway_process import GatewayProcess
from gateway_steps import GatewaySteps
from inbox import Failure, Troubles
from irc_server import IrcServer
from irc_steps import IrcSteps
from manager_steps import ManagerSteps
from operator_steps import OperatorSteps
from people_steps import PeopleSteps
from proof import Proof
from server_steps import ServerSteps
from stranger_steps import StrangerSteps, free_port
from target import Target
from target_steps import TargetSteps
from transcript import Transcript, shortened
from values import fill_in
from xmpp_server import XmppServer

PATIENCE = 5.0          # seconds for everything that a step waits for


class Play(PeopleSteps, IrcSteps, ServerSteps, GatewaySteps, ManagerSteps, OperatorSteps, StrangerSteps,
           AttackSteps, TargetSteps, Proof):
    """The steps' names and bodies are in steps.py; what they do, in the classes above."""

    def __init__(self, scenario, binary):
        self.scenario = scenario
        self.binary = binary
        self.transcript = Transcript()
        self.troubles = Troubles()
        self.variables = {}
        self.probes = count(1)
        self.running_as_expected = scenario.starts_gateway
        self.overrides = list(scenario.overrides)       # a reload adds to them
        self.other_network = scenario.other_network
        self.bridges = scenario.bridges

    async def run(self):
        """Returns None, or the text of the failure."""
        with tempfile.TemporaryDirectory(prefix="dragoman-scenario-") as folder:
            self.folder = Path(folder)
            self.server = XmppServer(secrets(self.scenario.other_network), self.transcript, self.troubles)
            self.irc = IrcServer(self.transcript, self.troubles)
            self.target = Target(self.transcript, self.troubles)
            self.processes = {"gateway": GatewayProcess(self.binary, folder, self.transcript)}
            step = None
            try:
                await self.set_the_stage()
                for step in self.scenario.steps:
                    await self.take(step)
                step = None
                await self.nothing_is_left()
                await self.stop_gateway()
                self.no_sanitizer_complained()
                return None
            except Failure as failure:
                return self.report(step, failure)
            finally:
                self.running_as_expected = False
                for process in self.processes.values():
                    await process.kill()
                self.close_manager()
                self.close_attacks()
                await self.target.close()
                for port in (self.server.port, *self.irc.ports):
                    await port.give_up()

    async def set_the_stage(self):
        text = self.scenario.own_configuration or configuration_text(self.overrides, self.other_network, self.bridges)
        await self.server.port.open()
        self.variables = {"xmpp_port": str(self.server.port.number), "irc_port": str(self.irc.port.number)}
        if "${irc_tls_port}" in self.scenario.path.read_text():
            self.irc.use_tls(self.folder)
            self.variables |= {"irc_tls_port": str(self.irc.tls_port.number),
                               "fingerprint": self.irc.certificates.fingerprint("good")}
            self.processes["gateway"].environment["SSL_CERT_FILE"] = str(self.irc.certificates.authority)
        if "${http_port}" in self.scenario.path.read_text():
            self.variables["http_port"] = str(free_port())
        if "${target_port}" in self.scenario.path.read_text():
            await self.target.open(free_port())
            self.variables["target_port"] = str(self.target.number)
        await self.irc_is_up()
        (self.folder / "dragoman.toml").write_text(fill_in(text, self.variables))
        if self.scenario.starts_gateway:
            await self.gateway_starts({}, "")
            for _ in self.server.components:
                await self.gateway_connects({}, "")

    async def take(self, step):
        self.troubles.check()
        try:
            await getattr(self, step.method)(step.details, step.body)
        except KeyError as unknown:
            raise Failure(unknown.args[0]) from unknown

    async def wait_for(self, awaitable, details, what):
        seconds = float(details.get("seconds", PATIENCE))
        try:
            return await self.troubles.wait_for(awaitable, seconds)
        except TimeoutError:
            raise Failure(f"waited {seconds:g} s for {what}") from None

    async def values_differ(self, details, _):
        values = [fill_in(name, self.variables) for name in details["names"].split(", ")]
        if len(set(values)) < len(values):
            raise Failure(f"two of them are the same: {values}")

    def report(self, step, failure):
        where = f"{step.where}: {step.text}" if step is not None else "at the end"
        lines = [where, *map(shortened, str(failure).split("\n")), "", "What went over the wires:"]
        lines += self.transcript.tail()
        for title, process in self.processes.items():
            lines += ["", f"The log of the {title}:"] + process.log[-80:]
        return "\n".join(lines)
