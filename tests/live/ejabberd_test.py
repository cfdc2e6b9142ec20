#!/usr/bin/python3
"""The other XMPP server: ejabberd, with ngIRCd. It differs in how it routes what the gateway sends to itself."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from conversation_test import (every_message_gets_its_evidence, everybody_hears_everybody_in_a_room,
                               private_messages_go_both_ways, the_subject_goes_both_ways)
from refused_test import launch, still_runs
from restarts_test import after_a_kill_of_the_gateway_nobody_has_to_rejoin
from stage import GATEWAY_DOMAIN, play, plays, run_suite


async def a_wrong_secret_is_explained(stage):
    launch(stage, secret="not the secret")
    await stage.gateway_logs("secret", GATEWAY_DOMAIN, "ejabberd_service")
    await still_runs(stage)


async def a_wrong_port_is_explained(stage):
    """The port of clients. (Prosody knows no better than that the domain is unknown there.)"""
    stage.xmpp_server.component_port = stage.xmpp_server.port
    launch(stage)
    await stage.gateway_logs("component port")
    await still_runs(stage)


if __name__ == "__main__":
    run_suite("live/ejabberd", {
        **plays(everybody_hears_everybody_in_a_room, private_messages_go_both_ways, the_subject_goes_both_ways,
                every_message_gets_its_evidence, after_a_kill_of_the_gateway_nobody_has_to_rejoin,
                xmpp_server="ejabberd"),
        **{act.__name__: play(act, xmpp_server="ejabberd", with_gateway=False)
           for act in (a_wrong_secret_is_explained, a_wrong_port_is_explained)}})
