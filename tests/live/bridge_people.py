"""Who speaks in the rooms of a bridge, one for each room. All are used the same way:

    await carol.says("tea?")
    for each in alice.heard(): each.by, each.text, each.raw

`heard` is what came through the bridge, in order: who is said to have said it (signs without width that keep clients from calling somebody are
left out), the text, and the protocol's own object: a stanza, a line, an event, a request."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from clients import IrcPerson, XmppPerson
from matrix_http import exchange
from matrix_user import MatrixUser
from stanzas import CLIENT, DELAY, is_from, nickname, text_of

BOT = "relay"
SILENT = re.compile("[\u200b\u2060]")
IN_FRONT = re.compile(r"(?:\[(?P<time>[^]]*\d\d:\d\d)\] )?(?:<(?P<name>[^>]+)> )?(?P<text>.*)", re.DOTALL)
ON_MATRIX = re.compile(r"(?:\* )?\*\*(?P<name>.+?)\*\*: (?P<text>.*)")
TIME = re.compile(r"^\[[^]]*\d\d:\d\d\] ")


@dataclass(frozen=True)
class Heard:
    by: str      # "": the bridge itself
    text: str
    raw: Any

    def __str__(self):
        return f"<{self.by}> {self.text}"


def relayed(text, raw):
    """A line with the name of its author in front."""
    found = IN_FRONT.fullmatch(SILENT.sub("", text))
    return Heard(found["name"] or "", found["text"], raw)


class Speaker:
    """What all share; `told` collects nothing by itself."""

    async def hears(self, text, by=None, patience=20):
        """The first thing with that text."""
        return await self.hears_that(f"<{by or '*'}> {text}", lambda each: each.text == text and by in (None, each.by),
                                     patience)

    async def hears_that(self, what, fits, patience=20):
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            heard = self.heard()
            if found := next((each for each in heard if fits(each)), None):
                return found
            if asyncio.get_running_loop().time() > deadline:
                last = "\n".join(map(str, heard[-6:]))
                raise AssertionError(f"{self.name} did not hear within {patience} s: {what}; the last were\n{last}")
            await asyncio.sleep(0.03)

    def count(self, text):
        return sum(each.text == text for each in self.heard())


class InXmppRoom(XmppPerson, Speaker):
    def __init__(self, address, password, room):
        super().__init__(address, password)
        self.room, self.password = room, password
        self.patience = 20

    async def enters(self):
        since = len(self.seen)
        self.join(self.room, self.name)
        await self.sees("subject", where=self.room, since=since)

    async def comes_back(self, host, port):
        """Its server was started again: another connection, the same person."""
        stanzas, seen, patience = self.stanzas, self.seen, self.patience
        self.__init__(self.address, self.password, self.room)
        self.stanzas, self.seen, self.patience = stanzas, seen, patience
        await self.log_in(host, port)
        await self.enters()

    async def archive(self):
        """What the room has, as `heard` (XEP-0313)."""
        found, after = [], ""
        while True:
            since = self.now()
            answer = await self.asks(self.room, "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>100</max>"
                                     f"{after}</set></query>", kind="set")
            for stanza in self.stanzas[since:]:
                message = stanza.find("{urn:xmpp:mam:2}result/{urn:xmpp:forward:0}forwarded/" + f"{CLIENT}message")
                if message is not None and message.find(f"{CLIENT}body") is not None and nickname(message) != self.name:
                    found.append(self.read(message))
            fin = answer.find("{urn:xmpp:mam:2}fin")
            last = fin.find("{http://jabber.org/protocol/rsm}set/{http://jabber.org/protocol/rsm}last")
            if fin.get("complete") == "true" or last is None:
                return found
            after = f"<after>{last.text}</after>"

    def heard(self):
        return [self.read(each) for each in self.stanzas
                if is_from(each, self.room) and each.get("type") == "groupchat" and each.find(f"{CLIENT}body") is not None
                and nickname(each) not in (self.name, "") and each.find(DELAY) is None]

    @staticmethod
    def read(stanza):
        text = text_of(stanza, f"{CLIENT}body")
        of_bot = nickname(stanza).startswith(BOT)
        return relayed(text, stanza) if of_bot else Heard(nickname(stanza).partition("[")[0], TIME.sub("", text), stanza)

    async def says(self, text, ident=None, more=""):
        """The stanza as it came back from the room."""
        since = self.now()
        ident = ident or f"{self.name}-{since}-{abs(hash(text))}"
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        self.send_xml(f"<message to='{self.room}' type='groupchat' id='{ident}'><body>{escaped}</body>"
                      f"<origin-id xmlns='urn:xmpp:sid:0' id='{ident}'/>{more}</message>")
        return await self.is_reflected(ident, since)

    async def is_reflected(self, ident, since):
        return await self.gets(f"its own {ident}", lambda each: each.get("id") == ident and nickname(each) == self.name
                               and each.get("type") == "groupchat", since)

    async def sends(self, payload, ident):
        """A message without a text of its own: reactions, retractions."""
        since = self.now()
        self.send_xml(f"<message to='{self.room}' type='groupchat' id='{ident}'>{payload}"
                      f"<store xmlns='urn:xmpp:hints'/></message>")
        return await self.is_reflected(ident, since)


class OnIrc(IrcPerson, Speaker):
    """`lines` have no tags, also of somebody with `has_tags`."""

    def __init__(self, nickname, port, channel, has_tags=False):
        super().__init__(nickname)
        self.port, self.channel, self.has_tags = port, channel, has_tags
        self.patience = 20
        self.tagged = []    # (tags by name, line)

    async def enters(self):
        await self.log_in("127.0.0.1", self.port)
        if self.has_tags:
            await self.asks("CAP REQ :message-tags", "CAP")
        self.join(self.channel)
        await self.sees("joined", where=self.channel, who=self.name)

    def _on_line(self, line):
        if line.startswith("@"):
            tags, _, line = line[1:].partition(" ")
            self.tagged.append((dict(tag.partition("=")[::2] for tag in tags.split(";")), line))
            self.lines[-1] = line
        super()._on_line(line)

    async def gets_tagged(self, what, fits):
        """The tags of the first line that `fits` (tags, line)."""
        found = []
        await self.gets(what, lambda _: bool(found.extend(tags for tags, line in self.tagged if fits(tags, line)) or found))
        return found[0]

    def heard(self):
        return [self.read(line) for line in self.lines if f" {self.channel} :" in line and line.split(" ")[1] in ("PRIVMSG", "NOTICE")]

    async def comes_back(self, *_):
        await self.enters()

    async def archive(self):
        """Nobody keeps it: what was heard."""
        return self.heard()

    def read(self, line):
        text = line.partition(f" {self.channel} :")[2]
        if text.startswith("\x01ACTION "):
            text = text[8:].rstrip("\x01")
        return relayed(text, line)

    async def says(self, text):
        self.say(self.channel, text)
        await self.catches_up()


class OnMatrix(MatrixUser, Speaker):
    """`bot`: the user id of the relay account."""

    bot = room = None

    @property
    def name(self):
        return self.id[1:].partition(":")[0]

    def heard(self):
        return [each for event in self.events if event["type"] == "m.room.message" and event["room_id"] == self.room
                and event["sender"] != self.id for each in self.read(event)]

    async def archive(self):
        """What the room has."""
        return [each for event in await self.timeline(self.room) if event["sender"] != self.id for each in self.read(event)]

    @staticmethod
    def read(event):
        """An event may hold what several have said, a line each."""
        for line in event["content"].get("body", "").split("\n"):
            found = ON_MATRIX.fullmatch(SILENT.sub("", line))
            yield Heard(found["name"], TIME.sub("", found["text"]), event) if found else Heard("", line, event)

    async def speaks(self, text):
        return await self.says(self.room, text)


class OnHook(Speaker):
    """A program: says things by POST, and has taken what people say."""

    name = "kettle"

    def __init__(self, port):
        self.port = port
        self.url = self.secret = None
        self.taken = []              # (id, JSON)
        self.unproved = 0
        self.refuses = False

    async def open(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)

    async def close(self):
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = {name.lower(): value for name, value in re.findall(r"^([^:\r\n]+): *(.*?)\r$", head, re.MULTILINE)}
            body = await reader.readexactly(int(fields["content-length"]))
            signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
            key = base64.b64decode(self.secret.removeprefix("whsec_"))
            expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            self.unproved += expected not in fields["webhook-signature"].split(" ")
            if all(ident != fields["webhook-id"] for ident, _ in self.taken):
                self.taken.append((fields["webhook-id"], json.loads(body)))
            writer.write(b"HTTP/1.1 204 Taken\r\nConnection: close\r\n\r\n")
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def heard(self):
        return [Heard(SILENT.sub("", body["data"]["from"]["nick"] or ""), TIME.sub("", body["data"]["text"] or ""), body)
                for _, body in self.taken]

    async def archive(self):
        return self.heard()

    async def posts(self, **body):
        """The JSON of the answer."""
        answer = await exchange("POST", self.url, {"username": self.name, **body})
        assert answer.status in (200, 202), f"the hook does not take it: {answer.status} {answer.content[:200]!r}"
        return answer.json

    async def says(self, text):
        return (await self.posts(text=text))["id"]
