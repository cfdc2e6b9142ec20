"""What a room sends, as one line each, so that a test can compare all of it with what the specification wants.

    carol is here: none/participant              presence, affiliation/role, then the status codes: [110 210]
    carol is gone: none/none [307] by dave: spam
    alice is refused: forbidden auth 403 by #tea@irc.example.localhost: Cannot join channel (you're banned)
    carol says: Good morning                     with (delayed) behind what has a time
    the room says: ...
    the subject by carol is: Tea (delayed)
    the room tells [104]
"""

CLIENT = "{jabber:client}"
MUC = "{http://jabber.org/protocol/muc}"
MUC_USER = "{http://jabber.org/protocol/muc#user}"
STANZAS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
DELAY = "{urn:xmpp:delay}delay"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"
OCCUPANT_ID = "{urn:xmpp:occupant-id:0}occupant-id"
HATS = "{urn:xmpp:hats:0}hats"

# What may stand in a stanza of a room beside what the line shows.
SILENT = {OCCUPANT_ID, HATS, STANZA_ID, DELAY, "{jabber:x:delay}x", "{urn:xmpp:sid:0}origin-id", f"{CLIENT}show",
          f"{CLIENT}status", f"{CLIENT}body", f"{CLIENT}subject", f"{CLIENT}error", f"{CLIENT}thread", f"{MUC_USER}x",
          f"{MUC}x", "{urn:xmpp:receipts}received"}


def codes(stanza):
    """The status codes of multi-user chat, in order."""
    return sorted(int(status.get("code")) for status in stanza.iterfind(f"{MUC_USER}x/{MUC_USER}status"))


def item(stanza):
    """affiliation/role"""
    element = stanza.find(f"{MUC_USER}x/{MUC_USER}item")
    return f"{element.get('affiliation')}/{element.get('role')}" if element is not None else "no item"


def hats(stanza):
    """What the person is in the room beside that, as titles."""
    return [hat.get("title") for hat in stanza.iterfind(f"{HATS}/*")]


def is_from(stanza, bare):
    return (stanza.get("from") or "").partition("/")[0] == bare


def nickname(stanza):
    return (stanza.get("from") or "").partition("/")[2]


def text_of(stanza, path):
    element = stanza.find(path)
    return (element.text or "") if element is not None else ""


def stanza_id(stanza, by):
    return next((each.get("id") for each in stanza.iterfind(STANZA_ID) if each.get("by") == by), None)


def error_of(stanza):
    """condition, type and code: `forbidden auth 403`."""
    error = stanza.find(f"{CLIENT}error")
    condition = next((each.tag.removeprefix(STANZAS) for each in error
                      if each.tag.startswith(STANZAS) and each.tag != f"{STANZAS}text"), "none")
    return f"{condition} {error.get('type')} {error.get('code')}"


def error_text(stanza):
    return text_of(stanza, f"{CLIENT}error/{STANZAS}text")


def describe(stanza):
    who = nickname(stanza)
    unknown = "".join(f" +{each.tag}" for each in stanza if each.tag not in SILENT)
    delayed = " (delayed)" if stanza.find(DELAY) is not None else ""
    status = f" {codes(stanza)}".replace(",", "") if codes(stanza) else ""
    kind = stanza.get("type")
    if kind == "error":
        error = stanza.find(f"{CLIENT}error")
        by = f" by {error.get('by')}" if error.get("by") else ""
        return f"{who} is refused: {error_of(stanza)}{by}: {error_text(stanza)}{unknown}"
    if stanza.tag == f"{CLIENT}presence":
        if kind is None:
            return f"{who} is here: {item(stanza)}{status}{unknown}"
        if kind != "unavailable":
            return f"presence {kind}{unknown}"
        element = stanza.find(f"{MUC_USER}x/{MUC_USER}item")
        actor = element.find(f"{MUC_USER}actor") if element is not None else None
        new_name = f" now {element.get('nick')}" if element is not None and element.get("nick") else ""
        by = f" by {actor.get('nick')}" if actor is not None else ""
        reason = text_of(stanza, f"{MUC_USER}x/{MUC_USER}item/{MUC_USER}reason") or text_of(stanza, f"{CLIENT}status")
        return f"{who} is gone: {item(stanza)}{new_name}{status}{by}{': ' if reason else ''}{reason}{unknown}"
    if stanza.tag == f"{CLIENT}message":
        subject, body = stanza.find(f"{CLIENT}subject"), stanza.find(f"{CLIENT}body")
        if subject is not None and body is None:
            return f"the subject by {who or 'nobody'} is: {subject.text or ''}{delayed}{unknown}"
        if body is None:
            return f"the room tells{status}{unknown}"
        return f"{who or 'the room'} says: {body.text or ''}{delayed}{unknown}"
    return f"iq {kind}"
