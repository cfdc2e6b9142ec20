#!/usr/bin/python3
"""tests/run itself: what runs beside what, and in which order. Needs no build."""

import os
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "support/runner")]


from kinds import kinds
from lanes import SETTLING, Lanes, Processors
from lengths import LENGTHS, share
from suite import run_suite

PATIENCE = 10    # seconds


def suite(title, length=20):
    return SimpleNamespace(title=title, length=length), []


def processors(count, free):
    return SimpleNamespace(count=count, free=lambda: free)


class Run:
    """Suites that run until `ends(TITLE)`."""

    def __init__(self, *chosen, **settings):
        self.lanes = Lanes(self.play, settling=0, **settings)
        self.changed = threading.Condition()
        self.playing, self.over, self.order = {}, set(), []
        self.lanes.offer(list(chosen))
        self.lanes.nothing_more_comes()
        self.thread = threading.Thread(target=self.lanes.run_all, daemon=True)
        self.thread.start()

    def play(self, suite, names, lane):
        with self.changed:
            self.playing[suite.title] = lane
            self.order.append(suite.title)
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: suite.title in self.over, PATIENCE)
            del self.playing[suite.title]

    def ends(self, *titles):
        with self.changed:
            self.over.update(titles)
            self.changed.notify_all()

    def are_playing(self, *titles):
        with self.changed:
            assert self.changed.wait_for(lambda: set(titles) == self.playing.keys(), PATIENCE), (
                f"{sorted(self.playing)} are playing, not {sorted(titles)}")

    def is_over(self):
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "it does not end"
        assert self.lanes.trouble is None, self.lanes.trouble


def suites_that_wait_run_side_by_side(_):
    run = Run(suite("a"), suite("b"), suite("c"), processors=processors(count=1, free=0.9))
    run.are_playing("a", "b", "c")
    assert len(set(run.playing.values())) == 3, f"lanes are shared: {run.playing}"
    run.ends("a", "b", "c")
    run.is_over()


def there_is_one_for_each_processor_that_has_no_time(_):
    run = Run(suite("a"), suite("b"), suite("c"), processors=processors(count=2, free=0.1))
    run.are_playing("a", "b")
    run.ends("a")
    run.are_playing("b", "c")
    run.ends("b", "c")
    run.is_over()


def there_are_not_too_many(_):
    run = Run(*(suite(name) for name in "abcde"), processors=processors(count=1, free=1.0))
    run.are_playing("a", "b", "c")
    run.ends(*"abcde")
    run.is_over()


def the_longest_is_first(_):
    run = Run(suite("short", 5), suite("usual"), suite("long", 300), processors=processors(count=1, free=0))
    run.ends("short", "usual", "long")
    run.is_over()
    assert run.order == ["long", "usual", "short"], run.order


def what_is_built_later_runs_later(_):
    lanes = Lanes(lambda suite, names, lane: ran.append(suite.title), processors(count=1, free=0), settling=0)
    ran = []
    thread = threading.Thread(target=lanes.run_all, daemon=True)
    thread.start()
    for title in ("a", "b"):
        lanes.offer([suite(title)])
    lanes.nothing_more_comes()
    thread.join(PATIENCE)
    assert ran == ["a", "b"] and not thread.is_alive(), ran


def a_mistake_of_the_runner_ends_it(_):
    def fails(suite, names, lane):
        raise KeyError("a mistake")

    lanes = Lanes(fails, processors(count=1, free=0), settling=0)
    lanes.offer([suite("a")])
    try:
        lanes.run_all()    # and not for ever, though more may come
    except KeyError:
        return
    raise AssertionError("nobody heard of it")


def what_is_niced_counts_as_free(_):
    """user nice system idle iowait irq softirq steal"""
    tick, now = os.sysconf("SC_CLK_TCK"), [100.0]
    with tempfile.TemporaryDirectory() as folder:
        counters = Path(folder, "stat")

        def used(*seconds):
            counters.write_text("cpu  " + " ".join(str(int(each * tick)) for each in seconds) + " 0 0\ncpu0 1 2 3\n")

        used(50, 0, 10, 500, 0, 0, 0, 0)
        watched = Processors(2, counters, lambda: now[0])
        assert watched.free() == 0.0, "nothing is known yet"
        now[0] += SETTLING
        used(50 + SETTLING, 0, 10, 500 + SETTLING, 0, 0, 0, 0)
        assert watched.free() == 1.0, watched.free()
        now[0] += SETTLING
        used(50 + SETTLING, 2 * SETTLING, 10, 500 + SETTLING, 0, 0, 0, 0)
        assert watched.free() == 2.0, watched.free()
        now[0] += SETTLING
        used(50 + 2 * SETTLING, 2 * SETTLING, 10 + SETTLING, 500 + SETTLING, 0, 0, 0, 0)
        assert watched.free() == 0.0, watched.free()


def parts_hold_everything_once(_):
    assert share(list("abcde"), 2) == [list("ace"), list("bd")]
    assert share(["a"], 3) == [["a"]]
    assert share(list("ab"), 1) == [list("ab")]


def titles_that_are_named_exist(_):
    """Otherwise a script that gets another name would run beside those that it must not."""
    scripts = {str(path.relative_to(TESTS)).removesuffix("_test.py") for path in TESTS.rglob("*_test.py")}
    named = {*LENGTHS, *(title for kind in kinds("asan").values() for title in kind.alone)}
    assert named <= scripts, f"no scripts: {named - scripts}"


if __name__ == "__main__":
    run_suite("rules/runner", [
        suites_that_wait_run_side_by_side, there_is_one_for_each_processor_that_has_no_time, there_are_not_too_many,
        the_longest_is_first, what_is_built_later_runs_later, a_mistake_of_the_runner_ends_it,
        what_is_niced_counts_as_free, parts_hold_everything_once, titles_that_are_named_exist,
    ])
