"""Logging in with OAuth 2.0 (spec 1.19, "OAuth 2.0 API"): dynamic registration (RFC 7591), the device grant (RFC 8628),
refresh tokens that are good once, revocation (RFC 7009). A test approves or denies by the code that a person was shown.
"""

import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl

from homeserver.errors import unrecognized
from homeserver.web import json_response

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
DEVICE_SCOPE = "urn:matrix:client:device:"
API_SCOPES = ("urn:matrix:client:api:*", "urn:matrix:org.matrix.msc2967.client:api:*")


@dataclass(eq=False)
class Pending:
    client: str
    device: str
    interval: float
    expires: float
    account: object = None
    denied: bool = False
    polled: float = 0.0


class OAuth:
    def __init__(self, clock):
        self.clock = clock
        self.clients = {}        # client id -> metadata
        self.pending = {}        # device code -> Pending
        self.user_codes = {}     # user code -> Pending
        self.interval = 0.2      # seconds
        self.lifetime = 300      # seconds that a person has

    def approve(self, user_code, account):
        self.user_codes[user_code].account = account

    def deny(self, user_code):
        self.user_codes[user_code].denied = True


def refused(code, text="", status=400):
    return json_response({"error": code, **({"error_description": text} if text else {})}, status)


def metadata(server, request):
    if server.oauth is None:
        raise unrecognized()
    at = f"{server.url}/oauth2"
    return {"issuer": f"{server.url}/", "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token",
            "registration_endpoint": f"{at}/register", "revocation_endpoint": f"{at}/revoke",
            "device_authorization_endpoint": f"{at}/device", "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment"], "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "account_management_uri": f"{server.url}/account"}


def form(request):
    return dict(parse_qsl(request.raw.decode()))


def register(server, request):
    wanted = request.body
    if not wanted.get("client_uri") or DEVICE_GRANT not in wanted.get("grant_types", []):
        return refused("invalid_client_metadata", "client_uri and the device grant are needed")
    client = secrets.token_urlsafe(12)
    server.oauth.clients[client] = wanted
    return json_response({**wanted, "client_id": client}, 201)


def authorize_device(server, request):
    oauth, wanted = server.oauth, form(request)
    if wanted.get("client_id") not in oauth.clients:
        return refused("invalid_client", status=401)
    scopes = wanted.get("scope", "").split()
    device = next((each.rpartition(":")[2] for each in scopes if ":client:device:" in each
                   or ":client.device:" in each or each.startswith(DEVICE_SCOPE)), None)
    if device is None or not any(each in scopes for each in API_SCOPES):
        return refused("invalid_scope", "the scopes of the API and of a device are needed")
    now = oauth.clock.monotonic()
    pending = Pending(wanted["client_id"], device, oauth.interval, now + oauth.lifetime)
    device_code, user_code = secrets.token_urlsafe(18), secrets.token_hex(4).upper()
    oauth.pending[device_code] = oauth.user_codes[user_code] = pending
    return {"device_code": device_code, "user_code": user_code, "verification_uri": f"{server.url}/link",
            "verification_uri_complete": f"{server.url}/link?code={user_code}", "expires_in": int(oauth.lifetime),
            "interval": max(1, int(oauth.interval))}


def token(server, request):
    wanted = form(request)
    if wanted.get("client_id") not in server.oauth.clients:
        return refused("invalid_client", status=401)
    if wanted.get("grant_type") == DEVICE_GRANT:
        return by_device_code(server, wanted)
    if wanted.get("grant_type") == "refresh_token":
        return by_refresh(server, wanted)
    return refused("unsupported_grant_type")


def by_device_code(server, wanted):
    """RFC 8628 3.5"""
    oauth = server.oauth
    pending = oauth.pending.get(wanted.get("device_code"))
    now = oauth.clock.monotonic()
    if pending is None or pending.client != wanted["client_id"]:
        return refused("invalid_grant")
    if now > pending.expires:
        return refused("expired_token")
    if pending.denied:
        return refused("access_denied")
    if pending.polled and now - pending.polled < 0.9 * pending.interval:
        pending.polled, pending.interval = now, pending.interval + 5
        return refused("slow_down")
    pending.polled = now
    if pending.account is None:
        return refused("authorization_pending")
    del oauth.pending[wanted["device_code"]]
    answer = server.accounts.log_in(pending.account, pending.device, refresh=True, oauth=True)
    return tokens(server, answer, pending.device)


def tokens(server, answer, device):
    return {"access_token": answer["access_token"], "token_type": "Bearer", "refresh_token": answer["refresh_token"],
            "expires_in": int(server.accounts.lifetime or 300), "scope": f"{API_SCOPES[0]} {DEVICE_SCOPE}{device}"}


def by_refresh(server, wanted):
    found = server.accounts.refreshes.get(wanted.get("refresh_token"))
    if found is None or not found.oauth:
        return refused("invalid_grant")
    return tokens(server, server.accounts.refresh(wanted["refresh_token"]), found.device.id)


def revoke(server, request):
    text = form(request).get("token")
    found = server.accounts.tokens.get(text) or server.accounts.refreshes.get(text)
    if found is not None:
        server.accounts.forget(found.account, found.device)
    return {}


PUBLIC = [("GET", "/_matrix/client/v1/auth_metadata", metadata), ("POST", "/oauth2/register", register),
          ("POST", "/oauth2/device", authorize_device), ("POST", "/oauth2/token", token),
          ("POST", "/oauth2/revoke", revoke)]
ROUTES = []
