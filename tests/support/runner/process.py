"""Runs a program of the test suite in its own process group, with a time limit, and stops all of it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

running = set()
lock = threading.Lock()
stopping = threading.Event()


class Stopped(BaseException):
    """Nothing is started any more."""


def group_members(group):
    """The processes of a group, without those that only wait to be buried: not every init does that."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                state, _, its_group = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(its_group) == group and state != "Z":
                yield int(entry)


def stop_group(process, patience=10):
    """Stops what is left of the group, which we made; SIGTERM first, so that a script stops its servers."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + patience
        while any(group_members(process.pid)) and time.monotonic() < deadline:
            if number is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                number = None
            time.sleep(0.02)


def stop_all():
    """And from now on nothing is started."""
    stopping.set()
    with lock:
        left = list(running)
    for process in left:
        stop_group(process)


def run(command, on_line, seconds, cwd, environment=None, errors=subprocess.STDOUT):
    """Calls `on_line` with each line of the output; returns the exit code, or None when `seconds` were over."""
    with lock:
        if stopping.is_set():
            raise Stopped
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, env={**os.environ, **(environment or {})}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True, errors="replace")
        running.add(process)
    timed_out = threading.Event()

    def wait():
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            timed_out.set()
        # What it left behind would also keep its output open.
        stop_group(process)

    waiter = threading.Thread(target=wait)
    waiter.start()
    try:
        for line in process.stdout:
            on_line(line.rstrip("\n"))
    finally:
        if sys.exc_info()[0]:
            stop_group(process)
        waiter.join()
        process.wait()
        with lock:
            running.discard(process)
    return None if timed_out.is_set() else process.returncode


def ending(code):
    """How a program ended, for people: `exit code 1`, `SIGSEGV`, `time limit`."""
    if code is None:
        return "time limit"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
