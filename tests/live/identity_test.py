#!/usr/bin/python3
"""What a server sees of the people of a gateway: idents that it believes, and addresses of their own."""

import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import NETWORK, Stage, play, run_suite
from suite import Skip

from irc_servers import LiveNgircd

IDENTD = ("127.0.0.1", 113)    # servers ask nowhere else


class CuriousNgircd(LiveNgircd):
    """Asks the host of each client who that is (RFC 1413)."""

    def __init__(self, folder):
        super().__init__(folder)
        configuration = folder / "ngircd.conf"
        text = configuration.read_text()
        for asked in ("Ident", "DNS"):    # without the one it does not do the other either
            assert f"    {asked} = no" in text
            text = text.replace(f"    {asked} = no", f"    {asked} = yes")
        configuration.write_text(text)


class CuriousStage(Stage):
    def __init__(self, stack, binary, xmpp_server):
        super().__init__(stack, binary, xmpp_server)
        self.irc_server = stack.add(CuriousNgircd(stack.folder_for("curious")))


async def seen_by(witness, nickname):
    """User and host as the server shows them."""
    words = (await witness.asks(f"WHOIS {nickname}", "311")).split(" ")
    return words[4], words[5]


async def idents_are_believed(stage):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(IDENTD)
        except OSError as reason:
            raise Skip(f"port 113 of 127.0.0.1 cannot be had here: {reason}") from None
    stage.start_gateway(network=f'{NETWORK}\n  identd = "{IDENTD[0]}:{IDENTD[1]}"')
    carol = await stage.irc("carol")
    await stage.xmpp_in_room("alice", carol)
    await stage.xmpp_in_room("bob", carol)
    alice, _ = await seen_by(carol, "alice")
    bob, _ = await seen_by(carol, "bob")
    assert not alice.startswith("~") and not bob.startswith("~"), f"not believed: {alice}, {bob}"
    assert alice != bob, f"both are {alice}"
    own, _ = await seen_by(carol, "carol")
    assert own.startswith("~"), f"carol, whom nobody knows, is {own}"


async def without_identd_they_are_marked(stage):
    """What the test above would see if the gateway were not asked."""
    stage.start_gateway()
    carol = await stage.irc("carol")
    await stage.xmpp_in_room("alice", carol)
    alice, _ = await seen_by(carol, "alice")
    assert alice.startswith("~"), alice


async def people_come_from_addresses_of_their_own(stage):
    stage.start_gateway(network=f'{NETWORK}\n  source = ["127.64.0.0/10"]\n  realname_template = "{{user}} of {{domain}}"')
    carol = await stage.irc("carol")
    await stage.xmpp_in_room("alice", carol)
    await stage.xmpp_in_room("bob", carol)
    (_, alice), (_, bob) = await seen_by(carol, "alice"), await seen_by(carol, "bob")
    assert alice != bob, f"both are at {alice}"
    for host in (alice, bob):
        assert host.startswith("127.") and 64 <= int(host.split(".")[1]) < 128, host
    shown = await carol.asks("WHOIS alice", "311")
    assert shown.endswith(":alice of example.localhost"), shown
    # One ban hits one person.
    await carol.sets_mode("#tea", f"+b *!*@{alice}")
    bans = await carol.asks("MODE #tea b", "367")
    assert alice in bans and bob not in bans, bans


if __name__ == "__main__":
    run_suite("live/identity", {
        "ngircd/idents_are_believed": play(idents_are_believed, stage=CuriousStage),
        "ngircd/without_identd_they_are_marked": play(without_identd_they_are_marked, stage=CuriousStage),
        "ngircd/people_come_from_addresses_of_their_own": play(people_come_from_addresses_of_their_own)})
