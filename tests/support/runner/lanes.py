"""Suites side by side: one for each processor at least, and more as long as the processors have time to spare, since most
suites wait for servers most of their time. What was niced (the builds) counts as time to spare: the tests go first.

    lanes = Lanes(run=lambda suite, names, lane: ...)
    lanes.offer([(suite, names), ...])      # from any thread, again and again
    lanes.nothing_more_comes()
    lanes.run_all()                         # returns when all have run
"""

import os
import threading
import time
from pathlib import Path

A_PROCESSOR = 3     # suites for each, at most
SETTLING = 3        # seconds until what has started shows what it takes
SPARE = 0.4         # processors that must have been free meanwhile
LANES_AT_MOST = 12


class Processors:
    """How many we may use, and how many of them were free of late."""

    def __init__(self, count=None, counters=Path("/proc/stat"), clock=time.monotonic):
        self.count = count or allowed_processors()
        self.counters, self.clock = counters, clock
        self.samples = [self.read()]    # (seconds, processor seconds that the whole machine has used)

    def read(self):
        """proc(5): user nice system idle iowait irq softirq steal, in ticks."""
        ticks = [int(word) for word in self.counters.read_text().split("\n", 1)[0].split()[1:9]]
        user, _, system, _, _, *interrupts = ticks
        return self.clock(), (user + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")

    def free(self):
        """Processors, on the average of the last SETTLING seconds; none until so much time has been watched."""
        now, used = self.read()
        self.samples.append((now, used))
        old = [sample for sample in self.samples if now - sample[0] >= SETTLING]
        if not old:
            return 0.0
        self.samples = self.samples[len(old) - 1:]
        since, used_then = old[-1]
        return self.count - (used - used_then) / (now - since)


def allowed_processors():
    """Those of the process, or fewer where a control group has less time than they have (cpu.max: quota period)."""
    count = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(count, int(quota) // int(period)))
    except (OSError, ValueError):    # there is none, or it is `max`
        return count


class Lanes:
    """A lane is a number from 0; two suites that run at the same time have different ones."""

    def __init__(self, run, processors=None, settling=SETTLING):
        """`run` is called with a suite, its names and the lane, in a thread."""
        self.run = run
        self.processors = processors or Processors()
        self.settling = settling
        self.most = min(A_PROCESSOR * self.processors.count, LANES_AT_MOST)
        self.changed = threading.Condition()
        self.waiting = []           # (suite, names): the longest first
        self.busy = {}              # lane -> suite
        self.more_comes = True
        self.stopped = False
        self.started = 0.0
        self.trouble = None         # what a thread of ours raised

    def offer(self, chosen):
        with self.changed:
            self.waiting += chosen
            self.waiting.sort(key=lambda each: -each[0].length)
            self.changed.notify_all()

    def nothing_more_comes(self):
        with self.changed:
            self.more_comes = False
            self.changed.notify_all()

    def run_all(self):
        with self.changed:
            try:
                while (self.waiting or self.busy or self.more_comes) and not self.trouble:
                    if self.waiting and self.has_room():
                        self.start(*self.waiting.pop(0))
                    else:
                        self.changed.wait(0.5)
            finally:
                self.stopped = True
        if self.trouble:
            raise self.trouble

    def has_room(self):
        free = self.processors.free()
        if len(self.busy) < self.processors.count:
            return True
        return len(self.busy) < self.most and time.monotonic() - self.started >= self.settling and free > SPARE

    def start(self, suite, names):
        lane = min(set(range(self.most)) - self.busy.keys())
        self.busy[lane] = suite
        self.started = time.monotonic()
        threading.Thread(target=self.run_in, args=(lane, suite, names), daemon=True).start()

    def run_in(self, lane, suite, names):
        try:
            self.run(suite, names, lane)
        except BaseException as trouble:    # a mistake of the runner; it ends the whole run
            self.trouble = trouble
        with self.changed:
            del self.busy[lane]
            self.changed.notify_all()
