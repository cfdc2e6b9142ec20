"""S9: commands of the service, as Gajim runs them (XEP-0050) and as somebody writes them in a chat with the service."""

import asyncio

from stage import CHANNEL, GATEWAY_DOMAIN, ROOM
from stanzas import CLIENT, describe, error_of, text_of

COMMANDS = "http://jabber.org/protocol/commands"
ADMIN = "http://jabber.org/protocol/admin#"
ITEMS = "http://jabber.org/protocol/disco#items"
INFO = "http://jabber.org/protocol/disco#info"
DATA = "{jabber:x:data}"
COMMAND = f"{{{COMMANDS}}}command"
REGISTERED = "{jabber:iq:register}registered"
NO_STORE = "{urn:xmpp:hints}no-store"


async def run(person, node, session="", action="", inside="", attributes=""):
    """One IQ of a command; its answer, whatever it is."""
    sessionid = f" sessionid='{session}'" if session else ""
    act = f" action='{action}'" if action else ""
    return await person.asks(person.gateway, f"<command xmlns='{COMMANDS}' node='{node}'{sessionid}{act} {attributes}>"
                             f"{inside}</command>", "set")


def form(**fields):
    inside = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in fields.items())
    return f"<x xmlns='jabber:x:data' type='submit'>{inside}</x>"


def status(answer):
    command = answer.find(COMMAND)
    assert command is not None and answer.get("type") == "result", describe(answer)
    return command.get("status")


def session_of(answer):
    return answer.find(COMMAND).get("sessionid")


def note(answer):
    element = answer.find(f"{COMMAND}/{{{COMMANDS}}}note")
    return (element.get("type"), element.text) if element is not None else (None, "")


def refusal(answer):
    """The error and, of a command's own conditions, the one it has: `bad-request modify 400 bad-sessionid`."""
    own = [each.tag.rpartition("}")[2] for each in answer.iter() if each.tag.startswith(f"{{{COMMANDS}}}")
           and each.tag != COMMAND]
    return " ".join([error_of(answer), *own])


async def nodes(person):
    answer = await person.asks(GATEWAY_DOMAIN, f"<query xmlns='{ITEMS}' node='{COMMANDS}'/>")
    assert answer.get("type") == "result", describe(answer)
    return {item.get("node"): item.get("name") for item in answer.iter(f"{{{ITEMS}}}item")}


async def from_the_list_to_the_end(stage):
    """Gajim: what there is, what it is, the form, the answer."""
    stage.expects_subscriptions = True
    alice = await stage.xmpp("alice")
    listed = await nodes(alice)
    assert "register" in listed and "join" in listed and all(listed.values()), listed
    assert not [node for node in listed if node.startswith(ADMIN)], listed
    answer = await alice.asks(GATEWAY_DOMAIN, f"<query xmlns='{INFO}' node='register'/>")
    identities = [(each.get("category"), each.get("type")) for each in answer.iter(f"{{{INFO}}}identity")]
    assert identities == [("automation", "command-node")], identities
    answer = await run(alice, "register", action="execute")
    assert status(answer) == "executing", describe(answer)
    kinds = {field.get("var"): field.get("type") for field in answer.iter(f"{DATA}field")}
    assert kinds.get("password") == "text-private" and "nick" in kinds, kinds
    session = session_of(answer)
    answer = await run(alice, "register", session, inside=form(realname="no nickname"))
    assert refusal(answer) == "bad-request modify 400 bad-payload", describe(answer)
    answer = await run(alice, "register", session, "complete", form(nick="alice"))
    assert status(answer) == "completed" and note(answer)[0] in ("info", None), describe(answer)
    registered = await alice.asks(GATEWAY_DOMAIN, "<query xmlns='jabber:iq:register'/>")
    assert registered.find(f".//{REGISTERED}") is not None, "it did not register"
    answer = await run(alice, "register", session)
    assert refusal(answer) == "not-allowed cancel 405 session-expired", describe(answer)


async def what_is_wrong_with_a_command_is_said(stage):
    alice, phone, bob = await stage.xmpp("alice"), await stage.xmpp("alice", "phone"), await stage.xmpp("bob")
    session = session_of(await run(alice, "register"))
    for person, arguments, wanted in (
            (alice, {"node": "nothing"}, "item-not-found cancel 404"),
            (alice, {"node": "register", "session": "guessed"}, "bad-request modify 400 bad-sessionid"),
            (phone, {"node": "register", "session": session}, "bad-request modify 400 bad-sessionid"),
            (bob, {"node": "register", "session": session}, "bad-request modify 400 bad-sessionid"),
            (alice, {"node": "register", "action": "explode"}, "bad-request modify 400 malformed-action"),
            (alice, {"node": "join", "action": "next"}, "bad-request modify 400 bad-action"),
            (alice, {"node": "join", "attributes": "xml:lang='de'"}, "bad-request modify 400 bad-locale"),
            (alice, {"node": f"{ADMIN}shutdown"}, "forbidden cancel 403")):
        answer = await run(person, **arguments)
        if "attributes" in arguments and answer.get("type") == "result":
            continue    # it speaks that language
        assert answer.get("type") == "error" and refusal(answer) == wanted, f"{arguments}: {describe(answer)}"
    answer = await run(alice, "register", session, "cancel")
    assert status(answer) == "canceled", describe(answer)


