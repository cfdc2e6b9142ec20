"""docs/doap.xml (XEP-0453), against the source (tests/rules) and against what discovery shows (tests/live)."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
XMPP = "{https://linkmauve.fr/ns/xmpp-doap#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
STATES = ("complete", "partial", "planned", "deprecated", "removed", "wontfix", "deferred")

# Extensions that service discovery shows, and the namespace that it shows them by.
FEATURES = {
    "0011": "jabber:iq:browse",
    "0012": "jabber:iq:last",
    "0030": "http://jabber.org/protocol/disco#info",
    "0045": "http://jabber.org/protocol/muc",
    "0049": "jabber:iq:private",
    "0050": "http://jabber.org/protocol/commands",
    "0054": "vcard-temp",
    "0055": "jabber:iq:search",
    "0066": "jabber:x:oob",
    "0060": "http://jabber.org/protocol/pubsub",
    "0077": "jabber:iq:register",
    "0085": "http://jabber.org/protocol/chatstates",
    "0092": "jabber:iq:version",
    "0093": "jabber:x:roster",
    "0094": "jabber:iq:agents",
    "0100": "jabber:iq:gateway",
    "0106": r"jid\20escaping",
    "0115": "http://jabber.org/protocol/caps",
    "0144": "http://jabber.org/protocol/rosterx",
    "0184": "urn:xmpp:receipts",
    "0191": "urn:xmpp:blocking",
    "0199": "urn:xmpp:ping",
    "0202": "urn:xmpp:time",
    "0280": "urn:xmpp:carbons:2",
    "0292": "urn:ietf:params:xml:ns:vcard-4.0",
    "0308": "urn:xmpp:message-correct:0",
    "0313": "urn:xmpp:mam:2",
    "0317": "urn:xmpp:hats:0",
    "0319": "urn:xmpp:idle:1",
    "0333": "urn:xmpp:chat-markers:0",
    "0359": "urn:xmpp:sid:0",
    "0300": "urn:xmpp:hashes:2",
    "0363": "urn:xmpp:http:upload:0",
    "0372": "urn:xmpp:reference:0",
    "0385": "urn:xmpp:sims:1",
    "0393": "urn:xmpp:styling:0",
    "0410": "http://jabber.org/protocol/muc#self-ping-optimization",
    "0421": "urn:xmpp:occupant-id:0",
    "0424": "urn:xmpp:message-retract:1",
    "0425": "urn:xmpp:message-moderate:1",
    "0428": "urn:xmpp:fallback:0",
    "0444": "urn:xmpp:reactions:0",
    "0446": "urn:xmpp:file:metadata:0",
    "0447": "urn:xmpp:sfs:0",
    "0461": "urn:xmpp:reply:0",
}

# What else discovery shows, and the extension that it belongs to; the beginning of a feature is enough.
BESIDE = {
    "http://jabber.org/protocol/disco#": "0030",
    "http://jabber.org/protocol/muc": "0045",
    "muc_": "0045",
    "jabber:iq:private": "0049",
    "http://jabber.org/protocol/pubsub#": "0060",
    "urn:xmpp:avatar:metadata+notify": "0084",
    "http://jabber.org/protocol/nick+notify": "0172",
    "urn:xmpp:mds:displayed:0+notify": "0490",
    "urn:xmpp:pep-vcard-conversion:0": "0398",
    "jabber:iq:oob": "0066",
    "jabber:x:oob": "0066",
    "http://jabber.org/protocol/xhtml-im": "0071",
    "urn:xmpp:thumbs:1": "0264",
    "jabber:iq:time": "0090",
    "jabber:iq:agent": "0094",
    "jabber:iq:browse": "0011",
    "jabber:x:data": "0004",
    "jabber:x:roster": "0093",
    "http://jabber.org/protocol/rsm": "0059",
    "jabber:x:conference": "0249",
    "urn:xmpp:mam:2#": "0313",
    "urn:xmpp:hints": "0334",
    "urn:xmpp:styling:0": "0393",
    "urn:xmpp:fallback:0": "0428",
}
# No extension: protocols of the first Jabber servers that have no number.
NUMBERLESS = ("jabber:iq:autoupdate",)

# Shown by presence or by other means than a feature, only where a network can do it, or what is asked of others (0363).
NOT_ANNOUNCED = ("0085", "0280", "0308", "0319", "0333", "0363", "0393", "0424", "0425", "0444", "0446")


def read_doap(text):
    """Number -> state of each extension that the file lists."""
    listed = {}
    for extension in ET.fromstring(text).iter(f"{XMPP}SupportedXep"):
        resource = extension.find(f"{XMPP}xep").get(f"{RDF}resource")
        number = re.fullmatch(r"https://xmpp\.org/extensions/xep-(\d{4})\.html", resource)
        if not number:
            raise AssertionError(f"docs/doap.xml: {resource} is no address of an extension")
        if number[1] in listed:
            raise AssertionError(f"docs/doap.xml: {number[1]} is listed twice")
        state = extension.findtext(f"{XMPP}status")
        if state not in STATES:
            raise AssertionError(f"docs/doap.xml: {number[1]} has the status {state}; it must be one of {STATES}")
        if not re.fullmatch(r"\d+(\.\d+)*", extension.findtext(f"{XMPP}version") or ""):
            raise AssertionError(f"docs/doap.xml: {number[1]} has no version")
        listed[number[1]] = state
    return listed


def unknown_to_the_source(listed, code):
    """Extensions that are claimed although no source file holds their namespace. `code`: path -> text."""
    literals = {literal.replace(r"\\", "\\") for text in code.values() for literal in re.findall(r'"([^"\n]+)"', text)}
    for number, namespace in FEATURES.items():
        if is_claimed(listed, number) and namespace not in literals:
            yield f"docs/doap.xml lists XEP-{number} as {listed[number]}, but no source file knows {namespace}"


def against_discovery(listed, announced):
    """`announced`: the features that service discovery shows on any address. Both directions."""
    for number, namespace in FEATURES.items():
        if is_claimed(listed, number) and number not in NOT_ANNOUNCED and namespace not in announced:
            yield f"docs/doap.xml lists XEP-{number} as {listed[number]}, but discovery shows {namespace} nowhere"
        elif not is_claimed(listed, number) and namespace in announced:
            yield f"discovery shows {namespace}, but docs/doap.xml does not list XEP-{number} as complete or partial"
    for feature in sorted(announced - set(FEATURES.values()) - set(NUMBERLESS)):
        number = next((number for start, number in BESIDE.items() if feature.startswith(start)), None)
        if number is None:
            yield f"discovery shows {feature}, and tests/rules/doap.py does not know which extension that is"
        elif not is_claimed(listed, number):
            yield f"discovery shows {feature}, but docs/doap.xml does not list XEP-{number} as complete or partial"


def is_claimed(listed, number):
    return listed.get(number) in ("complete", "partial")
