"""Numbered messages from every room while each server in turn is started again: of what a room took, everything is in all others, in order; XMPP, Matrix
and hooks have nothing twice, IRC at most four lines a restart, because it never says what it has taken. Nobody speaks in a channel until the bridge is
back in it: IRC keeps nothing for who comes later."""

import asyncio
import itertools
import os
import re
import time

from bridge_stage import LEGS

MANY = int(os.environ.get("BRIDGE_MESSAGES", 200))    # from each room
IRC = ("ngircd", "inspircd")
DOUBLED_ON_IRC = 4    # a restart
RESTARTED = ("ngircd", "inspircd", "ejabberd", "synapse", "prosody")
NOTHING_IS_HELD = 'mode = "relay"\nqueue = { keep = "1h", max = 100000 }'


async def numbered_messages_over_restarts(stage, count, pace=0.0, patience=90):
    """`count` from every room; `pace`: seconds between two of one speaker."""
    said = {leg: [] for leg in LEGS}
    numbers = {leg: iter(range(count)) for leg in LEGS}
    started = time.monotonic()
    for person in stage.everybody.values():
        person.patience = patience
    share = count // len(RESTARTED)

    async def says_some(leg, most):
        for number in itertools.islice(numbers[leg], most):
            text = f"{leg} {number:04}"
            await stage.says(leg, text)
            said[leg].append(text)
            await asyncio.sleep(pace)

    for restarted in RESTARTED:
        stopped = asyncio.Event()

        async def before_and_meanwhile(leg):
            await says_some(leg, share // 2)
            await stopped.wait()
            await says_some(leg, share - share // 2)

        await says_some(restarted, share // 2)
        await asyncio.gather(stage.restarts(restarted, stopped), *(before_and_meanwhile(leg) for leg in LEGS if leg != restarted))
        if restarted in IRC:
            await stage.all_are_in([restarted], patience)
        await says_some(restarted, share - share // 2)
    await stage.all_are_in(patience=patience)
    for leg in LEGS:
        await says_some(leg, count)
    heard = await everything_is_heard(stage, said, patience)
    print(f"{count} messages from each of {len(LEGS)} rooms over {len(RESTARTED)} restarts in {time.monotonic() - started:.0f} s")
    numbered = {source: re.compile(rf"{source} \d+") for source in LEGS}    # nothing of what the bridge says of its legs
    complaints = [complaint for leg in LEGS for source in LEGS if source != leg
                  for complaint in compare(source, leg, said[source], list(filter(numbered[source].fullmatch, heard[leg])))]
    assert not complaints, "; ".join(complaints)


def compare(source, leg, said, heard):
    """Prints what became of it; yields what should not be."""
    once = list(dict.fromkeys(heard))
    lost, doubled = [text for text in said if text not in set(heard)], len(heard) - len(once)
    in_order = once == [text for text in said if text in set(heard)]
    print(f"  {source:>8} -> {leg:<8} said {len(said)}, lost {len(lost)}, doubled {doubled}, {'in order' if in_order else 'NOT in order'}")
    if lost:
        yield f"{source} -> {leg}: {len(lost)} lost, the first is {lost[0]}"
    if doubled > (DOUBLED_ON_IRC * len(RESTARTED) if leg in IRC else 0):
        yield f"{source} -> {leg}: {doubled} came twice"
    if not in_order:
        yield f"{source} -> {leg}: {next(pair for pair in zip(once, said) if pair[0] != pair[1])} is out of order"


async def everything_is_heard(stage, said, patience):
    """leg -> texts, when nothing more comes; the rooms themselves are asked where they keep it. What comes twice, or late, comes before what is said
    last: every room keeps the order of each speaker."""
    await all_have_heard(stage, {leg: said[leg][-1] for leg in LEGS}, patience)
    ends = {leg: f"{leg} has said it all" for leg in LEGS}
    for leg, text in ends.items():
        await stage.says(leg, text)
    await all_have_heard(stage, ends, patience)
    return {leg: [each.text for each in await person.archive()] for leg, person in stage.everybody.items()}


async def all_have_heard(stage, texts, patience):
    """What each of the other rooms said; who has not after that time is told by the comparison."""
    deadline = time.monotonic() + patience
    waiting = set(LEGS)
    while waiting and time.monotonic() < deadline:
        began = time.monotonic()
        heard = {leg: {each.text for each in stage.everybody[leg].heard()} for leg in waiting}
        waiting = {leg for leg in waiting if not {text for source, text in texts.items() if source != leg} <= heard[leg]}
        await asyncio.sleep(max(0.3, 4 * (time.monotonic() - began)))    # to look through thousands takes as long as some of them do


async def many_with_raised_limits(stage):
    await stage.opens(NOTHING_IS_HELD)
    await numbered_messages_over_restarts(stage, MANY, patience=240)


async def twenty_at_the_defaults(stage):
    """Flood control on IRC, a hook's rate; Synapse is the one of the theatre."""
    await stage.opens(NOTHING_IS_HELD, flood='flood = { burst = 10, interval = "2s" }', hook="")
    await numbered_messages_over_restarts(stage, 20, pace=1.1, patience=180)


ACTS = [many_with_raised_limits, twenty_at_the_defaults]
