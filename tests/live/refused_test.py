#!/usr/bin/python3
"""What the operator reads when the XMPP server does not let the gateway in."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, NETWORK, Dragoman, play, run_suite


def launch(stage, **settings):
    """Without waiting for it to be let in."""
    stage.gateway = Dragoman(stage.binary, stage.stack.folder_for("dragoman"), stage.xmpp_server,
                             **{"irc_port": stage.irc_server.port, "network": NETWORK, **settings})
    stage.stack.servers.append(stage.gateway)
    stage.gateway.launch()


async def still_runs(stage):
    assert stage.gateway.is_running(), f"the gateway ended{stage.gateway.how_it_ended()}"


async def a_wrong_secret_is_explained(stage):
    launch(stage, secret="not the secret")
    line = await stage.gateway_logs("secret", GATEWAY_DOMAIN, "component_secret")
    assert "not the secret" not in line and GATEWAY_SECRET not in line, "the log tells secrets"
    await still_runs(stage)


async def an_unknown_domain_is_explained(stage):
    launch(stage, jid="other.example.localhost")
    await stage.gateway_logs("other.example.localhost", "Component")
    await still_runs(stage)


async def a_server_that_is_not_there_is_waited_for(stage):
    stage.xmpp_server.stop()
    launch(stage)
    await stage.gateway_logs("refused")
    stage.xmpp_server.start()
    deadline = asyncio.get_running_loop().time() + 20
    while not stage.xmpp_server.component_is_connected(GATEWAY_DOMAIN):
        assert asyncio.get_running_loop().time() < deadline, stage.gateway.last_words()
        await asyncio.sleep(0.05)


async def ejabberd_explains_a_wrong_secret(stage):
    launch(stage, secret="not the secret")
    await stage.gateway_logs("secret", GATEWAY_DOMAIN, "ejabberd_service")
    await still_runs(stage)


async def ejabberd_explains_a_wrong_port(stage):
    """The port of clients. (Prosody knows no better than that the domain is unknown there.)"""
    stage.xmpp_server.component_port = stage.xmpp_server.port
    launch(stage)
    await stage.gateway_logs("component port")
    await still_runs(stage)


if __name__ == "__main__":
    run_suite("live/refused", {
        **{act.__name__: play(act) for act in (
            a_wrong_secret_is_explained, an_unknown_domain_is_explained, a_server_that_is_not_there_is_waited_for)},
        **{act.__name__: play(act, xmpp_server="ejabberd") for act in (
            ejabberd_explains_a_wrong_secret, ejabberd_explains_a_wrong_port)}})
