#!/usr/bin/python3
"""config/quickstart on this machine: the conversation, what it says when it fails, and what it leaves behind."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/support"))

from machine import Machine
from suite import Skip, run_suite

QUICKSTART = PROJECT / "config/quickstart"
SERVERS = ("prosody", "ngircd", "dragoman")
NOBODY = "65534"


def need_servers():
    if subprocess.run([PROJECT / "config/lib/install_packages", "--check", "demo"], capture_output=True).returncode:
        raise Skip("prosody, ngircd or python3-slixmpp is not installed")


class Quickstart:
    """A running config/quickstart; `act` is called with each line that it prints."""

    def __init__(self, command, environment=None):
        # A shell that started the tests in the background made them ignore Ctrl-C.
        self.process = subprocess.Popen(["env", "--default-signal=INT", *command], text=True, start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(environment or {})})
        self.servers = {}    # name -> process id
        self.output = ""

    def follow(self, act=lambda line: None):
        """Reads to the end; the exit code."""
        try:
            for line in self.process.stdout:
                sys.stderr.write(line)
                self.output += line
                if match := re.match(r"\s+(\w+)\s+process (\d+)", line):
                    self.servers[match[1]] = int(match[2])
                act(line)
        finally:
            self.process.terminate()    # it has ended, or the tests are interrupted
            self.process.wait()
        return self.process.returncode

    def expect_no_server_left(self):
        assert set(self.servers) == set(SERVERS), f"it did not name its servers: {self.servers}"
        left = [name for name, pid in self.servers.items() if Path(f"/proc/{pid}").exists()]
        assert not left, f"still running: {left}"


def leaves_the_machine_as_it_was(_binary):
    need_servers()
    before = Machine()
    marker = f"DRAGOMAN_TEST_MARKER={secrets.token_hex(8)}"
    quickstart = Quickstart([QUICKSTART, "--once", "--yes"], dict([marker.split("=")]))
    code = quickstart.follow()
    assert code == 0, f"exit code {code}"
    assert "Everything that was said arrived" in quickstart.output
    quickstart.expect_no_server_left()
    differences = before.differences(marker)
    assert not differences, "\n".join(differences)


def fails_when(trigger, signal_number, server):
    """Sends a signal to one of the servers when the line appears; what quickstart then printed."""
    need_servers()
    with tempfile.TemporaryDirectory() as folder:
        quickstart = Quickstart([QUICKSTART, "--once", "--yes", "--dir", f"{folder}/stack"])

        def strike(line):
            if re.match(trigger, line):
                os.kill(quickstart.servers[server], signal_number)

        code = quickstart.follow(strike)
        assert code == 1, f"exit code {code}"
        quickstart.expect_no_server_left()
        return quickstart.output


def says_so_when_a_server_dies(_binary):
    assert "ngircd died of signal SIGKILL" in fails_when(r"\s+carol  joins", signal.SIGKILL, "ngircd")


def says_so_when_a_message_is_missing(_binary):
    """A gateway that hangs: it lives, and nothing arrives."""
    output = fails_when(r"\s+alice  says in #tea", signal.SIGSTOP, "dragoman")
    assert re.search(r"\w+ did not see within \d+ s: .*<alice>", output)


def ctrl_c_stops_everything(_binary):
    need_servers()
    with tempfile.TemporaryDirectory() as folder:
        quickstart = Quickstart([QUICKSTART, "--yes", "--dir", f"{folder}/stack"])

        def press_ctrl_c(line):
            if line.startswith("Ctrl-C stops everything"):
                os.killpg(quickstart.process.pid, signal.SIGINT)

        code = quickstart.follow(press_ctrl_c)
        assert code == 0, f"exit code {code}"
        assert Path(folder, "stack/prosody/server.log").exists(), "the folder that was asked for is kept"
        quickstart.expect_no_server_left()


def works_for_an_ordinary_user(binary):
    """As root: the conversation again, as `nobody`, from copies that nobody may read."""
    need_servers()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(PROJECT / "config/lib", f"{folder}/lib")
        shutil.copy(binary, f"{folder}/dragoman")
        stack = Path(folder, "stack")
        stack.mkdir()
        become = []
        if os.geteuid() == 0:
            become = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
            os.chmod(folder, 0o755)
            os.chown(stack, int(NOBODY), int(NOBODY))
        quickstart = Quickstart([*become, "/usr/bin/python3", "-B", f"{folder}/lib/demo.py", "--once",
                                 "--binary", f"{folder}/dragoman", "--dir", stack])
        code = quickstart.follow()
        assert code == 0, f"exit code {code}"
        quickstart.expect_no_server_left()


if __name__ == "__main__":
    run_suite("quickstart", [leaves_the_machine_as_it_was, says_so_when_a_server_dies,
                             says_so_when_a_message_is_missing, ctrl_c_stops_everything, works_for_an_ordinary_user])
