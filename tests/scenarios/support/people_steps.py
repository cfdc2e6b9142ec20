"""Steps of people: what they send and get over XMPP."""

import asyncio
import re
from xml.sax.saxutils import escape, quoteattr

import doap
from inbox import Failure
from stanza_pattern import Mismatch, match, parse_patterns
from values import fill_in

DISCO_INFO = "http://jabber.org/protocol/disco#info"
HOME = "home"           # the resource of a person who has no other
SEPARATE = re.compile(r"(?=<(?:message|presence|iq)\b)")


class PeopleSteps:
    def jid(self, who):
        if "@" in who:
            return who
        name, _, resource = who.partition("/")
        return f"{name}@test/{resource or HOME}"

    def person(self, who):
        jid = self.jid(who)
        if jid.endswith(f"/{HOME}"):
            # The server hands what is addressed to the bare JID to this client.
            self.server.people[jid.partition("/")[0]] = self.server.inbox(jid)
        return self.server.inbox(jid)

    def stanzas_of(self, who, body):
        stanzas = []
        for stanza in SEPARATE.split(fill_in(body, self.variables, escape_all)):
            head = stanza.partition(">")[0]
            if stanza.strip():
                sender = "" if " from=" in head else f" from={quoteattr(self.jid(who))}"
                stanzas.append(re.sub(r"^<(\w+)", rf"<\1{sender}", stanza.strip(), count=1))
        return stanzas

    async def person_sends(self, details, body):
        self.person(details["who"])
        for stanza in self.stanzas_of(details["who"], body):
            self.transcript.note(details["who"], "->", stanza)
            self.server.send(stanza)

    async def person_sends_bytes(self, details, body):
        self.person(details["who"])
        for stanza in self.stanzas_of(details["who"], body):
            self.transcript.note(details["who"], "->", f"byte by byte: {stanza}")
            connection = self.server.component_for(stanza).connection
            for byte in stanza.encode():
                connection.write(bytes([byte]))
                await connection.writer.drain()
                await asyncio.sleep(0)

    async def next_stanza(self, details, what):
        return await self.wait_for(self.person(details["who"]).get(), details, what)

    async def person_gets(self, details, body):
        for pattern, text in self.patterns(body):
            stanza = await self.next_stanza(details, text)
            try:
                self.variables = match(pattern, stanza, self.variables)
            except Mismatch as mismatch:
                raise Failure(f"expected {text}\ncame     {stanza}\n{mismatch}") from None

    def patterns(self, body):
        """Each with its own text."""
        texts = [text.strip() for text in SEPARATE.split(body) if text.strip()]
        patterns = parse_patterns(body)
        return list(zip(patterns, texts)) if len(texts) == len(patterns) else [(p, str(p)) for p in patterns]

    async def person_gets_in_any_order(self, details, body):
        waiting = self.patterns(body)
        while waiting:
            stanza = await self.next_stanza(details, "one of\n" + "\n".join(text for _, text in waiting))
            problems = []
            for each in waiting:
                try:
                    self.variables = match(each[0], stanza, self.variables)
                    waiting.remove(each)
                    break
                except Mismatch as mismatch:
                    problems.append(f"expected {each[1]}\n{mismatch}")
            else:
                raise Failure(f"came     {stanza}\n" + "\n".join(problems))

    async def person_gets_nothing(self, details, _):
        self.person(details["who"])
        await self.everything_has_arrived()
        self.is_empty(details["who"], self.person(details["who"]))

    async def person_finds_what_doap_lists(self, details, body):
        announced = set()
        for number, address in enumerate(body.split()):
            question = f"<iq type='get' id='doap-{number}' to={quoteattr(address)}><query xmlns='{DISCO_INFO}'/></iq>"
            await self.person_sends(details, question)
            answer = await self.next_stanza(details, f"what {address} can do")
            query = answer.child("query", DISCO_INFO)
            if answer.get("type") != "result" or query is None:
                raise Failure(f"{address} does not say what it can do: {answer}")
            announced.update(child.get("var") for child in query.children if child.name == "feature")
        listed = doap.read_doap((doap.PROJECT / "docs/doap.xml").read_text())
        differences = list(doap.against_discovery(listed, announced))
        if differences:
            raise Failure("\n".join(differences))

    async def person_ignores(self, details, body):
        def ignore(pattern):
            def matches(stanza):
                try:
                    match(pattern, stanza, self.variables)
                except Mismatch:
                    return False
                return True
            return matches

        jid = self.jid(details["who"])
        for address in {jid, jid.removesuffix(f"/{HOME}")}:
            self.server.ignored.setdefault(address, []).extend(ignore(pattern) for pattern in parse_patterns(body))


def escape_all(value):
    return escape(value, {'"': "&quot;", "'": "&apos;"})
