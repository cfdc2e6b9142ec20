#!/usr/bin/python3
"""The other XMPP server: ejabberd with ngIRCd. What differs between the two is in its routing of what we send ourselves."""

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


if __name__ == "__main__":
    run_suite("live/ejabberd", {
        **plays(everybody_hears_everybody_in_a_room, private_messages_go_both_ways, the_subject_goes_both_ways,
                every_message_gets_its_evidence, after_a_kill_of_the_gateway_nobody_has_to_rejoin, xmpp_server="ejabberd"),
        "a_wrong_secret_is_explained": play(a_wrong_secret_is_explained, xmpp_server="ejabberd", with_gateway=False)})
