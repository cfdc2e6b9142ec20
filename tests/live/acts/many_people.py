"""S10 g: the gateway is started anew while many registered people are online. It finds all of them by asking their server,
a few at a time, and asks none of the people anything."""

import asyncio
import collections

from acts.accounts import REGISTER
from stage import GATEWAY_DOMAIN
from stanzas import CLIENT, codes, describe, is_from
from wiretap import COMPONENT, FROM_GATEWAY

PEOPLE, ROOMS = 1000, 100
NAMES = [f"p{number:03}" for number in range(PEOPLE)]
A_SECOND = 50    # probes: decisions/0011
AT_ONCE = 100    # people who come in at the same time, so that nobody waits too long for an answer


def channel_of(name):
    return f"#room{int(name[1:]) % ROOMS:02}"


def room_of(name):
    return f"{channel_of(name)}@{GATEWAY_DOMAIN}"


def is_presence(stanza, address, kind=None):
    return stanza.tag == f"{CLIENT}presence" and stanza.get("from") == address and stanza.get("type") == kind


async def comes_in(stage, person, turn):
    """Logs in, registers, agrees with the gateway about presence both ways, enters a room."""
    async with turn:
        await person.log_in(stage.xmpp_server.port)
        await person.asks(GATEWAY_DOMAIN, f"<query xmlns='{REGISTER}'><nick>{person.name}</nick></query>", "set")
        await person.gets("the gateway's question", lambda stanza: is_presence(stanza, GATEWAY_DOMAIN, "subscribe"))
        person.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>"
                        f"<presence to='{GATEWAY_DOMAIN}' type='subscribe'/>")
        await person.gets("the gateway's presence", lambda stanza: is_presence(stanza, GATEWAY_DOMAIN))
        person.send_xml(f"<presence to='{room_of(person.name)}/{person.name}'>"
                        "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>")
        await is_inside(person)


async def is_inside(person, since=0):
    await person.gets("oneself in the room", lambda stanza: is_presence(stanza, f"{room_of(person.name)}/{person.name}")
                      and 110 in codes(stanza), since)


async def have_all_joined(witness, since):
    """Who came into which channel, as often as IRC saw it, once there are as many as people."""
    def joins():
        return [(line[1:].partition("!")[0], line.split(" ")[2].lstrip(":")) for line in witness.relayed("JOIN", since)
                if line[1:].partition("!")[0] != witness.name]

    while len(joins()) < PEOPLE:
        seen = witness.now()
        await witness.gets(f"more than {len(joins())} of {PEOPLE} joins", lambda line: " JOIN " in line, seen)
    return collections.Counter(joins())


async def all_are_found_after_a_restart(stage):
    """A thousand, in a hundred rooms. 20 seconds are what 1,000 probes take at 50 a second."""
    stage.start_gateway()
    witness = await stage.irc("witness", channel=None)
    witness.patience = 60
    for name in NAMES[:ROOMS]:
        witness.join(channel_of(name))
    crowd, turn = [stage.light_client(name) for name in NAMES], asyncio.Semaphore(AT_ONCE)
    on_irc = witness.now()
    await asyncio.gather(*(comes_in(stage, person, turn) for person in crowd))
    everybody = collections.Counter((name, channel_of(name)) for name in NAMES)
    assert await have_all_joined(witness, on_irc) == everybody

    assert stage.gateway.stop() == 0, f"the gateway ended{stage.gateway.how_it_ended()}"
    for person in crowd:
        await person.gets("the gateway's goodbye", lambda stanza: is_presence(stanza, GATEWAY_DOMAIN, "unavailable"))
    await witness.catches_up()
    since, on_irc = {person: person.now() for person in crowd}, witness.now()
    stage.gateway.start()
    for person in crowd:
        await person.gets("the gateway's presence", lambda stanza: is_presence(stanza, GATEWAY_DOMAIN), since[person])
        await is_inside(person, since[person])
    joined = await have_all_joined(witness, on_irc)
    assert joined == everybody, f"not once each: {(joined - everybody) + (everybody - joined)}"

    for name in NAMES[:ROOMS]:
        witness.say(channel_of(name), "Is everybody here?")
    for person in crowd:
        await person.gets("what is said in the room", lambda stanza: is_from(stanza, room_of(person.name))
                          and describe(stanza) == "witness says: Is everybody here?", since[person])
    asked = [person.name for person in crowd for stanza in person.stanzas[since[person]:]
             if stanza.get("type") == "subscribe"]
    assert not asked, f"{len(asked)} people were asked again for a subscription: {asked[:5]}"

    written = stage.tap.streams[-1].timed_stanzas(FROM_GATEWAY)
    kinds = collections.Counter(each.get("type") for _, each in written if each.tag == f"{COMPONENT}presence")
    assert not kinds["subscribe"] and not kinds["subscribed"], kinds
    probes = [(when, each.get("to")) for when, each in written if each.get("type") == "probe"]
    assert collections.Counter(to for _, to in probes) == collections.Counter(person.bare for person in crowd), (
        f"{len(probes)} probes for {len({to for _, to in probes})} people")
    times = [when - probes[0][0] for when, _ in probes]
    # A server that is behind gets some late and then more at once, but at no time more than there should be by then.
    early = [number for number, when in enumerate(times) if when < number / A_SECOND - 1]
    assert not early, f"{early[0]} probes within {times[early[0]]:.1f} s; {len(times)} within {times[-1]:.1f} s"
