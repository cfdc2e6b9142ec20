"""Filters of a sync (spec 1.19, "Filtering"): limits, types with `*`, senders, lazy members."""

import fnmatch
import json

from homeserver.errors import bad

DEFAULT_LIMIT = 10


class Filter:
    def __init__(self, text=None):
        self.definition = text if isinstance(text, dict) else json.loads(text) if text else {}

    def part(self, *path):
        found = self.definition
        for name in path:
            found = found.get(name, {})
        return found

    @property
    def timeline_limit(self):
        return self.part("room", "timeline").get("limit", DEFAULT_LIMIT)

    @property
    def lazy(self):
        return any(self.part("room", name).get("lazy_load_members") for name in ("state", "timeline"))

    @property
    def includes_left(self):
        return bool(self.part("room").get("include_leave"))

    def wants_room(self, room):
        rooms = self.part("room")
        return room not in rooms.get("not_rooms", ()) and ("rooms" not in rooms or room in rooms["rooms"])

    def wants(self, kind, sender, *path):
        """Whether a part (`room`, `timeline`) takes events of a type by a sender."""
        part = self.part(*path)
        if is_one_of(kind, part.get("not_types", ())) or sender in part.get("not_senders", ()):
            return False
        return (("types" not in part or is_one_of(kind, part["types"]))
                and (sender is None or "senders" not in part or sender in part["senders"]))


def is_one_of(kind, patterns):
    return any(fnmatch.fnmatchcase(kind, each) for each in patterns)


def upload(server, request):
    filters = request.account.filters
    filters[str(len(filters))] = request.body
    return {"filter_id": str(len(filters) - 1)}


def download(server, request):
    return find(request.account, request.part["filter"]).definition


def find(account, name):
    """By its id, or as JSON in the query."""
    if not name:
        return Filter()
    if name.startswith("{"):
        return Filter(name)
    if name not in account.filters:
        raise bad("No such filter", "M_NOT_FOUND")
    return Filter(account.filters[name])


ROUTES = [("POST", "/_matrix/client/v3/user/{user}/filter", upload),
          ("GET", "/_matrix/client/v3/user/{user}/filter/{filter}", download)]
