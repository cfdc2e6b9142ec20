#!/usr/bin/python3
"""A thousand people at a restart of the gateway (S10 g), on both stacks; with servers of their own, since the accounts of
so many would be in the way of every other act, and alone, since they take the whole machine."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, Stage, play, run_suite

from irc_servers import Inspircd    # after the stage, which knows the way
from servers import Ejabberd
from stack import Prosody
from wiretap import Wiretap


class PlainProsody(Prosody):
    """Without what costs it time for each of so many people and is not asked for here; rosters are kept in memory."""

    modules = ("roster", "saslauth", "tls", "disco", "ping")

    def __init__(self, folder, **settings):
        super().__init__(folder, extra='  storage = { roster = "memory" }\n', **settings)


class CrowdedStage(Stage):
    def __init__(self, stack, binary, xmpp_server="prosody"):
        from acts.many_people import NAMES
        self.stack, self.binary = stack, binary
        settings = {"users": {name: PASSWORD for name in NAMES}, "components": {GATEWAY_DOMAIN: GATEWAY_SECRET}}
        if xmpp_server == "ejabberd":
            self.xmpp_server = stack.add(Ejabberd(stack.folder_for("ejabberd"), **settings))
            self.irc_server = stack.add(Inspircd(stack.folder_for("inspircd")))
        else:
            self.xmpp_server = stack.add(PlainProsody(stack.folder_for("prosody"), **settings))
            self.irc_server = stack.ngircd()
        self.tap = Wiretap(self.xmpp_server)
        self.gateway = None
        self.people = []

    def start_gateway(self, **settings):
        super().start_gateway(**{"log_level": "info", "xmpp_server": self.tap, **settings})

    def light_client(self, name):
        from light_clients import LightClient
        person = LightClient(name)
        self.people.append(person)
        return person

    async def go_home(self):
        await super().go_home()
        self.tap.stop()


def all_are_found_after_a_restart(stage):
    from acts import many_people    # it needs slixmpp, which may be missing
    return many_people.all_are_found_after_a_restart(stage)


if __name__ == "__main__":
    run_suite("crowd/many_people", {
        "prosody_ngircd/all_are_found_after_a_restart": play(all_are_found_after_a_restart, "prosody", CrowdedStage),
        "ejabberd_inspircd/all_are_found_after_a_restart": play(all_are_found_after_a_restart, "ejabberd", CrowdedStage,
                                                               programs=("inspircd",))})
