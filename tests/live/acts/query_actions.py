"""S9: XEP-0099 for both protocols that the gateway knows it for, as docs/query-actions.md says it: four actions, strict or
not, for what is there and for what is not. After each answer one looks, without an action, at what there is now."""

import xml.etree.ElementTree as ET

from acts.accounts import QUERY, REGISTER, submitted
from stage import GATEWAY_DOMAIN
from stanzas import describe, error_of

PRIVATE = "jabber:iq:private"
THINGS = "{dragoman:test}things"
CONFLICT, NOT_FOUND = "conflict cancel 409", "item-not-found cancel 404"
OLD, NEW = "Old", "New"

# (action, strict, there): the answer - a refusal, nothing, what is there, an element without it - and what is there then.
DONE, SHOWN, EMPTY = "a result", "what is there", "an empty result"
MATRIX = {
    ("create", True, True): (CONFLICT, OLD), ("create", True, False): (DONE, NEW),
    ("create", False, True): (DONE, NEW), ("create", False, False): (DONE, NEW),
    ("read", True, True): (SHOWN, OLD), ("read", True, False): (NOT_FOUND, None),
    ("read", False, True): (SHOWN, OLD), ("read", False, False): (EMPTY, None),
    ("update", True, True): (DONE, NEW), ("update", True, False): (NOT_FOUND, None),
    ("update", False, True): (DONE, NEW), ("update", False, False): (DONE, NEW),
    ("delete", True, True): (DONE, None), ("delete", True, False): (NOT_FOUND, None),
    ("delete", False, True): (DONE, None), ("delete", False, False): (DONE, None),
}
# Those that change nothing stand together.
ORDER = sorted(MATRIX, key=lambda case: (not case[2], MATRIX[case][1] != (OLD if case[2] else None)))


class Private:
    """Data by the name of its root element, kept by the gateway at its own address."""

    namespace = PRIVATE
    strict_by_default = False

    def __init__(self, person):
        self.person = person

    async def ask(self, inside, kind="set", attributes=""):
        return await self.person.asks(GATEWAY_DOMAIN, f"<query xmlns='{PRIVATE}'{attributes}>{inside}</query>", kind)

    def inside(self, action):
        """What a query of the action holds."""
        text = NEW if action in ("create", "update") else ""
        return f"<things xmlns='dragoman:test'>{text}</things>"

    def comes_back(self, query, action):
        """What an error repeats: all of it."""
        return [(each.tag, each.text or "") for each in query] == [(THINGS, ET.fromstring(self.inside(action)).text or "")]

    @staticmethod
    def shown(answer):
        element = answer.find(f"{{{PRIVATE}}}query/{THINGS}")
        assert element is not None, f"it does not hold what was asked for: {describe(answer)}"
        return element.text or None

    async def now(self):
        return self.shown(await self.ask("<things xmlns='dragoman:test'/>", "get"))

    async def becomes(self, value):
        if value is None:
            answer = await self.ask("<things xmlns='dragoman:test'/>", attributes=" action='delete'")
        else:
            answer = await self.ask(f"<things xmlns='dragoman:test'>{value}</things>")    # as everybody sets it
        assert answer.get("type") == "result", describe(answer)


class Registration:
    """The registration of who asks; its value is the name that IRC shows of them."""

    namespace = REGISTER
    strict_by_default = True

    def __init__(self, person):
        self.person = person
        self.nickname = person.name

    async def ask(self, inside, kind="set", attributes=""):
        return await self.person.asks(GATEWAY_DOMAIN, f"<query xmlns='{REGISTER}'{attributes}>{inside}</query>", kind)

    def inside(self, action):
        return self.fields(NEW) if action in ("create", "update") else ""

    def fields(self, value):
        return submitted(FORM_TYPE=REGISTER, nick=self.nickname, realname=value)

    def comes_back(self, query, _):
        """What an error repeats: nothing, since a password may be among the answers."""
        return not list(query)

    @staticmethod
    def shown(answer):
        query = answer.find(f"{{{REGISTER}}}query")
        if query.find(f"{{{REGISTER}}}registered") is None:
            return None
        return next(field.findtext("{jabber:x:data}value") for field in query.iter("{jabber:x:data}field")
                    if field.get("var") == "realname")

    async def now(self):
        return self.shown(await self.person.asks(GATEWAY_DOMAIN, QUERY))

    async def becomes(self, value):
        answer = await self.ask("<remove/>" if value is None else self.fields(value))
        assert answer.get("type") == "result", describe(answer)