async def admins_have_more(stage):
    stage.restart_gateway(policy=f'admins = ["{stage.account("alice")}"]')
    alice, bob = await stage.xmpp("alice"), await stage.xmpp("bob")
    assert [node for node in await nodes(alice) if node.startswith(ADMIN)], "the admin has no commands"
    assert not [node for node in await nodes(bob) if node.startswith(ADMIN)], "others have the commands of admins"
    answer = await run(alice, f"{ADMIN}get-registered-users-num")
    assert status(answer) == "completed", describe(answer)
    values = [value.text for value in answer.iter(f"{DATA}value")]
    assert "0" in values, values


async def says(person, text):
    """What the service answers to a line."""
    since = person.now()
    person.tell(GATEWAY_DOMAIN, text)
    answer = await person.gets(f"an answer to {text}", lambda stanza: stanza.tag == f"{CLIENT}message"
                               and stanza.get("from") == GATEWAY_DOMAIN and stanza.get("type") == "chat"
                               and stanza.find(f"{CLIENT}body") is not None, since)
    assert answer.find(NO_STORE) is not None, f"the answer to {text} goes into archives"
    return text_of(answer, f"{CLIENT}body")


async def the_same_in_a_chat(stage):
    """For Dino and Conversations, which have neither forms nor commands: questions, one at a time."""
    stage.expects_subscriptions = True
    alice, carol = await stage.xmpp("alice"), await stage.irc("carol")
    told = await says(alice, "help")
    assert "register" in told and "join" in told, told
    assert "help" in await says(alice, "tell me a joke")
    assert "ickname" in await says(alice, "Register")
    assert "ancel" in await says(alice, "cancel")
    assert "ickname" in await says(alice, "register")
    answer, asked = await says(alice, "alice"), []
    while "You are registered as alice" not in answer:
        asked.append(answer)
        assert len(asked) < 12, asked
        answer = await says(alice, "-")
    warned = [each for each in asked if "assword" in each]
    assert warned and "archive" in warned[0], f"a password is asked for without a warning: {warned}"
    registered = await alice.asks(GATEWAY_DOMAIN, "<query xmlns='jabber:iq:register'/>")
    assert registered.find(f".//{REGISTERED}") is not None, "it did not register"
    since = alice.now()
    assert ROOM in await says(alice, f"join {CHANNEL}")
    invitation = await alice.gets("an invitation", lambda stanza: stanza.find("{jabber:x:conference}x") is not None, since)
    assert invitation.find("{jabber:x:conference}x").get("jid") == ROOM, describe(invitation)
    await stage.enters(alice, carol)
    assert ROOM in await says(alice, "rooms tea") or CHANNEL in await says(alice, "rooms tea")
    await says(alice, f"leave {CHANNEL}")
    await carol.sees("left", who="alice")
    assert "alice" in await says(alice, "status")
    await says(alice, "unregister yes")
    registered = await alice.asks(GATEWAY_DOMAIN, "<query xmlns='jabber:iq:register'/>")
    assert registered.find(f".//{REGISTERED}") is None, "still registered"
    # What says nothing is answered with nothing.
    since = alice.now()
    for inside in ("<active xmlns='http://jabber.org/protocol/chatstates'/>",
                   "<displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>", "<received xmlns='urn:xmpp:receipts' id='x'/>"):
        alice.send_xml(f"<message to='{GATEWAY_DOMAIN}' type='chat' id='silent'>{inside}</message>")
    await alice.catches_up()
    assert not [stanza for stanza in alice.stanzas[since:] if stanza.tag == f"{CLIENT}message"], "silence was answered"


async def the_service_speaks_first_and_once(stage):
    """clients.md 5: several clients show no chat with a domain before it has spoken."""
    stage.restart_gateway(policy="welcome = true\n  [network.limits]\n  rooms_per_minute = 100")
    alice, _ = await asyncio.gather(stage.xmpp("alice"), stage.irc("carol"))
    await stage.enters(alice)
    greeting = await alice.gets("a word of the service", lambda stanza: stanza.get("from") == GATEWAY_DOMAIN
                                and stanza.get("type") == "chat" and "help" in text_of(stanza, f"{CLIENT}body"))
    assert len(text_of(greeting, f"{CLIENT}body").splitlines()) == 3, describe(greeting)
    alice.leave(ROOM)
    await alice.sees("left", where=ROOM, who="alice")
    since = alice.now()
    await stage.enters(alice)
    await alice.catches_up()
    assert not [stanza for stanza in alice.stanzas[since:] if stanza.get("from") == GATEWAY_DOMAIN
                and stanza.get("type") == "chat"], "it speaks again"


ACTS = [from_the_list_to_the_end, what_is_wrong_with_a_command_is_said, admins_have_more, the_same_in_a_chat,
        the_service_speaks_first_and_once]
