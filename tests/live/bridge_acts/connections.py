"""Who speaks elsewhere is there on IRC themselves, over a connection of their own, on ngIRCd and InspIRCd."""

from bridge_people import SILENT
from stanzas import nickname

CONNECTIONS = 'connections = { cap = 5, pace = "10/s" }'


def own(name):
    """What somebody of that name says by themselves. ngIRCd takes nine bytes of a nickname unless it is told otherwise."""
    return lambda each: each.raw.startswith(f":{name[:9]}")


async def hears_own(person, text, name):
    return await person.hears_that(f"{text}, said by {name}", lambda each: each.text == text and own(name)(each))


async def who_speaks_elsewhere_is_there_on_irc(stage):
    await stage.opens(bridge=CONNECTIONS)
    alice = stage.alice.name
    for number in range(3):
        await stage.alice.says(f"alice {number}")
    for person in (stage.carol, stage.dave):
        await hears_own(person, "alice 2", alice)
        assert [each.text for each in person.heard()] == ["alice 0", "alice 1", "alice 2"], person.heard()
        assert all(own(alice)(each) for each in person.heard()), person.heard()
    # What they say there is the bridge's own: nobody hears it again, and what others say goes on.
    await stage.carol.says("good morning")
    await hears_own(stage.dave, "good morning", stage.carol.name)
    for person in (stage.alice, stage.erika, stage.bob):
        await person.hears("good morning", stage.carol.name)
    for leg, person in stage.everybody.items():
        heard = [each.text for each in person.heard()]
        assert len(heard) == len(set(heard)), f"{leg}: {heard}"


async def who_is_kicked_is_spoken_for(stage):
    await stage.opens(bridge=CONNECTIONS)
    alice = stage.alice.name
    await stage.alice.says("hello")
    line = (await hears_own(stage.carol, "hello", alice)).raw
    nick = line[1:].partition("!")[0]
    await stage.carol.asks(f"KICK {stage.channel} {nick} :enough", "KICK")
    # Whoever speaks before the gateway has heard of it is heard from outside, where the channel allows that.
    while (await stage.carol.asks(f"ISON {nick}", "303")).rpartition(":")[2].strip():
        pass
    await stage.alice.says("again")
    found = await stage.carol.hears("again", alice)
    assert found.raw.startswith(f":{stage.bot}!"), found.raw
    assert stage.carol.count("again") == 1


async def nothing_is_doubled_by_a_restart(stage):
    await stage.opens(bridge=CONNECTIONS)
    alice = stage.alice.name
    await stage.alice.says("before")
    await hears_own(stage.carol, "before", alice)
    await stage.restarts("ngircd")
    await stage.all_are_in()
    await stage.alice.says("after")
    await stage.carol.hears_that("after", lambda each: SILENT.sub("", each.text) == "after")
    assert nickname((await stage.erika.hears("after", alice)).raw) == alice
    assert stage.carol.count("after") == 1 and stage.dave.count("after") == 1


ACTS = [who_speaks_elsewhere_is_there_on_irc, who_is_kicked_is_spoken_for, nothing_is_doubled_by_a_restart]
