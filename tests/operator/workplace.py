"""An operator's place: a folder, the servers that are around, and the program with its verbs.

    with Workplace(binary) as place:
        place.write_configuration(prosody.component_port, irc_port=ngircd.port)
        done = place.run("check", "--config", place.configuration)

Whatever the program says is searched for the secrets that the place knows.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / folder) for folder in ("config/lib", "tests/support", "tests/live")]

from server import Server, wait_until
from servers import Ejabberd, missing
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, Prosody, Stack
from suite import Skip, run_suite

__all__ = ["CONFIG", "GATEWAY_DOMAIN", "GATEWAY_SECRET", "OK", "PROJECT", "UNAVAILABLE", "Ejabberd", "Peer", "Prosody",
           "Skip", "Workplace", "need", "run_suite", "small_disk", "wait_until"]

# sysexits(3), as in core/exit_code.hpp
OK, UNAVAILABLE, CONFIG = 0, 69, 78


def need(*programs):
    if command := missing(programs):
        raise Skip(f"{' and '.join(programs)} are needed: {command}")


def small_disk(size):
    """A command before another one: its first argument is a folder, where a small file system of its own is then, which
    nobody else sees."""
    alone = ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size={size} none "$1" && shift && exec "$@"', "sh"]
    if os.geteuid() != 0 or subprocess.run([*alone, "/mnt", "true"], capture_output=True).returncode != 0:
        raise Skip("no file system may be mounted here, not even in a namespace of one's own")
    return alone


class Workplace:
    def __init__(self, binary):
        self.binary = Path(binary).resolve()
        self.secrets = {GATEWAY_SECRET}

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="dragoman-operator-"))
        self.stack = Stack(self.folder / "servers")
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.configuration = self.folder / "irc.toml"
        self.database = self.data / "irc.db"
        self.key = self.data / "irc.db.key"
        return self

    def __exit__(self, kind, *_):
        if kind:
            for server in self.stack.servers:
                print(server.last_words(15), file=sys.stderr)
        complaints = self.stack.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if not kind:
            assert not complaints, " ".join(complaints)

    def write_configuration(self, component_port=1, irc_port=1, secret=GATEWAY_SECRET, jid=GATEWAY_DOMAIN,
                            irc="tls = false", irc_host="127.0.0.1", xmpp_host="127.0.0.1"):
        self.secrets.add(secret)
        self.configuration.write_text(f"""
            xmpp.server = "{xmpp_host}:{component_port}"
            store.path = "{self.database}"
            [[network]]
            jid = "{jid}"
            secret = "{secret}"
            backend = "irc"
              [network.irc]
              server = "{irc_host}:{irc_port}"
              {irc}
            """)

    def run(self, *arguments, given="", wrapper=(), tells_secret=False):
        """Runs the program to its end, with `given` on its standard input."""
        done = subprocess.run([*map(str, wrapper), self.binary, *map(str, arguments)], input=given, text=True,
                              capture_output=True, timeout=60, cwd=self.folder)
        print(f"$ dragoman {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}-> {done.returncode}",
              file=sys.stderr)
        assert "bug" not in done.stderr and "ERROR: AddressSanitizer" not in done.stderr, done.stderr
        if not tells_secret:
            told = [secret for secret in self.secrets if secret in done.stdout + done.stderr]
            assert not told, f"a secret was told: {done.stdout + done.stderr}"
        return done

    def check(self, **options):
        return Report(self.run("check", "--config", self.configuration, **options))

    def gateway(self, **environment):
        """A running one, with this configuration; ready when it says so to its service manager."""
        server = Running(self.binary, self.folder, self.configuration, environment)
        self.stack.servers.append(server)
        server.start()
        return server

    def gateway_works(self):
        """What one said that was started and stopped."""
        gateway = Running(self.binary, self.folder, self.configuration, {})
        before = len(gateway.log.read_text()) if gateway.log.exists() else 0
        gateway.start()
        assert gateway.stop() == OK
        return gateway.log.read_text()[before:]

    def gateway_fails(self):
        """What one said that will not run with what is there."""
        done = self.run("--config", self.configuration)
        assert done.returncode in (UNAVAILABLE, CONFIG), done
        return done.stderr

    def files(self):
        return sorted(str(path.relative_to(self.data)) for path in self.data.rglob("*"))


class Running(Server):
    """The gateway on a configuration that is there. Ready when it tells its service manager."""

    def __init__(self, binary, folder, configuration, environment):
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = str(Path(tempfile.mkdtemp(dir=folder)) / "notify")
        self.notify.bind(path)
        self.notify.setblocking(False)
        self.heard = ""
        super().__init__("dragoman", [binary, "--config", configuration], folder,
                         environment={"NOTIFY_SOCKET": path, **environment})

    def launch(self):
        self.heard = ""
        super().launch()

    def listen(self):
        try:
            while True:
                self.heard += self.notify.recv(4096).decode() + "\n"
        except BlockingIOError:
            return self.heard

    def is_ready(self):
        return "READY=1" in self.listen()

    def is_connected(self):
        lines = [line for line in self.listen().splitlines() if line.startswith("STATUS=")]
        return bool(lines) and lines[-1].endswith(": connected")


class Report:
    """What `dragoman check` printed: a line each."""

    def __init__(self, done):
        self.code = done.returncode
        self.text = done.stdout + done.stderr
        self.lines = done.stdout.splitlines()
        strange = [line for line in self.lines if line.split(maxsplit=1)[0] not in ("ok", "warning", "FAILED")]
        assert not strange, f"not a line of a check: {strange}"
        failed = any(line.startswith("FAILED") for line in self.lines)
        assert self.code in (CONFIG, UNAVAILABLE if failed else OK), f"exit code {self.code}:\n{self.text}"

    def has(self, grade, *parts):
        """The one line of that grade that holds all the parts."""
        found = [line for line in self.lines if line.startswith(grade) and all(part in line for part in parts)]
        assert len(found) == 1, f"{len(found)} lines begin with {grade} and hold {parts}:\n{self.text}"
        return found[0]

    def failed_only(self, *parts):
        """The only thing that failed holds all the parts."""
        assert sum(line.startswith("FAILED") for line in self.lines) == 1, self.text
        return self.has("FAILED", *parts)


class Peer:
    """A server that says something to everybody who connects and then only listens. Closes after it with `hangs_up`."""

    def __init__(self, words=b"", hangs_up=False):
        self.words, self.hangs_up = words, hangs_up
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
                connection.sendall(self.words)
            except OSError:
                return
            if self.hangs_up:
                connection.close()
            self.connections.append(connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()
