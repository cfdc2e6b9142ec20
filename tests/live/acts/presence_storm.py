"""S3: three clients, two hundred contacts, and a person who cannot leave their status alone. The server sends each change
to each contact; the gateway has to answer none of these copies, and each probe once."""

import asyncio
import collections

from acts.contacts import ITEM, shows
from stage import GATEWAY_DOMAIN
from stanzas import CLIENT
from wiretap import COMPONENT, FROM_GATEWAY, TO_GATEWAY

CONTACTS, CHANGES = 200, 50
ROSTER = "<query xmlns='jabber:iq:roster'/>"


def contact(number):
    return f"p{number:03}@{GATEWAY_DOMAIN}"


async def has_two_hundred_contacts(stage, person):
    """Both ways, as a client does it whose user says yes."""
    stage.expects_subscriptions = True
    own = person.address.partition("/")[0]
    await person.asks(own, ROSTER)
    since = person.now()
    for number in range(CONTACTS):
        person.send_xml(f"<presence to='{contact(number)}' type='subscribe'/>")
    agreed = 0
    while agreed < CONTACTS:
        request = await person.gets("a contact's question", lambda stanza: stanza.get("type") == "subscribe", since)
        since = person.stanzas.index(request, since) + 1
        person.send_xml(f"<presence to='{request.get('from')}' type='subscribed'/>")
        agreed += 1
    items = (await person.asks(own, ROSTER)).iter(ITEM)
    states = collections.Counter(item.get("subscription") for item in items)
    assert states["both"] == CONTACTS, states


def presences(stage, direction, since):
    """Those of the wire behind the first `since` ones, to or from contacts."""
    return [each for each in stage.tap.written(direction) if each.tag == f"{COMPONENT}presence"][since:]


async def fifty_changes_of_a_person_with_two_hundred_contacts(stage):
    people = await asyncio.gather(*(stage.irc(f"p{number:03}", channel=None) for number in (0, 1)))
    carol = await stage.irc("carol", channel=None)
    phone = await stage.xmpp("alice", "phone")
    await has_two_hundred_contacts(stage, phone)
    for number in (0, 1):
        await shows(phone, contact(number), "available")

    # Two more clients: the server asks each contact for each of them, and each question has one answer.
    asked, told = len(presences(stage, TO_GATEWAY, 0)), len(presences(stage, FROM_GATEWAY, 0))
    desk, tablet = await stage.xmpp("alice", "desk"), await stage.xmpp("alice", "tablet")
    for client in (desk, tablet):
        for number in (0, 1):
            await shows(client, contact(number), "available")
        await client.catches_up()
    probes = collections.Counter((each.get("from"), each.get("to")) for each in presences(stage, TO_GATEWAY, asked)
                                 if each.get("type") == "probe")
    answers = collections.Counter((each.get("to"), each.get("from").partition("/")[0])
                                  for each in presences(stage, FROM_GATEWAY, told))
    assert all(count == 1 for count in answers.values()), [each for each in answers.items() if each[1] > 1][:5]
    unanswered = [each for each in probes if answers[each] != 1 and answers[each[0].partition("/")[0], each[1]] != 1]
    assert not unanswered, f"{len(unanswered)} of {len(probes)} probes were not answered: {unanswered[:5]}"

    # The storm: each change comes two hundred times.
    asked, told = len(presences(stage, TO_GATEWAY, 0)), len(presences(stage, FROM_GATEWAY, 0))
    for number in range(CHANGES):
        show = "<show>away</show>" if number % 2 else ""
        phone.send_xml(f"<presence>{show}<status>number {number}</status></presence>")
    await phone.asks(f"{GATEWAY_DOMAIN}", "<ping xmlns='urn:xmpp:ping'/>")
    copies = len(presences(stage, TO_GATEWAY, asked))
    assert copies >= CHANGES * CONTACTS, f"only {copies} copies came"
    answered = presences(stage, FROM_GATEWAY, told)
    assert len(answered) <= CHANGES, f"{copies} copies were answered with {len(answered)} presences"

    # Two of three leave: the person stays.
    await asyncio.gather(desk.log_out(), tablet.log_out())
    people[0].tell(await nickname_of(people[0], stage), "Are you still there?")
    await phone.sees("private", who=contact(0), text="Are you still there?")

    # After a kill everybody who is online is found, by probes, and is asked for nothing.
    since, asked = phone.now(), len(presences(stage, FROM_GATEWAY, 0))
    stage.gateway.kill()
    stage.gateway.start()
    for number in (0, 1):
        await shows(phone, contact(number), "available", since)
    await phone.catches_up()
    assert not [stanza for stanza in phone.stanzas[since:] if stanza.get("type") == "subscribe"], "an unasked subscribe"
    kinds = collections.Counter(each.get("type") for each in presences(stage, FROM_GATEWAY, asked))
    assert kinds["subscribe"] == 0, kinds
    carol.send("QUIT")


async def nickname_of(person, stage):
    """How the other side of a contact is called on IRC: as the account, when no room was entered."""
    nickname = stage.account("alice").partition("@")[0]
    await person.asks(f"WHOIS {nickname}", "311")
    return nickname


ACTS = [fifty_changes_of_a_person_with_two_hundred_contacts]
