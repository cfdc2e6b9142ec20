"""Rooms that are away for long: the others are told so, what they say waits, what a network has kept is told later, and of what nobody has kept there
it is told when it was not heard. Programs are told nothing of that."""

import asyncio
import re
import time

AWAY = 3    # seconds
SOON = f'mode = "relay"\nannounce_after = "{AWAY}s"'
MATRIX_AND_ROOMS = ("prosody", "ejabberd", "synapse")
CHANNELS = ("ngircd", "inspircd")


def gap_of(leg):
    sentence = re.compile(rf"What was said in {leg} between \d\d:\d\d and \d\d:\d\d UTC was not heard\.")
    return lambda each: each.by == "" and sentence.fullmatch(each.text)


async def a_channel_that_is_away_is_announced_and_its_gap_is_told(stage):
    """The way to ngIRCd is closed; carol stays in the channel and goes on talking."""
    await stage.opens(SOON)
    others, people = stage.others("ngircd"), stage.others("ngircd", "hook")
    await stage.doors["ngircd"].shuts()
    for leg, person in people.items():
        said = await person.hears_that("ngircd is away", lambda each: each.text.startswith("ngircd has not been reached since"))
        assert said.by == "" and said.text.endswith("What is said here is kept for it for 15 min."), f"{leg}: {said}"
    await stage.carol.says("can anybody hear me?")
    for leg, person in others.items():
        await stage.says(leg, f"{leg} waits for you")
    stage.doors["ngircd"].is_open = True
    for leg, person in people.items():
        back = await person.hears_that("ngircd is back", lambda each: re.fullmatch(r"ngircd is back after \d+ s\.", each.text))
        assert int(back.text.split(" ")[-2]) >= AWAY, back
        await person.hears_that("that something was not heard", gap_of("ngircd"))
    for leg, person in others.items():
        await stage.carol.hears(f"{leg} waits for you", person.name)
    await stage.carol.says("and now?")
    for leg, person in others.items():
        await person.hears("and now?", stage.carol.name)
        texts = [each.text for each in person.heard()]
        assert "can anybody hear me?" not in texts, f"{leg}: {texts}"
        assert sum(text.startswith("ngircd has not been reached") for text in texts) == (leg in people), f"{leg}: {texts}"
    about_itself = [each.text for each in stage.carol.heard() if each.by == ""]
    assert not about_itself, f"ngircd was told of its own outage: {about_itself}"


async def while_the_gateway_is_away_archives_keep_and_channels_do_not(stage):
    await stage.opens(SOON)
    for leg, person in stage.others("hook").items():    # a room's archive is read from what was heard last
        await stage.says(leg, f"{leg} before")
    for leg, person in stage.everybody.items():
        for other in stage.others("hook", leg):
            await person.hears(f"{other} before")
    await asyncio.to_thread(stage.gateway.stop)
    stopped = time.monotonic()
    for leg in stage.others("hook"):
        await stage.says(leg, f"{leg} meanwhile")
    await asyncio.sleep(AWAY - (time.monotonic() - stopped))    # shorter ones are nobody's business
    stage.gateway.launch()    # in this thread: it would end with another one
    await asyncio.to_thread(stage.gateway.wait_until_ready)
    await stage.all_are_in()
    for leg, person in stage.everybody.items():
        for other in MATRIX_AND_ROOMS:
            if other != leg:
                await person.hears(f"{other} meanwhile", stage.everybody[other].name)
        for other in CHANNELS:
            if leg not in (other, "hook"):
                await person.hears_that(f"that {other} was not heard", gap_of(other))
    for leg in stage.others("hook"):
        await stage.says(leg, f"{leg} afterwards")
    for leg, person in stage.everybody.items():
        for other in stage.others("hook", leg):
            await person.hears(f"{other} afterwards")
        texts = [each.text for each in person.heard()]
        assert all(texts.count(f"{other} meanwhile") == (other in MATRIX_AND_ROOMS) for other in stage.others("hook", leg)), f"{leg}: {texts}"
        assert all(sum(map(bool, map(gap_of(other), person.heard()))) == (other in CHANNELS and leg != "hook") for other in stage.others(leg)), f"{leg}: {texts}"


ACTS = [a_channel_that_is_away_is_announced_and_its_gap_is_told, while_the_gateway_is_away_archives_keep_and_channels_do_not]
