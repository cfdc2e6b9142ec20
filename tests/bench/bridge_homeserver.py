"""A homeserver with one room for a bridge. Logging in and joining are those of the scripted homeserver of the tests, which takes
milliseconds for a request; from `hurries` on, what is asked for each message (a PUT of it, and /sync) is answered while the
bytes are read, so that what is measured is the gateway.
"""

import asyncio
import json
from urllib.parse import quote

from bridge_peers import SPEAKER
from homeserver import Homeserver
from homeserver.event import Event
from homeserver.web import Connection, Web

V3 = "/_matrix/client/v3"


class MatrixRoom(Homeserver):
    RELAY, PASSWORD = "@relay:hs.test", "open sesame"

    def __init__(self, alias, heard):
        super().__init__()
        self.web = QuickWeb(self.answer, self)
        self.heard = heard
        self.alias = alias
        self.speaker = self.add_user(SPEAKER).id
        self.add_user("relay", self.PASSWORD)
        self.room_id = self.make_room(self.speaker, [])
        self.aliases[alias] = self.room_id
        self.rooms[self.room_id].append(Event(self.room_id, "m.room.canonical_alias", self.speaker, {"alias": alias}, "",
                                              self.clock.milliseconds()))
        self.send_path = f"{V3}/rooms/{quote(self.room_id, safe='')}/send/m.room.message/"
        self.begin = None       # the position that stands before the first of `said`
        self.said = []          # events as JSON, since we hurry
        self.taken = {}         # transaction id -> event id
        self.polls = {}         # connections whose /sync waits -> the position that it knows

    def is_in(self, _):
        return self.rooms[self.room_id].membership(self.RELAY) == "join"

    def hurries(self):
        # Ends the /sync that waits: the next one is a quick one. No bridge tells what bots say.
        self.say(self.room_id, self.speaker, {"msgtype": "m.notice", "body": "here we go"})
        self.begin = self.position

    def say_in_room(self, text):
        self.adds(self.speaker, {"msgtype": "m.text", "body": text}, {})

    def adds(self, sender, content, unsigned):
        self.position += 1
        ident = f"$quick{self.position}"
        self.said.append(json.dumps({
            "event_id": ident, "type": "m.room.message", "sender": sender, "content": content,
            "origin_server_ts": self.clock.milliseconds(), "unsigned": unsigned}, ensure_ascii=False))
        for connection, since in self.polls.items():
            connection.answers(self.told_since(since))
        self.polls.clear()
        return ident

    def told_since(self, since):
        events = self.said[since - self.begin:]
        timeline = f'{{"events":[{",".join(events)}],"limited":false,"prev_batch":"t{since}"}}'
        return f'{{"next_batch":"s{self.position}","rooms":{{"join":{{"{self.room_id}":{{"timeline":{timeline}}}}}}}}}'

    def answers_quickly(self, request, connection):
        """False: it is asked something else."""
        if self.begin is None:
            return False
        if request.method == "PUT" and request.path.startswith(self.send_path):
            connection.answers(f'{{"event_id":"{self.takes(request)}"}}')
            return True
        since = request.query.get("since", "")[1:]
        if request.path != f"{V3}/sync" or not since or int(since) < self.begin:
            return False
        if int(since) < self.position:
            connection.answers(self.told_since(int(since)))
        else:
            self.polls[connection] = int(since)    # for as long as it likes: somebody speaks all the time
        return True

    def takes(self, request):
        transaction = request.path.removeprefix(self.send_path)
        if transaction not in self.taken:
            content = json.loads(request.raw)
            self.taken[transaction] = self.adds(self.RELAY, content, {"transaction_id": transaction})
            self.heard(self.alias, content["body"])
        return self.taken[transaction]


class QuickWeb(Web):
    def __init__(self, answer, room):
        super().__init__(answer)
        self.room = room

    async def open(self):
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: QuickConnection(self), sock=self.bound(self.number), backlog=64)


class QuickConnection(Connection):
    def go_on(self):
        while self.answering is None and self not in self.web.room.polls and (request := self.take()):
            if not self.web.room.answers_quickly(request, self):
                self.answering = asyncio.ensure_future(self.reply(request))

    def answers(self, text):
        content = text.encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                             % (len(content), content))

    def connection_lost(self, why):
        self.web.room.polls.pop(self, None)
        super().connection_lost(why)
