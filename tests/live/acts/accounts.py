"""Registering with the gateway: XEP-0077 and XEP-0100."""

import asyncio

from acts.joining import join
from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe

REGISTER = "jabber:iq:register"


async def registers(person, nick, password=""):
    """As Pidgin does it: plain fields. The subscription that follows is accepted, as people do."""
    since = person.now()
    answer = await person.asks(GATEWAY_DOMAIN, f"<query xmlns='{REGISTER}'><username>{nick}</username>"
                               f"<nick>{nick}</nick><password>{password}</password></query>", kind="set")
    assert answer.get("type") == "result", describe(answer)
    await person.gets("the gateway's subscription request", lambda stanza: stanza.get("type") == "subscribe"
                      and stanza.get("from") == GATEWAY_DOMAIN, since)
    person.send_xml(f"<presence to='{GATEWAY_DOMAIN}' type='subscribed'/>")


ACTS = []
