"""Texts that are too long for IRC, and the server's upload service (XEP-0363)."""

import asyncio
import re
import ssl
import urllib.request

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM

LINES = [f"line {number}: Tee für zwei ☕" for number in range(1, 13)]
TEXT = "\n".join(LINES)


def send(person, to, kind, ident, text=TEXT):
    person.send_xml(f"<message to='{to}' type='{kind}' id='{ident}'><body>{text}</body>"
                    f"<request xmlns='urn:xmpp:receipts'/></message>")


async def fetch(url, certificate):
    """What everybody gets at this address who trusts the certificate."""
    context = ssl.create_default_context(cafile=str(certificate))

    def get():
        with urllib.request.urlopen(url, context=context, timeout=10) as response:
            return response.read().decode(), response.headers.get_content_type()
    return await asyncio.to_thread(get)


async def link_in(carol, target, since):
    line = await carol.gets("a link to all 12 lines", lambda each: f" {target} :all 12 lines: " in each, since)
    return re.search(r"https://\S+", line)[0]


async def a_long_text_is_a_link_on_irc(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = carol.now()
    send(alice, ROOM, "groupchat", "long-1")
    send(alice, ROOM, "groupchat", "short-1", "That was it.")
    await carol.gets("the first line", lambda line: line.endswith(f"PRIVMSG {CHANNEL} :{LINES[0]} …"), since)
    text, media_type = await fetch(await link_in(carol, CHANNEL, since), stage.certificate)
    assert text == TEXT + "\n", text
    assert media_type == "text/plain", media_type
    await carol.gets("what follows", lambda line: line.endswith(f"PRIVMSG {CHANNEL} :That was it."), since)
    said = [line for line in carol.lines[since:] if f"PRIVMSG {CHANNEL} " in line]
    assert len(said) == 3 and "That was it." in said[-1], said
    # In XMPP it is one message, as it was written.
    reflection = await alice.gets("her own message", lambda stanza: stanza.get("id") == "long-1")
    assert reflection.get("type") == "groupchat", reflection.attrib
    assert reflection.findtext("{jabber:client}body") == TEXT


async def a_long_text_to_a_person_is_a_link_too(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = carol.now()
    send(alice, f"carol@{GATEWAY_DOMAIN}", "chat", "long-2")
    text, _ = await fetch(await link_in(carol, "carol", since), stage.certificate)
    assert text == TEXT + "\n", text
    receipt = await alice.gets("a receipt", lambda stanza: stanza.find("{urn:xmpp:receipts}received") is not None)
    assert receipt.find("{urn:xmpp:receipts}received").get("id") == "long-2"


async def where_the_gateway_may_not_upload_it_goes_line_by_line(stage):
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = carol.now()
    send(alice, ROOM, "groupchat", "long-3")
    for line in LINES:
        await carol.gets(line, lambda each, line=line: each.endswith(f"PRIVMSG {CHANNEL} :{line}"), since)
    await alice.gets("her own message", lambda stanza: stanza.get("id") == "long-3" and
                     stanza.findtext("{jabber:client}body") == TEXT)
    await stage.gateway_logs("the upload service refuses a file")
