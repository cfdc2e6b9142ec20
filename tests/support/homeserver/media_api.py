"""Files (spec 1.19, "Content repository"): only who has a token gets them, as since version 1.11."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from homeserver.errors import MatrixError, not_found
from homeserver.web import Response


@dataclass
class File:
    content: bytes
    kind: str
    name: str


def upload(server, request):
    if "content-length" not in request.headers:    # as Synapse
        raise MatrixError(400, "M_UNKNOWN", "Request must specify a Content-Length")
    if len(request.raw) > server.largest_file:
        raise MatrixError(413, "M_TOO_LARGE", "Upload request body is too large")
    ident = secrets.token_urlsafe(18)
    server.files[ident] = File(request.raw, request.headers.get("content-type", "application/octet-stream"),
                               request.query.get("filename", ""))
    return {"content_uri": f"mxc://{server.name}/{ident}"}


def config(server, request):
    return {"m.upload.size": server.largest_file}


def download(server, request):
    found = server.files.get(request.part["media"])
    if found is None or request.part["server"] != server.name:
        raise not_found("Not found")
    headers = {"Accept-Ranges": "bytes", "Cross-Origin-Resource-Policy": "cross-origin"}
    name = request.part.get("name") or found.name
    if name:
        headers["Content-Disposition"] = f"inline; filename*=utf-8''{quote(name)}"
    size = len(found.content)
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if not wanted:
        return Response(200, found.content, found.kind, {**headers, "Content-Length": str(size)})
    first, last = int(wanted[1]), min(int(wanted[2] or size), size - 1)
    if first > last:
        return Response(416, b"", found.kind, {"Content-Range": f"bytes */{size}"})
    part = found.content[first:last + 1]
    return Response(206, part, found.kind, {**headers, "Content-Length": str(len(part)),
                                            "Content-Range": f"bytes {first}-{last}/{size}"})


def without_token(server, request):
    if not server.media_is_open:
        raise not_found("Not found")
    return download(server, request)


OLD, NEW = "/_matrix/media/v3", "/_matrix/client/v1/media"
FILE = "{server}/{media}"
PUBLIC = [("GET", f"{OLD}/download/{FILE}", without_token), ("GET", f"{OLD}/download/{FILE}/{{name}}", without_token),
          ("GET", f"{OLD}/thumbnail/{FILE}", without_token)]
ROUTES = [("POST", f"{OLD}/upload", upload), ("GET", f"{OLD}/config", config), ("GET", f"{NEW}/config", config),
          ("GET", f"{NEW}/download/{FILE}", download), ("GET", f"{NEW}/download/{FILE}/{{name}}", download),
          ("GET", f"{NEW}/thumbnail/{FILE}", download)]
