"""Accounts, their devices and tokens."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from homeserver.errors import MatrixError


@dataclass(eq=False)
class Device:
    id: str
    display_name: str = ""
    txns: OrderedDict = field(default_factory=OrderedDict)    # (path without the id, id) -> event id
    members_sent: set = field(default_factory=set)            # (room id, user id): lazy loading sends each once


@dataclass(eq=False)
class Token:
    account: object
    device: Device
    expires: float = None    # of Clock.monotonic
    oauth: bool = False


@dataclass(eq=False)
class Refresh:
    account: object
    device: Device
    oauth: bool = False
    given: set = field(default_factory=set)    # what it was used for: it is gone when one of these is used


@dataclass(eq=False)
class Account:
    id: str
    password: str = None
    display_name: str = None
    avatar: str = None
    deactivated: bool = False
    suspended: bool = False
    service: object = None                           # the application service that made it
    devices: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)         # (room id or None, type) -> (content, position)
    filters: dict = field(default_factory=dict)
    presence: dict = field(default_factory=lambda: {"presence": "offline"})
    presence_position: int = 0
    forgotten: set = field(default_factory=set)      # rooms

    @property
    def localpart(self):
        return self.id[1:].partition(":")[0]

    def profile(self):
        found = {"displayname": self.display_name, "avatar_url": self.avatar}
        return {name: value for name, value in found.items() if value is not None}

    def account_data(self, kind, room=None):
        return self.data.get((room, kind), ({}, 0))[0]

    def ignores(self, user):
        return user in self.account_data("m.ignored_user_list").get("ignored_users", {})


class Accounts:
    def __init__(self, clock):
        self.clock = clock
        self.by_id = {}
        self.tokens = {}          # text -> Token
        self.refreshes = {}       # text -> Refresh
        self.given = {}           # text of a token that a refresh gave -> text of the refresh token
        self.login_tokens = {}    # text -> Account: from single sign-on, once
        self.lost = {}            # text of tokens that are no longer good -> whether it is a soft logout
        self.lifetime = None      # seconds of an access token, for those who can refresh it

    def make(self, user, password=None, **more):
        account = self.by_id[user] = Account(user, password, **more)
        account.display_name = account.display_name or account.localpart
        return account

    def log_in(self, account, device=None, refresh=False, oauth=False, display_name=None):
        """The answer to a login. A device that is there keeps its tokens, as on Synapse."""
        name = device or secrets.token_hex(5).upper()
        device = account.devices.setdefault(name, Device(name))
        device.display_name = display_name or device.display_name
        return {"user_id": account.id, "device_id": device.id, **self.make_tokens(account, device, refresh, oauth)}

    def make_tokens(self, account, device, refresh, oauth=False):
        expires = self.clock.monotonic() + self.lifetime if refresh and self.lifetime else None
        access = f"syt_{secrets.token_urlsafe(16)}"
        self.tokens[access] = Token(account, device, expires, oauth)
        answer = {"access_token": access}
        if refresh:
            answer["refresh_token"] = f"syr_{secrets.token_urlsafe(16)}"
            self.refreshes[answer["refresh_token"]] = Refresh(account, device, oauth)
        if expires:
            answer["expires_in_ms"] = int(self.lifetime * 1000)
        return answer

    def refresh(self, text):
        """A refresh token is good until what it gave was used (spec 1.19, "Refreshing access tokens")."""
        found = self.refreshes.get(text)
        if found is None:
            raise MatrixError(403, "M_FORBIDDEN", "Invalid refresh token")
        self.used(text)
        answer = self.make_tokens(found.account, found.device, True, found.oauth)
        found.given |= {answer["access_token"], answer["refresh_token"]}
        self.given |= dict.fromkeys(found.given, text)
        return answer

    def used(self, text):
        """The first use of what a refresh gave ends what was before it."""
        refresh = self.refreshes.pop(self.given.pop(text, None), None)
        if refresh is not None:
            for given in refresh.given:
                self.given.pop(given, None)
            device = refresh.device
            for access in [each for each, token in self.tokens.items() if token.device is device and each != text]:
                del self.tokens[access]
                self.lost[access] = False

    def who(self, text):
        """Whose access token it is; raises as the specification wants it."""
        token = self.tokens.get(text)
        if token is None:
            raise MatrixError(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.",
                              soft_logout=self.lost.get(text, False))
        if token.expires is not None and self.clock.monotonic() > token.expires:
            raise MatrixError(401, "M_UNKNOWN_TOKEN", "Access token has expired", soft_logout=True)
        if token.account.deactivated:
            raise MatrixError(403, "M_USER_DEACTIVATED", "This account has been deactivated")
        self.used(text)
        return token

    def forget(self, account, device=None, soft=False):
        """The tokens of an account, or of one of its devices, are good no longer. Hard: the devices are gone too."""
        for access, token in list(self.tokens.items()):
            if token.account is account and device in (None, token.device):
                del self.tokens[access]
                self.lost[access] = soft
        if soft:
            return
        for refresh, found in list(self.refreshes.items()):
            if found.account is account and device in (None, found.device):
                del self.refreshes[refresh]
        for name, each in list(account.devices.items()):
            if device in (None, each):
                del account.devices[name]
