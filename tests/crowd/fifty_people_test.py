#!/usr/bin/python3
"""Some dozens of people at once: all come back after a restart of their IRC server, and of everything that they say they
hear what became of it."""

import asyncio
import collections
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "live"))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, Stage, play, run_suite

from irc_servers import Inspircd    # after the stage, which knows the way

NAMES = [f"p{number:02}" for number in range(50)]
CHANNELS = 20            # of each
BACK_WITHIN = 60         # seconds, from the moment when the server listens again
SPEAKERS, MESSAGES = NAMES[:20], 50    # of each: a thousand


class ManyStage(Stage):
    def __init__(self, stack, binary, irc):
        self.stack, self.binary = stack, binary
        self.xmpp_server = stack.prosody(users={name: PASSWORD for name in NAMES},
                                         components={GATEWAY_DOMAIN: GATEWAY_SECRET})
        self.irc_server = stack.add(Inspircd(stack.folder_for("inspircd"))) if irc == "inspircd" else stack.ngircd()
        self.gateway = None
        self.people = []

    async def light_client(self, name):
        from light_clients import LightClient
        person = LightClient(name)
        self.people.append(person)
        await person.log_in(self.xmpp_server.port)
        return person


def stage_with(irc):
    return lambda stack, binary, _: ManyStage(stack, binary, irc)


def channels_of(name):
    """Each channel has people of several numbers."""
    return [f"#room{(int(name[1:]) + number) % 50:02}" for number in range(CHANNELS)]


async def enters(person, channel):
    from stanzas import CLIENT, codes
    room, since = f"{channel}@{GATEWAY_DOMAIN}", person.now()
    person.send_xml(f"<presence to='{room}/{person.name}'><x xmlns='http://jabber.org/protocol/muc'>"
                    "<history maxstanzas='0'/></x></presence>")
    await person.gets(f"oneself in {channel}", lambda stanza: stanza.tag == f"{CLIENT}presence"
                      and stanza.get("from") == f"{room}/{person.name}" and 110 in codes(stanza), since)


async def arrives(stage, name, channels):
    person = await stage.light_client(name)
    for channel in channels:
        await enters(person, channel)
    return person


def joins(witness, since):
    """Who came into which channel, as often as it was seen."""
    return collections.Counter((line[1:].partition("!")[0], line.split(" ")[2].lstrip(":"))
                               for line in witness.relayed("JOIN", since) if not line.startswith(":witness!"))


def names_on_arrival(witness):
    """Who was in which channel already when the witness came."""
    return collections.Counter((name.lstrip("~&@%+"), line.split(" ")[4]) for line in witness.lines if " 353 " in line
                               for name in line.rpartition(" :")[2].split() if not name.endswith("witness"))


async def all_come_back_after_a_restart_of_the_irc_server(stage):
    stage.start_gateway(network='  reconnect = { min = "1s", max = "5m" }', flood='{ burst = 10, interval = "2s" }',
                        policy="  [network.limits]\n  rooms_per_minute = 1000\n")
    wanted = collections.Counter((name, channel) for name in NAMES for channel in channels_of(name))
    await asyncio.gather(*(arrives(stage, name, channels_of(name)) for name in NAMES))
    stage.irc_server.kill()
    await asyncio.sleep(3)    # as long as a server is away when it is started anew
    stage.irc_server.start()
    loop = asyncio.get_running_loop()
    began = loop.time()
    witness = await stage.irc("witness", channel=None)
    witness.patience = BACK_WITHIN
    for number in range(50):
        witness.join(f"#room{number:02}")
    # Those who were back before the witness came are in its lists of names.
    while (seen := names_on_arrival(witness) + joins(witness, 0)) != wanted:
        assert loop.time() < began + BACK_WITHIN, (
            f"{sum(seen.values())} of {sum(wanted.values())} are back after {BACK_WITHIN} s; missing: "
            f"{list((wanted - seen))[:3]}, too often: {list((seen - wanted))[:3]}")
        await asyncio.sleep(0.1)
    print(f"all {sum(wanted.values())} are back after {loop.time() - began:.1f} s", file=sys.stderr)
    log = stage.gateway.log.read_text(errors="replace")
    refused = [line for line in log.splitlines() if "link lost" in line and "hrottl" in line]
    assert not refused, refused[:3]


ERRORS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"


def what_became(stanza, of):
    """The id of a message of the person `of` and what this says of it; nothing when it says none of that."""
    received = stanza.find("{urn:xmpp:receipts}received")
    ident = received.get("id") if received is not None else stanza.get("id") or ""
    if not ident.startswith(f"{of}-"):
        return None
    if received is not None:
        return ident, "received"
    if stanza.get("type") != "error":
        return ident, "reflected"
    conditions = [each.tag for each in stanza.iter() if each.tag.startswith(ERRORS) and not each.tag.endswith("}text")]
    return ident, " ".join(each.removeprefix(ERRORS) for each in conditions)


