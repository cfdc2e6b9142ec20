"""What a server is, how one logs in and out of it (spec 1.19, "Client authentication": legacy API), and devices."""

import secrets

from homeserver.errors import MatrixError, bad, forbidden, not_found, unrecognized
from homeserver.room import DEFAULT_VERSION, VERSIONS
from homeserver.web import Response

SPECIFICATIONS = [f"v1.{number}" for number in range(1, 20)]


def well_known(server, request):
    if server.well_known is None:
        raise not_found()
    return server.well_known


def versions(server, request):
    return {"versions": server.specifications, "unstable_features": {}}


def flows(server, request):
    return {"flows": [{"type": kind} for kind in server.login_flows]}


def log_in(server, request):
    body = request.body
    kind = body.get("type")
    server.limiter("login").take(request.address)
    if kind == "m.login.application_service":
        return as_service(server, request, body)
    if kind not in server.login_flows:
        raise bad(f"Unknown login type {kind}", "M_UNKNOWN")
    account = by_password(server, body) if kind == "m.login.password" else by_token(server, body)
    return {**server.accounts.log_in(account, body.get("device_id"), bool(body.get("refresh_token")),
                                     display_name=body.get("initial_device_display_name")), "home_server": server.name}


def named(server, body):
    """The account that an identifier names: a localpart or a whole id."""
    user = body.get("identifier", {}).get("user") or body.get("user") or ""
    return server.accounts.by_id.get(user if user.startswith("@") else f"@{user.lower()}:{server.name}")


def by_password(server, body):
    account = named(server, body)
    if account is None or account.password is None or account.password != body.get("password"):
        raise forbidden("Invalid username or password")
    if account.deactivated:
        raise MatrixError(403, "M_USER_DEACTIVATED", "This account has been deactivated")
    return account


def by_token(server, body):
    account = server.accounts.login_tokens.pop(body.get("token"), None)
    if account is None:
        raise forbidden("Invalid login token")
    return account


def as_service(server, request, body):
    service = server.service_of(request.bearer)
    account = named(server, body)
    if service is None or account is None or not service.claims(account.id):
        raise forbidden("Invalid application_service access token")
    return server.accounts.log_in(account, body.get("device_id"))


def sso_redirect(server, request):
    """As if somebody had logged in there already: whom the test named."""
    account = server.single_sign_on
    if account is None or "m.login.sso" not in server.login_flows:
        raise unrecognized()
    target = request.query.get("redirectUrl", "")
    mark = "&" if "?" in target else "?"
    return Response(302, b"", headers={"Location": f"{target}{mark}loginToken={server.login_token(account.id)}"})


def refresh(server, request):
    return server.accounts.refresh(request.body.get("refresh_token"))


def who_am_i(server, request):
    device = {"device_id": request.device.id} if request.device is not None else {}
    return {"user_id": request.account.id, "is_guest": False, **device}


def log_out(server, request):
    server.accounts.forget(request.account, request.device)
    return {}


def log_out_everywhere(server, request):
    server.accounts.forget(request.account)
    return {}


def register(server, request):
    """For application services; people are made by the test."""
    body = request.body
    service = server.service_of(request.bearer)
    if service is None or body.get("type") != "m.login.application_service":
        raise forbidden("Registration has been disabled")
    user = f"@{body.get('username', '')}:{server.name}"
    if not service.claims(user):
        raise bad("Invalid username for this application service namespace.", "M_EXCLUSIVE")
    if user in server.accounts.by_id:
        raise bad("User ID already taken.", "M_USER_IN_USE")
    account = server.accounts.make(user, service=service)
    if body.get("inhibit_login"):
        return {"user_id": user, "home_server": server.name}
    return {**server.accounts.log_in(account, body.get("device_id")), "home_server": server.name}


def capabilities(server, request):
    versions = {"default": DEFAULT_VERSION, "available": dict.fromkeys(VERSIONS, "stable")}
    return {"capabilities": {"m.room_versions": versions,
                             "m.change_password": {"enabled": True}, "m.set_displayname": {"enabled": True},
                             "m.set_avatar_url": {"enabled": True}}}


def devices(server, request):
    return {"devices": [{"device_id": each.id, "display_name": each.display_name}
                        for each in request.account.devices.values()]}


def device(server, request):
    found = request.account.devices.get(request.part["device"])
    if found is None and request.method == "PUT" and request.service is not None:    # MSC4190
        server.accounts.log_in(request.account, request.part["device"], display_name=request.body.get("display_name"))
        return Response(201, b"{}")
    if found is None:
        raise not_found("No device found")
    if request.method == "PUT":
        found.display_name = request.body.get("display_name", found.display_name)
        return {}
    if request.method == "DELETE":
        server.accounts.forget(request.account, found)
        return {}
    return {"device_id": found.id, "display_name": found.display_name}


def make_login_token(server, account):
    token = f"syl_{secrets.token_urlsafe(12)}"
    server.accounts.login_tokens[token] = account
    return token


PUBLIC = [("GET", "/.well-known/matrix/client", well_known),
          ("GET", "/_matrix/client/versions", versions),
          ("GET", "/_matrix/client/v3/login", flows),
          ("POST", "/_matrix/client/v3/login", log_in),
          ("GET", "/_matrix/client/v3/login/sso/redirect", sso_redirect),
          ("POST", "/_matrix/client/v3/refresh", refresh),
          ("POST", "/_matrix/client/v3/register", register)]
ROUTES = [("GET", "/_matrix/client/v3/account/whoami", who_am_i),
          ("POST", "/_matrix/client/v3/logout", log_out),
          ("POST", "/_matrix/client/v3/logout/all", log_out_everywhere),
          ("GET", "/_matrix/client/v3/capabilities", capabilities),
          ("GET", "/_matrix/client/v3/devices", devices),
          ("GET PUT DELETE", "/_matrix/client/v3/devices/{device}", device)]
