"""tests/scenarios/clients/README.md says which tests stand for what clients do: names as `irc/join_order` (a scenario) and
`live/mcabber/asking_by_hand` (an act of a live test)."""

import re

NAME = re.compile(r"`([a-z0-9_]+(?:/[a-z0-9_]+)+)`")


def names(page):
    """The tests that stand in the last cell of a row."""
    rows = [line.rstrip(" |").rpartition("|")[2] for line in page.splitlines() if line.startswith("| ")]
    return [name for row in rows for name in NAME.findall(row)]


def is_there(name, scenarios, live_sources):
    """`scenarios`: names of all scenarios; `live_sources`: texts by name, "mcabber" of a suite, "acts/joining" of a file of
    acts that several suites play."""
    if not name.startswith("live/"):
        return name in scenarios
    suite, *folder, act = name.split("/")[1:]
    source = live_sources.get(f"acts/{folder[0]}" if folder else suite, "")
    return suite in live_sources and re.search(rf"^async def {act}\(", source, re.MULTILINE) is not None


def mistakes(page, scenarios, live_sources):
    named = names(page)
    yield from (f"{name}: there is no such test" for name in named if not is_there(name, scenarios, live_sources))
    yield from (f"{name}: the page does not name it" for name in sorted(scenarios)
                if name.startswith("clients/") and name not in named)