async def a_thousand_messages_have_a_thousand_outcomes(stage, rooms, modes, targets):
    """Twenty people say fifty things each, to one target after the other: (localpart, type, body, what becomes of it).
    `rooms`: those that all are in, and their modes; `modes`: of the witness on IRC."""
    from stanzas import CLIENT
    stage.start_gateway()
    witness = await stage.irc("witness", channel=None)
    for channel, mode in rooms.items():
        witness.join(channel)
        await witness.sees("joined", where=channel, who="witness")
        if mode:
            await witness.sets_mode(channel, mode)
    hermit = await stage.irc("hermit", channel=None)
    if modes:
        hermit.send(f"MODE hermit {modes}")
        await hermit.gets(f"MODE {modes}", lambda line: " MODE hermit " in line)
    people = await asyncio.gather(*(arrives(stage, name, list(rooms)) for name in SPEAKERS))
    receipt = "<request xmlns='urn:xmpp:receipts'/>"
    since = {person: person.now() for person in people}
    for number in range(MESSAGES):
        for person in people:
            to, kind, body, _ = targets[number % len(targets)]
            person.send_xml(f"<message to='{to}@{GATEWAY_DOMAIN}' type='{kind}' id='{person.name}-{number}'>"
                            f"<body>{body} {number}</body>{receipt if kind == 'chat' else ''}</message>")

    def outcomes(person):
        found = {}
        for stanza in person.stanzas[since[person]:]:
            became = what_became(stanza, person.name) if stanza.tag == f"{CLIENT}message" else None
            if became:
                found.setdefault(became[0], []).append(became[1])
        return found

    for person in people:
        person.patience = 180
        await person.gets(f"{MESSAGES} outcomes", lambda _, person=person: len(outcomes(person)) == MESSAGES, since[person])
    await asyncio.gather(*(person.asks(GATEWAY_DOMAIN, "<ping xmlns='urn:xmpp:ping'/>") for person in people))
    wrong = {ident: what for person in people for ident, what in outcomes(person).items()
             if what != [targets[int(ident.partition("-")[2]) % len(targets)][3]]}
    assert not wrong, f"{len(wrong)} have another outcome: {list(wrong.items())[:5]}"
    assert sum(len(outcomes(person)) for person in people) == len(SPEAKERS) * MESSAGES


async def a_thousand_on_ngircd(stage):
    """What the server took is known by the answers to PING alone."""
    await a_thousand_messages_have_a_thousand_outcomes(stage, {"#tea": "", "#quiet": "+m"}, "", [
        ("#tea", "groupchat", "said", "reflected"), ("#quiet", "groupchat", "not said", "forbidden"),
        ("witness", "chat", "said", "received"), ("nobody", "chat", "not said", "recipient-unavailable")])


async def a_thousand_on_inspircd(stage):
    """By labels; with formatting where codes are blocked, and what only people with an account of services may say."""
    rooms = {"#tea": "", "#quiet": "+m", "#plain": "+c", "#members": "+M"}
    await a_thousand_messages_have_a_thousand_outcomes(stage, rooms, "+R", [
        ("#tea", "groupchat", "said", "reflected"), ("#quiet", "groupchat", "not said", "forbidden"),
        ("#plain", "groupchat", "*boldly* said", "reflected"),
        ("#members", "groupchat", "not said", "registration-required"),
        ("#outside", "groupchat", "not said", "not-acceptable"), ("witness", "chat", "said", "received"),
        ("hermit", "chat", "not said", "registration-required"),
        ("nobody", "chat", "not said", "recipient-unavailable")])


if __name__ == "__main__":
    run_suite("crowd/fifty_people", {
        "inspircd/all_come_back_after_a_restart_of_the_irc_server":
            play(all_come_back_after_a_restart_of_the_irc_server, stage=stage_with("inspircd"), programs=("inspircd",)),
        "ngircd/all_come_back_after_a_restart_of_the_irc_server":
            play(all_come_back_after_a_restart_of_the_irc_server, stage=stage_with("ngircd")),
        "ngircd/a_thousand_messages_have_a_thousand_outcomes":
            play(a_thousand_on_ngircd, stage=stage_with("ngircd")),
        "inspircd/a_thousand_messages_have_a_thousand_outcomes":
            play(a_thousand_on_inspircd, stage=stage_with("inspircd"), programs=("inspircd",))})
