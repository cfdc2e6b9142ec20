#!/usr/bin/python3
"""kill -9 under traffic: no accepted message is lost, and nothing leaves the gateway before it is on disk.

Two ledgers are kept outside of the gateway, one by a scripted XMPP server and one by a scripted IRC server. Accepted is
what has a row in the database after a kill. DRAGOMAN_CRASH_SEED=N repeats the choices of a run, as far as time allows;
DRAGOMAN_CRASH_KILLS=N is for longer campaigns.
"""

import asyncio
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import judge
from campaign import Campaign, plan
from database import DELIVERED, QUEUED, RETURNED, Row, Snapshot
from gateway import crash_points
from judge import Judge
from ledger import TO_IRC, TO_XMPP, Ledger, Message
from suite import run_suite

KILLS = int(os.environ.get("DRAGOMAN_CRASH_KILLS", 50))
SHOWN = 12


def run_campaign(binary, kills, check, until=lambda judge: False, **variables):
    """Kills the gateway so often and then calls `check(campaign)`; the database is kept when that raises."""
    seed = int(os.environ.get("DRAGOMAN_CRASH_SEED", random.randrange(10**6)))
    print(f"DRAGOMAN_CRASH_SEED={seed}", file=sys.stderr, flush=True)
    folder = Path(tempfile.mkdtemp(prefix="dragoman-crash-"))
    campaign = Campaign(binary, folder, seed, variables)
    try:
        try:
            asyncio.run(campaign.fight(plan(crash_points(), kills, random.Random(seed)), until))
        finally:
            report(campaign)
        check(campaign)
    except BaseException:
        print(f"Kept: {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder)


def report(campaign):
    print(campaign.figures(), file=sys.stderr)
    for kind in Counter(violation.kind for violation in campaign.judge.violations):
        found = [each for each in campaign.judge.violations if each.kind == kind]
        for violation in found[:SHOWN]:
            print(violation, file=sys.stderr)
        if len(found) > SHOWN:
            print(f"... {len(found)} times: {kind}", file=sys.stderr)


def fifty_kills(binary):
    run_campaign(binary, KILLS, nothing_is_lost)


def nothing_is_lost(campaign):
    counts = Counter(violation.kind for violation in campaign.judge.violations)
    assert not counts, (f"the promise was broken, {dict(counts)}; the first: {campaign.judge.violations[0]}")
    missed = sorted(set(crash_points()) - campaign.killed.keys() | set(campaign.unreached))
    assert not missed, f"these crash points were not reached: {missed}"
    said = len(campaign.ledger.said)
    assert campaign.accepted_rows > said / 2, f"only {campaign.accepted_rows} of {said} messages were accepted"
    assert sum(campaign.judge.open_at_kill.values()) > KILLS, "hardly anything was under way when it was killed"


def without_commit_the_ledgers_disagree(binary):
    """The same with output that does not wait for the commit: the test must be able to fail."""

    def noticed(judged):
        return any(each.kind == judge.LEFT_UNWRITTEN for each in judged.violations)

    def check(campaign):
        assert noticed(campaign.judge), f"{sum(campaign.killed.values())} kills without commits were not noticed"

    run_campaign(binary, KILLS, check, until=noticed, DRAGOMAN_OPEN_GATE="1")


def the_judge_sees_each_broken_promise(_):
    """One small story for each: what is said, seen and stored, and what the judge makes of it."""
    for story in (honest, unwritten, lost, lie, untold, gone, skipped, repeated, twice, stuck, other_id, disorder,
                  miscount, damage, unsaid):
        expected, judged = story.__doc__, Stage()
        story(judged)
        kinds = {violation.kind for violation in judged.judge.violations}
        wanted = {getattr(judge, expected)} if expected != "nothing" else set()
        assert wanted <= kinds and (wanted or not kinds), f"{story.__name__}: {expected} expected, {kinds} found"


class Stage:
    def __init__(self):
        self.ledger = Ledger()
        self.ledger.run = 1
        self.judge = Judge(self.ledger)

    def say(self, number, direction=TO_IRC):
        message = Message(direction, "u1", "#c", number)
        self.ledger.say(message, ["1"])
        return message

    def see(self, *messages, ident=""):
        for message in messages:
            self.ledger.see(message, "1", ident)

    def die(self, rows, end=False, integrity="ok", wrong=0):
        """rows: (message, row id, state)"""
        snapshot = self.snapshot(rows, integrity, wrong)
        (self.judge.at_end if end else self.judge.after_kill)(snapshot)
        self.ledger.run += 1

    def rest(self, rows):
        self.judge.after_rest(self.snapshot(rows))

    @staticmethod
    def snapshot(rows, integrity="ok", wrong=0):
        return Snapshot({message: Row(row, state) for message, row, state in rows}, [], {
            "accepted": len(rows), "queued": sum(state == QUEUED for _, _, state in rows) + wrong,
            "delivered": sum(state == DELIVERED for _, _, state in rows),
            "returned": sum(state == RETURNED for _, _, state in rows)}, integrity)


def honest(stage):
    """nothing"""
    one, two, three = stage.say(1), stage.say(2), stage.say(3)
    stage.see(one, two)
    stage.ledger.confirm(one)
    stage.die([(one, 1, DELIVERED), (two, 2, QUEUED)])
    stage.see(two)
    stage.die([(one, 1, DELIVERED), (two, 2, DELIVERED)], end=True)


def unwritten(stage):
    """LEFT_UNWRITTEN"""
    stage.see(stage.say(1))
    stage.die([])


def lost(stage):
    """LOST"""
    stage.die([(stage.say(1), 1, QUEUED)], end=True)


def lie(stage):
    """LIE"""
    stage.die([(stage.say(1), 1, DELIVERED)])


def untold(stage):
    """UNTOLD"""
    stage.die([(stage.say(1), 1, RETURNED)])


def gone(stage):
    """GONE"""
    stage.die([(stage.say(1), 1, QUEUED)])
    stage.die([])


def skipped(stage):
    """SKIPPED"""
    stage.say(1)
    stage.die([(stage.say(2), 1, QUEUED)])


def repeated(stage):
    """REPEATED"""
    one = stage.say(1)
    stage.see(one)
    stage.die([(one, 1, DELIVERED)])
    stage.see(one)
    stage.die([(one, 1, DELIVERED)])


def twice(stage):
    """REPEATED"""
    one = stage.say(1)
    stage.see(one, one)
    stage.die([(one, 1, QUEUED)])


def stuck(stage):
    """STUCK"""
    stage.rest([(stage.say(1), 1, QUEUED)])


def other_id(stage):
    """CHANGED_ID"""
    one = stage.say(1, TO_XMPP)
    stage.see(one, ident="a")
    stage.die([(one, 1, QUEUED)])
    stage.see(one, ident="b")
    stage.die([(one, 1, DELIVERED)])


def disorder(stage):
    """DISORDER"""
    one, two = stage.say(1), stage.say(2)
    stage.see(two, one)
    stage.die([(one, 1, DELIVERED), (two, 2, DELIVERED)], end=True)


def miscount(stage):
    """WRONG_COUNT"""
    stage.die([(stage.say(1), 1, QUEUED)], wrong=1)


def damage(stage):
    """DAMAGED"""
    stage.die([], integrity="row 7 missing from index message_open")


def unsaid(stage):
    """STRANGE"""
    one = Message(TO_IRC, "u1", "#c", 1)
    stage.see(one)
    stage.die([(one, 1, DELIVERED)])


if __name__ == "__main__":
    run_suite("crash", [the_judge_sees_each_broken_promise, fifty_kills, without_commit_the_ledgers_disagree])
