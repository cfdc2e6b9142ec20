"""A homeserver that does what the test wants: the client-server API 1.19 as far as a gateway uses it, in this process.

    homeserver = Homeserver()
    await homeserver.open()
    homeserver.add_user("bob", "secret")
    homeserver.faults.answers("PUT", "/send/", 502, html=True, times=3)
    await homeserver.receives("POST", "/logout")
    await homeserver.close()

People who use it are clients as others (matrix_user.py), so that what is tested with them runs on a real server too.
The subjects are files: *_api.py what is asked, faults.py and the attributes below what may go wrong.
"""

import asyncio
import inspect
import traceback
from dataclasses import dataclass

from homeserver import (appservice, events_api, filters, history_api, media_api, membership_api, oauth_api, people_api,
                        session_api, sync)
from homeserver.accounts import Accounts
from homeserver.clock import Clock
from homeserver.errors import MatrixError, forbidden, not_found, unrecognized
from homeserver.event import Event
from homeserver.faults import Faults
from homeserver.limits import Limiter
from homeserver.power import check
from homeserver.room import Room
from homeserver.web import BrokenOff, Response, Routes, Web, json_response

SUBJECTS = (session_api, sync, filters, membership_api, events_api, history_api, people_api, media_api, oauth_api,
            appservice)


@dataclass
class Asked:
    """A request that came, for a test to look at."""
    method: str
    path: str
    query: dict
    user: str
    status: int = None    # None: not answered yet
    at: float = 0.0
    body: bytes = b""


