#!/usr/bin/python3
"""config/lib/install_packages and without_services, with stand-ins for apt and sudo, in a root folder of their own.

Runs as an ordinary user (root becomes `nobody`), because the installer asks only those.
"""

import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/support"))

from suite import run_suite

NOBODY = 65534

# Everything is installed but ngircd; $PLAN is what `apt-get -s` answers; the true installation does what the
# maintainer script of ngircd does. $ROOT is the root folder.
STAND_INS = {
    "dpkg-query": '[ "$4" = ngircd ] && [ ! -e "$ROOT/installed" ] && exit 1; echo installed',
    "apt-cache": 'echo "  Candidate: 1.0"',
    "sudo": 'while [ "$1" != -- ]; do shift; done; shift; echo "$@" >>"$ROOT/sudo.log"; DPKG_ROOT=$ROOT exec "$@"',
    "apt-get": r'''
        if [ "$1" = -s ]; then printf '%s\n' "$PLAN"; exit; fi
        echo "$@" >>"$ROOT/apt.log"
        mkdir -p "$ROOT/etc/init.d" "$ROOT/lib/systemd/system"
        printf '#!/bin/sh\n### BEGIN INIT INFO\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\n' \
            >"$ROOT/etc/init.d/ngircd"
        chmod +x "$ROOT/etc/init.d/ngircd"
        printf '[Install]\nWantedBy=multi-user.target\n' >"$ROOT/lib/systemd/system/ngircd.service"
        export DPKG_MAINTSCRIPT_PACKAGE=ngircd
        update-rc.d ngircd defaults
        deb-systemd-helper enable ngircd.service
        deb-systemd-helper enable old.service
        "$ROOT/usr/sbin/policy-rc.d" ngircd start; echo "policy $?" >>"$ROOT/apt.log"
        touch "$ROOT/installed"''',
}


class Installer:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.root = self.folder / "root"
        self.lib = self.folder / "lib"
        shutil.copytree(PROJECT / "config/lib", self.lib)
        binaries = self.folder / "bin"
        binaries.mkdir()
        for name, text in STAND_INS.items():
            (binaries / name).write_text(f"#!/bin/sh\n{text}\n")
            (binaries / name).chmod(0o755)
        self.root.mkdir()
        (self.root / "usr/sbin").mkdir(parents=True)
        # A service of before, which its owner enabled: an upgrade must leave it so.
        units = self.root / "lib/systemd/system"
        units.mkdir(parents=True)
        (units / "old.service").write_text("[Install]\nWantedBy=multi-user.target\n")
        self.environment = {**os.environ, "ROOT": str(self.root), "PLAN": "Inst ngircd (1.0 Debian)", "LC_ALL": "C",
                            "TMPDIR": str(self.root), "PATH": f"{binaries}:/usr/sbin:/usr/bin:/sbin:/bin"}

    def become(self):
        return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"] if os.geteuid() == 0 else []

    def give_away(self):
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", self.folder], check=True)

    def install(self, *options, answer=None, plan=None):
        """Exit code and output; with an `answer` there is a terminal."""
        self.give_away()
        environment = {**self.environment, **({"PLAN": plan} if plan else {})}
        terminal, theirs = pty.openpty()
        if answer is not None:
            os.write(terminal, f"{answer}\n".encode())
        try:
            done = subprocess.run([*self.become(), self.lib / "install_packages", *options, "demo"], text=True,
                                  stdin=theirs if answer is not None else subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, timeout=60)
        finally:
            os.close(terminal)
            os.close(theirs)
        sys.stderr.write(done.stdout)
        return done.returncode, done.stdout

    def log(self, name):
        path = self.root / name
        return path.read_text() if path.exists() else ""

    def links(self, pattern):
        return sorted(str(path.relative_to(self.root)) for path in self.root.glob(pattern))


@contextmanager
def installer():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Installer(folder)


def asks_before_sudo(_binary):
    with installer() as apt:
        code, output = apt.install(answer="n")
        assert code == 1 and "Nothing was installed" in output
        assert "sudo apt-get install --no-install-recommends --no-remove --yes ngircd\n" in output
        assert not apt.log("sudo.log") and not apt.log("apt.log")
        code, output = apt.install(answer="y")
        assert code == 0 and "Run this?" in output
        assert "install --no-install-recommends --no-remove --yes ngircd\n" in apt.log("apt.log")


def does_not_ask_with_yes_or_without_a_terminal(_binary):
    for options, answer in ((["--yes"], ""), ([], None)):
        with installer() as apt:
            code, output = apt.install(*options, answer=answer)
            assert code == 0 and "Run this?" not in output
            assert apt.log("sudo.log").endswith("apt-get install --no-install-recommends --no-remove --yes ngircd\n")


def names_what_apt_would_remove(_binary):
    with installer() as apt:
        code, output = apt.install("--yes", plan="Remv exim4 [4.96]\nInst ngircd (1.0 Debian)")
        assert code == 1 and "would REMOVE these packages: exim4" in output
        assert not apt.log("sudo.log") and not apt.log("apt.log")


def packages_start_and_enable_nothing(_binary):
    with installer() as apt:
        code, _ = apt.install("--yes")
        assert code == 0
        assert "policy 101\n" in apt.log("apt.log")
        # The service of before is none of our business.
        assert apt.links("etc/systemd/system/*.wants/*") == ["etc/systemd/system/multi-user.target.wants/old.service"]
        assert not apt.links("etc/rc?.d/S*") and apt.links("etc/rc3.d/K*") == ["etc/rc3.d/K01ngircd"]
        assert not apt.links("usr/sbin/*")
        # The next upgrade, without us, finds the service disabled.
        known = subprocess.run(["deb-systemd-helper", "--quiet", "was-enabled", "ngircd.service"],
                               env={**os.environ, "DPKG_ROOT": str(apt.root), "DPKG_MAINTSCRIPT_PACKAGE": "ngircd"})
        assert known.returncode != 0


def puts_the_old_policy_back(_binary):
    """Also when it is interrupted, and when its predecessor was killed."""
    with installer() as apt:
        policy = apt.root / "usr/sbin/policy-rc.d"
        original = policy.with_name("my-policy")
        original.write_text("#!/bin/sh\nexit 104\n")
        original.chmod(0o700)
        policy.symlink_to("my-policy")
        apt.give_away()

        def hold(command):
            return subprocess.Popen(
                ["env", "--default-signal=INT", *apt.become(), apt.lib / "without_services", *command], text=True,
                env={**apt.environment, "DPKG_ROOT": str(apt.root)}, stdout=subprocess.PIPE, start_new_session=True)

        def ask():
            return subprocess.run([*apt.become(), policy, "ngircd", "start"]).returncode

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            holder = hold(["sh", "-c", "echo ready; exec sleep 60"])
            assert holder.stdout.readline() == "ready\n"
            assert not policy.is_symlink() and ask() == 101
            os.killpg(holder.pid, number)
            holder.wait()
            assert ask() == 104
            if number != signal.SIGKILL:
                assert os.readlink(policy) == "my-policy"
        assert hold(["true"]).wait() == 0
        assert os.readlink(policy) == "my-policy" and apt.links("usr/sbin/*") == ["usr/sbin/my-policy",
                                                                                 "usr/sbin/policy-rc.d"]


if __name__ == "__main__":
    run_suite("quickstart", [asks_before_sudo, does_not_ask_with_yes_or_without_a_terminal,
                             names_what_apt_would_remove, packages_start_and_enable_nothing, puts_the_old_policy_back])
