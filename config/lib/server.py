"""One server process on loopback: started in its own process group, probed until it is ready, stopped by its id."""

import itertools
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path


class ServerFailed(Exception):
    """A server did not start, was not ready in time, or died; the text says where to look."""


def wait_until(condition, seconds, interval=0.02):
    """Asks `condition` until it is true; False when `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


def free_ports(count):
    """`count` different TCP ports that are free on 127.0.0.1.

    Below the ephemeral range, so that no outgoing connection takes one of them before the server binds it. With
    DRAGOMAN_PORTS=FIRST-LAST those: programs that run side by side may be given different ones.
    """
    first, last = map(int, os.environ.get("DRAGOMAN_PORTS", "20000-31999").split("-"))
    ports = set()
    while len(ports) < count:
        port = random.randint(first, last)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.add(port)
    return list(ports)


def listening_inodes(port):
    """The inodes of the sockets that listen on `port`, IPv4 and IPv6 (proc(5): /proc/net/tcp, state 0A)."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except FileNotFoundError:
            continue
        for fields in (line.split() for line in lines):
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(fields[9])
    return inodes


def processes_of_group(group):
    """The ids of all processes in a process group."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                # The name in brackets may hold spaces: count from behind it.
                fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == group:
                yield int(entry)


def group_listens(group, port):
    """Whether a process of the group, and not a stranger, listens on the port."""
    wanted = {f"socket:[{inode}]" for inode in listening_inodes(port)}
    if not wanted:
        return False
    # The first process of a group has its id; only where it is another one is it worth to look at all of the machine.
    for process in itertools.chain((group,), processes_of_group(group)):
        descriptors = f"/proc/{process}/fd"
        try:
            for descriptor in os.listdir(descriptors):
                if os.readlink(f"{descriptors}/{descriptor}") in wanted:
                    return True
        except OSError:
            continue
    return False


class Server:
    """A server, its log file and the ports that it listens on.

    `start` returns when it listens on all its ports; a subclass that knows better extends `is_ready`. It can be stopped
    or killed and started again on the same ports. The server gets SIGTERM when the thread that started it ends.
    """

    start_seconds = 20
    stop_seconds = 15
    clean_codes = (0,)    # of an orderly end

    def __init__(self, name, command, folder, ports=(), environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.folder = Path(folder)
        self.ports = list(ports)
        self.environment = environment or {}
        self.log = self.folder / f"{name}.log"
        self.process = None
        self.starts = 0

    @property
    def pid(self):
        return self.process.pid if self.process else None

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def is_ready(self):
        return all(group_listens(self.pid, port) for port in self.ports)

    def start(self):
        self.launch()
        return self.wait_until_ready()

    def launch(self):
        """Starts the process without waiting for it."""
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *self.command], cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, env={**os.environ, **self.environment})

    def wait_until_ready(self):
        if not wait_until(lambda: not self.is_running() or self.is_ready(), self.start_seconds):
            self.kill()
            raise ServerFailed(f"{self.name} was not ready within {self.start_seconds} seconds.\n{self.last_words()}")
        self.check()
        return self

    def check(self):
        """Raises when the server is not running."""
        if not self.is_running():
            raise ServerFailed(f"{self.name} died{self.how_it_ended()}.\n{self.last_words()}")

    def how_it_ended(self):
        code = self.process.returncode if self.process else None
        if code is None:
            return ""
        return f" of signal {signal.Signals(-code).name}" if code < 0 else f" with exit code {code}"

    def last_words(self, lines=12):
        text = self.log.read_text(errors="replace").splitlines()[-lines:] if self.log.exists() else []
        return "\n".join([f"The end of {self.log}:", *(f"  | {line}" for line in text)])

    def stop(self):
        """SIGTERM, then SIGKILL for what is left of its process group; returns the exit code."""
        if self.process is None:
            return None
        if self.is_running():
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)    # a stopped process could not end
            try:
                self.process.wait(self.stop_seconds)
            except subprocess.TimeoutExpired:
                pass
        self.kill()
        return self.process.returncode

    def kill(self):
        """SIGKILL, for the whole process group."""
        if self.process is None:
            return
        for process in list(processes_of_group(self.pid)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