class Homeserver:
    def __init__(self, name="hs.test", tls=None, host="127.0.0.1"):
        """`host`: in its URL; what the certificate of `tls` is for."""
        self.name, self.host = name, host
        self.web = Web(self.answer, tls)
        self.clock = Clock()
        self.faults = Faults()
        self.accounts = Accounts(self.clock)
        self.oauth = None                 # an oauth_api.OAuth: the server has it
        self.position = 0
        self.rooms, self.aliases, self.files, self.services = {}, {}, {}, []
        self.limiters = {}
        self.asked, self.news = [], asyncio.Event()
        self.waiting = {}                 # user id -> futures of their syncs
        self.mistakes = []                # of this server
        self.routes = Routes()
        for subject in SUBJECTS:
            for methods, path, handler in getattr(subject, "PUBLIC", ()):
                self.routes.add(methods, path, handler, public=True)
            for methods, path, handler in subject.ROUTES:
                self.routes.add(methods, path, handler)
        # What a test may change.
        self.specifications = session_api.SPECIFICATIONS
        self.login_flows = ["m.login.password", "m.login.token", "m.login.sso", "m.login.application_service"]
        self.well_known = None            # an object: what /.well-known/matrix/client says
        self.single_sign_on = None        # the account that is logged in there
        self.timeline_limit = 1 << 30     # of a sync, whatever is asked for: small ones make gaps
        self.oldest_position = 0          # of tokens that a sync takes: `forget_positions`
        self.presence_is_on = True
        self.media_is_open = False        # without a token, as before 1.11
        self.largest_file = 50 << 20
        self.encrypts_new_rooms = False   # as encryption_enabled_by_default_for_room_type of Synapse
        self.everybody_is_found = True    # in the directory of people

    @property
    def url(self):
        return self.web.url.replace("127.0.0.1", self.host)

    async def open(self):
        await self.web.open()

    async def close(self):
        for service in self.services:
            service.task.cancel()
        await self.web.give_up()
        assert not self.mistakes, "\n".join(self.mistakes)

    async def restarts(self):
        """What Synapse does not keep is forgotten: transactions of services without a device, and lazy members."""
        await self.web.close()
        for service in self.services:
            service.txns.clear()
        for account in self.accounts.by_id.values():
            for device in account.devices.values():
                device.members_sent.clear()
        await self.web.open()

    # What is asked.

    async def answer(self, request):
        asked = Asked(request.method, request.path, request.query, None, at=self.clock.monotonic(), body=request.raw)
        self.asked.append(asked)
        try:
            token = self.accounts.tokens.get(request.bearer or "")
            asked.user = token.account.id if token is not None else request.query.get("user_id")
            response = await self.faults.around(request, asked.user, lambda: self.respond(request))
            asked.status = response.status
        except (asyncio.CancelledError, BrokenOff):
            raise
        except Exception:    # of this server itself: `close` tells the test
            self.mistakes.append(f"{request.method} {request.path}: {traceback.format_exc()}")
            response = Response(500, b"a mistake of the scripted homeserver", "text/plain")
            asked.status = 500
        finally:
            self.news.set()
        return response

    async def respond(self, request):
        try:
            handler, public = self.routes.find(request)
            if handler is None:
                raise unrecognized(405 if public else 404)
            if not public:
                self.identify(request)
            found = handler(self, request)
            if inspect.isawaitable(found):
                found = await found
        except MatrixError as error:
            return json_response(error.body, error.status, error.headers)
        return found if isinstance(found, Response) else json_response(found)

    def identify(self, request):
        if not request.bearer:
            raise MatrixError(401, "M_MISSING_TOKEN", "Missing access token")
        service = self.service_of(request.bearer)
        if service is None:
            token = self.accounts.who(request.bearer)
            request.account, request.device = token.account, token.device
            return
        user = request.query.get("user_id", service.user)
        if not service.claims(user):
            raise forbidden("Application service cannot masquerade as this user.")
        if user not in self.accounts.by_id:
            raise forbidden("Application service has not registered this user")
        request.service, request.account = service, self.accounts.by_id[user]
        if device := request.query.get("device_id"):
            if device not in request.account.devices:
                raise MatrixError(400, "M_UNKNOWN_DEVICE",
                                  "Application service trying to use a device that doesn't exist")
            request.device = request.account.devices[device]

    def service_of(self, token):
        return next((each for each in self.services if each.as_token == token), None)

    def limiter(self, kind):
        """message, join, invite, login or presence; `limit` sets them."""
        return self.limiters.setdefault(kind, Limiter(self.clock))

    def limit(self, kind, per_second, burst=1):
        self.limiters[kind] = Limiter(self.clock, per_second, burst)
        return self.limiters[kind]

    # Rooms.

    def room(self, ident):
        if ident not in self.rooms:
            raise not_found("Unknown room") if not ident.startswith("!") else forbidden("You are not in the room")
        return self.rooms[ident]

    def room_of_member(self, request):
        """Who is or was inside, or anybody where the world may read."""
        room = self.room(self.resolve(request.part["room"]))
        mine = room.members.get(request.account.id)
        if mine is None or (mine.content.get("membership") not in ("join", "leave", "ban")):
            if room.content("m.room.history_visibility").get("history_visibility") != "world_readable":
                raise forbidden(f"User {request.account.id} not in room {room.id}")
        return room

    def resolve(self, target):
        """A room's id, or what an alias names."""
        if target.startswith("#"):
            if target not in self.aliases:
                raise not_found(f"Room alias {target} not found.")
            return self.aliases[target]
        return target

    def next_position(self):
        self.position += 1
        return self.position

    def add_checked(self, room, event):
        check(room, event)
        return self.add(room, event)

    def add(self, room, event):
        """As it stands, whoever sent it: also what no client could."""
        event.ts = event.ts or self.clock.milliseconds()
        if event.redacts in room.by_id:
            room.by_id[event.redacts].redact(event)
        room.append(event)
        if event.sender in room.typing and event.type == "m.room.message":
            del room.typing[event.sender]
        users = room.users("join")
        if event.type == "m.room.member":
            users = [*users, event.state_key]
        self.wake(users)
        for service in self.services:
            if service.url is not None and service.cares_for(room, event):
                service.tell("event", event.visible_to(room, None, self.clock.milliseconds()))
        return event

    def say(self, room, user, content, kind="m.room.message", **more):
        """An event into a room by its id, past all rules."""
        return self.add(self.rooms[room], Event(room, kind, user, content, **more))

    def make_room(self, owner, members):
        """A public room with these people in it; its id."""
        room = Room(self)
        self.rooms[room.id] = room
        for kind, content, key in (("m.room.create", {"room_version": str(room.version)}, ""),
                                   ("m.room.member", {"membership": "join"}, owner),
                                   ("m.room.join_rules", {"join_rule": "public"}, ""), *(
                                       ("m.room.member", {"membership": "join"}, user) for user in members)):
            room.append(Event(room.id, kind, key if kind == "m.room.member" else owner, content, key,
                              self.clock.milliseconds()))
        self.wake(members)
        return room.id

    def fill(self, room, count, prefix="member"):
        """That many more people join."""
        for number in range(count):
            user = f"@{prefix}{number}:{self.name}"
            account = self.accounts.by_id.get(user)
            account = account or self.accounts.make(user, display_name=f"{prefix.title()} {number}")
            content = {"membership": "join", **account.profile()}
            self.rooms[room].append(Event(room, "m.room.member", user, content, user, self.clock.milliseconds()))
        self.wake(self.rooms[room].users("join"))

    def share_a_room(self, one, other):
        return any(room.membership(one) == "join" and room.membership(other) == "join" for room in self.rooms.values())

    def tell_services(self, room, thing):
        for service in self.services:
            if service.wants_ephemeral and service.cares_for(room):
                service.tell("ephemeral", thing)

    # People.

    def add_user(self, name, password=None, **more):
        return self.accounts.make(f"@{name}:{self.name}", password, **more)

    def account(self, user):
        return self.accounts.by_id[user if user.startswith("@") else f"@{user}:{self.name}"]

    def login_token(self, user):
        return session_api.make_login_token(self, self.account(user))

    def set_presence(self, account, body):
        account.presence = {"presence": body["presence"], "last_active_ago": 0,
                            "currently_active": body["presence"] == "online",
                            **({"status_msg": body["status_msg"]} if body.get("status_msg") else {})}
        account.presence_position = self.next_position()
        self.wake([user for user in self.waiting if user == account.id or self.share_a_room(user, account.id)])

    def set_account_data(self, account, kind, content, room=None):
        account.data[(room, kind)] = (content, self.next_position())
        self.wake([account.id])

    def add_service(self, registration):
        service = appservice.Service(self, registration)
        self.services.append(service)
        if service.user not in self.accounts.by_id:
            self.accounts.make(service.user, service=service)
        return service

    def forget_positions(self):
        """No sync goes on from a token of before: 400."""
        self.oldest_position = self.next_position()

    # Waiting.

    def wakeup(self, user):
        """Done when there may be something new for somebody."""
        future = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(user, []).append(future)
        return future

    def stop_waiting(self, user, future):
        waiting = self.waiting.get(user, [])
        if future in waiting:
            waiting.remove(future)

    def wake(self, users):
        for user in users:
            for future in self.waiting.pop(user, ()):
                if not future.done():
                    future.set_result(None)

    def requests(self, method, path, since=0):
        return [each for each in self.asked[since:] if each.method == method and path in each.path]

    async def receives(self, method, path, since=0, times=1, patience=10):
        """The requests of that method whose path holds that text, when there are so many that were answered."""
        async def search():
            while True:
                found = [each for each in self.requests(method, path, since) if each.status is not None]
                if len(found) >= times:
                    return found
                self.news.clear()
                await self.news.wait()

        try:
            return await asyncio.wait_for(search(), patience)
        except asyncio.TimeoutError:
            last = "\n".join(f"{each.method} {each.path} {each.status}" for each in self.asked[-8:])
            raise AssertionError(f"no {method} {path} ({times} times) within {patience} s; the last requests were\n"
                                 f"{last}") from None
