"""Scenario 4: what was said while the gateway was away, and the archive (XEP-0313)."""

from acts.archive import MAM, page
from matrix_stage import DOMAIN, only_scripted
from matrix_user import V3
from stanzas import CLIENT, is_from, text_of

MISSED = 500
DATES = "<field var='start'><value>{start}</value></field>"


async def away_for(stage, count, patience=60):
    """alice's room, in which bob said that much while the gateway was stopped."""
    alice, address, room, (bob,) = await stage.in_a_room()
    alice.patience = patience
    await bob.says(room, "Before.")
    await alice.sees("line", where=address, text="Before.")
    await stage.gateway_stops()
    for number in range(count):
        await bob.says(room, f"line {number:03}")
    return alice, address, room, bob


async def all_of_it(alice, address):
    """The archive from the beginning, page by page."""
    texts, ids, after = [], [], ""
    while True:
        found = await page(alice, f"<max>100</max>{after}", room=address)
        again = [text for text, ident in zip(found.texts, found.ids) if ident in ids]
        assert not again, f"behind {found.first or 'the beginning'}, a page has again what was on one before: {again}"
        texts += found.texts
        ids += found.ids
        if found.complete:
            return texts, ids
        after = f"<after>{found.last}</after>"


async def what_was_missed_is_in_the_archive(stage):
    alice, address, room, bob = await away_for(stage, MISSED)
    expected = ["Before.", *(f"line {number:03}" for number in range(MISSED)), "After."]
    since = alice.now()
    asked = len(stage.world.homeserver.asked) if hasattr(stage.world, "homeserver") else None
    await stage.gateway_starts()
    await alice.asks_until_answered(DOMAIN)
    await stage.enters(alice, address)
    await bob.says(room, "After.")
    await alice.sees("line", where=address, text="After.")
    if asked is not None:
        mine = [each for each in stage.world.homeserver.asked[asked:] if each.user == stage.matrix_id("alice")
                and each.method == "GET" and ("/messages" in each.path or "/sync" in each.path)]
        before = next(index for index, each in enumerate(mine) if "/sync" in each.path)
        assert len(mine) - before <= 12, [f"{each.path} {each.query}" for each in mine]
        full = [each for each in mine if "/sync" in each.path and "since" not in each.query]
        assert not full, "there was an initial sync"
    texts, ids = await all_of_it(alice, address)
    assert texts == expected, difference(texts, expected)
    live = [text_of(each, f"{CLIENT}body") for each in alice.stanzas[since:] if is_from(each, address)
            and each.get("type") == "groupchat" and each.find(f"{CLIENT}body") is not None]
    assert live.count("After.") == 1 and len(set(live)) == len(live), "something came twice"
    await pages_agree(alice, address, texts, ids)


def difference(found, expected):
    wrong = next((index for index, (one, other) in enumerate(zip(found, expected)) if one != other),
                 min(len(found), len(expected)))
    return (f"{len(found)} instead of {len(expected)} messages; from number {wrong} on {found[wrong:wrong + 3]} instead "
            f"of {expected[wrong:wrong + 3]}")


async def pages_agree(alice, address, texts, ids):
    """By the id, by the date and from the end: the same order."""
    middle = len(ids) // 2
    found = await page(alice, f"<max>10</max><after>{ids[middle]}</after>", room=address)
    assert found.ids == ids[middle + 1:middle + 11], found.texts
    found = await page(alice, f"<max>10</max><before>{ids[middle]}</before>", room=address)
    assert found.ids == ids[middle - 10:middle], found.texts
    found = await page(alice, "<max>10</max><before/>", room=address)
    assert found.ids == ids[-10:], found.texts
    stamp = found.results[0].find(".//{urn:xmpp:delay}delay").get("stamp")
    dated = await page(alice, "<max>100</max>", DATES.format(start=stamp), room=address)
    assert dated.ids and dated.ids == ids[-len(dated.ids):] and len(dated.ids) >= 10, dated.texts
    answer = await alice.asks(address, "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>"
                              "<max>5</max><after>nobody-knows</after></set></query>", "set")
    assert answer.get("type") == "error" and answer.find(f"{MAM}fin") is None, answer.attrib


async def what_was_before_one_came_is_fetched(stage):
    """The archive goes further back than the gateway."""
    bob = await stage.matrix("bob")
    room = await bob.creates_room(preset="public_chat", alias=f"tea-{stage.number}", name="Tea")
    for number in range(40):
        await bob.says(room, f"old {number:02}")
    alice, _ = await stage.registered()
    address = await stage.enters(alice, f"#tea-{stage.number}:hs.test")
    await bob.says(room, "new")
    await alice.sees("line", where=address, text="new")
    expected = [*(f"old {number:02}" for number in range(40)), "new"]
    texts, before = [], "<before/>"
    while True:
        found = await page(alice, f"<max>15</max>{before}", room=address)
        texts = found.texts + texts
        if found.complete or not found.ids:
            break
        before = f"<before>{found.first}</before>"
    assert texts == expected, difference(texts, expected)


@only_scripted("Synapse keeps its positions")
async def a_lost_position_makes_one_new_beginning(stage):
    """400 for `since`: one sync from the start, and nothing is told twice."""
    alice, address, room, (bob,) = await stage.in_a_room()
    await bob.says(room, "Before.")
    await alice.sees("line", where=address, text="Before.")
    homeserver = stage.world.homeserver
    await stage.own("alice").goes()
    await bob.goes()
    await stage.gateway_stops()
    await bob.says(room, "Meanwhile.")
    homeserver.forget_positions()
    since, asked = alice.now(), len(homeserver.asked)
    await stage.gateway_starts()
    await alice.sees("line", where=address, text="Meanwhile.")
    await bob.says(room, "After.")
    await alice.sees("line", where=address, text="After.")
    syncs = [each for each in homeserver.requests("GET", f"{V3}/sync", asked) if each.user == stage.matrix_id("alice")]
    fresh = [each for each in syncs if "since" not in each.query]
    refused = [each for each in syncs if each.status == 400]
    # Twice: it may be the filter that the homeserver has forgotten.
    assert len(fresh) == 1 and len(refused) <= 2, [(each.status, each.query) for each in syncs]
    live = [text_of(each, f"{CLIENT}body") for each in alice.stanzas[since:] if is_from(each, address)
            and each.get("type") == "groupchat" and "/" in each.get("from") and each.find(f"{CLIENT}body") is not None]
    assert live == ["Meanwhile.", "After."], live


ACTS = [what_was_missed_is_in_the_archive, what_was_before_one_came_is_fetched, a_lost_position_makes_one_new_beginning]