async def all_sixteen(protocol):
    for action, strict, there in ORDER:
        wanted, left = MATRIX[action, strict, there]
        before = OLD if there else None
        if await protocol.now() != before:
            await protocol.becomes(before)
        where = f"{action}, {'strict' if strict else 'not strict'}, {'there' if there else 'not there'}"
        attributes = {"action": action, "strict": "true" if strict else "false"}
        written = "".join(f" {name}='{value}'" for name, value in attributes.items())
        answer = await protocol.ask(protocol.inside(action), attributes=written)
        query = answer.find(f"{{{protocol.namespace}}}query")
        if wanted in (CONFLICT, NOT_FOUND):
            assert answer.get("type") == "error" and error_of(answer) == wanted, f"{where}: {describe(answer)}"
            assert query is not None and query.attrib == attributes, f"{where}: the query did not come back"
            assert protocol.comes_back(query, action), f"{where}: what came back is {ET.tostring(query)}"
        else:
            assert answer.get("type") == "result", f"{where}: {describe(answer)}"
        if wanted == DONE:
            assert not list(answer), f"{where}: more than a result came: {[each.tag for each in answer]}"
        elif wanted in (SHOWN, EMPTY):
            assert query.attrib == attributes, f"{where}: the attributes are {query.attrib}"
            shown = protocol.shown(answer)
            assert shown == (before if wanted == SHOWN else None), f"{where}: {shown!r} is shown"
        assert (found := await protocol.now()) == left, f"{where}: there is {found!r} now, not {left!r}"


async def by_default(protocol):
    """`strict` left out, of what is not there: a read and a deletion are refused or not. A get with the action is a read."""
    if await protocol.now() is not None:
        await protocol.becomes(None)
    wanted = NOT_FOUND if protocol.strict_by_default else "result"
    for kind, action in (("set", "read"), ("get", "read"), ("set", "delete")):
        answer = await protocol.ask(protocol.inside(action), kind, f" action='{action}'")
        got = answer.get("type") if answer.get("type") == "result" else error_of(answer)
        assert got == wanted, f"{kind} {action}: {describe(answer)}"


async def what_is_no_action(protocol):
    for kind, attributes in (("set", "action='Read'"), ("set", "action='explode'"), ("set", "action='read' strict='yes'"),
                             ("get", "action='delete'")):
        answer = await protocol.ask(protocol.inside("read"), kind, f" {attributes}")
        assert error_of(answer) == "not-acceptable modify 406", f"{kind} {attributes}: {describe(answer)}"


async def sixteen_results_for_private_data(stage):
    """At the gateway's own address: what is asked of one's own server, that server answers."""
    protocol = Private(await stage.xmpp("alice"))
    await all_sixteen(protocol)
    await by_default(protocol)
    await what_is_no_action(protocol)


async def sixteen_results_for_a_registration(stage):
    stage.expects_subscriptions = True
    protocol = Registration(await stage.xmpp("alice"))
    await all_sixteen(protocol)
    await by_default(protocol)
    await what_is_no_action(protocol)


async def who_does_not_answer_the_protocol(stage):
    """503: a room keeps nobody's data."""
    alice = await stage.xmpp("alice")
    answer = await alice.asks(f"carol@{GATEWAY_DOMAIN}", f"<query xmlns='{PRIVATE}' action='read' strict='true'>"
                              "<things xmlns='dragoman:test'/></query>", "set")
    assert error_of(answer) == "service-unavailable cancel 503", describe(answer)


ACTS = [sixteen_results_for_private_data, sixteen_results_for_a_registration, who_does_not_answer_the_protocol]
