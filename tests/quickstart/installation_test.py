#!/usr/bin/python3
"""The life of an installation, as docs/operating.md tells it, in a Debian that was empty: install, configure, start, talk,
reload, hang, upgrade, remove, purge. Under a systemd of its own, so the unit is what is tested too."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "tests/support"), str(PROJECT / "config/lib")]

from container import Container
from package_test import package
from server import wait_until
from suite import run_suite

PASSWORD = "open sesame"
CONVERSE = PROJECT / "tests/quickstart/converse.py"
# What the package recommends is there already, as on any machine with a server: what it left behind would not be ours.
SERVERS = ["systemd", "dbus", "ca-certificates", "prosody", "ngircd"]

# The XMPP server of the operator, as it is before there is a gateway, and an account to try it with.
XMPP_SERVER = f"""
sed -i '1i c2s_require_encryption = false' /etc/prosody/prosody.cfg.lua
echo 'VirtualHost "example.org"' >/etc/prosody/conf.d/example.org.cfg.lua
prosodyctl register alice example.org '{PASSWORD}'
systemctl restart prosody
"""

# What `dragoman init` is told; it has no terminal there.
ANSWERS = "--yes --server-kind prosody --domain irc.example.org --irc-server irc://127.0.0.1:6667"

# Written by the life of any package, and by the servers.
NOT_OURS = ["/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd",
            "/var/log", "/var/lib/prosody", "/etc/prosody", "/usr/local/bin", "/usr/local/sbin"]


def commands_of_the_page(heading, beginning_with=("sudo ",)):
    """The commands of a section of docs/operating.md that begin so."""
    page = (PROJECT / "docs/operating.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = "\n".join(re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)).splitlines()
    return [line for line in lines if line.startswith(beginning_with)]


class Installation:
    """The Debian with what runs in it."""

    unit = "dragoman@irc"

    def __init__(self, debian, deb):
        self.debian = debian
        folder = debian.root / "root/build/release/package"
        folder.mkdir(parents=True)
        self.deb = folder / deb.name
        self.deb.write_bytes(deb.read_bytes())
        sudo = debian.root / "usr/local/bin/sudo"    # a minimal Debian has none, and root needs none
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)

    def property(self, name):
        return self.debian.run("systemctl", "show", "--property", name, "--value", self.unit).strip()

    def log(self):
        return self.debian.run("journalctl", "--no-pager", "--output=cat", "-u", self.unit)

    def comes_true(self, condition, what, seconds=20):
        assert wait_until(condition, seconds, 0.2), f"never: {what}\n{self.log()[-3000:]}"

    def is_connected(self):
        self.comes_true(lambda: self.property("StatusText") == "irc.example.org: connected", "connected")

    def talks(self, words):
        done = subprocess.run([*self.debian.enter(network_only=True), sys.executable, "-B", CONVERSE, PASSWORD, words],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, f"{done.stdout.strip().splitlines()[-1:]}\n{self.log()[-3000:]}"


def is_installed(it):
    """With the commands of the page, and what `init` says."""
    it.debian.sh("apt-get -qy --no-install-recommends install prosody ngircd")
    before = it.debian.files(*NOT_OURS)
    it.debian.sh(XMPP_SERVER)
    install, init, check, start = commands_of_the_page("Install")
    it.debian.sh(f"cd /root\n{install.replace('install', 'install --yes --no-install-recommends', 1)}")
    assert "inactive" in it.debian.try_run("systemctl", "is-active", it.unit).stdout, "nothing runs yet"
    it.debian.sh(f"{init} {ANSWERS} >/etc/prosody/conf.d/irc.example.org.cfg.lua\nsystemctl restart prosody")
    # Prosody needs a moment, which an operator takes to type.
    found = []
    assert wait_until(lambda: found.append(it.debian.try_run(*check.split())) or found[-1].returncode == 0, 15, 0.5), (
        found[-1].stdout)
    it.debian.sh(start)
    it.is_connected()
    return before


def is_seen_as_it_is(it):
    assert it.property("Type") == "notify" and it.property("ActiveState") == "active"
    status = it.debian.run("systemctl", "status", "--no-pager", it.unit)
    assert 'Status: "irc.example.org: connected"' in status, status
    assert it.debian.run("stat", "-c", "%U", f"/proc/{it.property('MainPID')}").strip() == "dragoman"


def reloads(it):
    process = it.property("MainPID")
    it.debian.sh("sed -i 's/^registration .*/registration = \"closed\"/' /etc/dragoman/irc.toml\n"
                 "systemctl reload dragoman@irc")
    it.comes_true(lambda: "changed=registration" in it.log(), "the reload")
    it.debian.sh("echo 'nonsense = 1' >>/etc/dragoman/irc.toml\nsystemctl reload dragoman@irc")
    it.comes_true(lambda: "/etc/dragoman/irc.toml:" in it.log(), "the mistake in the log")
    it.comes_true(lambda: "has mistakes" in it.property("StatusText"), "the mistake in the status")
    it.debian.sh("sed -i '$d' /etc/dragoman/irc.toml\nsystemctl reload dragoman@irc")
    it.is_connected()
    assert it.property("MainPID") == process and it.property("NRestarts") == "0"


def is_ended_when_it_hangs(it):
    """The watchdog of the unit, in two seconds instead of a minute."""
    it.debian.sh("mkdir -p /run/systemd/system/dragoman@irc.service.d\n"
                 "printf '[Service]\\nWatchdogSec=2s\\n' >/run/systemd/system/dragoman@irc.service.d/test.conf\n"
                 "systemctl daemon-reload\nsystemctl restart dragoman@irc")
    it.is_connected()
    process = it.property("MainPID")
    time.sleep(5)    # while it is fed it lives longer than its watchdog's time
    assert it.property("MainPID") == process
    it.debian.signal(process, signal.SIGSTOP)
    it.comes_true(lambda: it.property("NRestarts") == "1" and it.property("MainPID") not in (process, "0"),
                  "a restart by the watchdog", 30)
    it.debian.sh("rm -r /run/systemd/system/dragoman@irc.service.d\nsystemctl daemon-reload\nsystemctl restart dragoman@irc")
    it.is_connected()


def is_upgraded(it):
    process = it.property("MainPID")
    it.debian.sh(f"apt-get -qy --reinstall install /{it.deb.relative_to(it.debian.root)}")
    assert it.property("MainPID") not in (process, "0"), "what runs is restarted"
    it.is_connected()


def is_removed_and_purged(it, before):
    database = it.debian.root / "var/lib/dragoman/irc.db"
    it.debian.sh("apt-get -qy remove dragoman")
    assert it.debian.try_run("systemctl", "is-active", it.unit).returncode != 0
    assert database.exists() and (it.debian.root / "etc/dragoman/irc.toml").exists(), "remove keeps data"
    it.debian.sh(f"apt-get -qy install /{it.deb.relative_to(it.debian.root)}\nsystemctl start dragoman@irc")
    it.is_connected()
    it.talks("the data is still there")
    it.debian.sh("apt-get -qy purge dragoman\napt-get -qy autoremove")
    left = sorted(it.debian.files(*NOT_OURS) - before)
    assert not left, f"purge left: {left}"
    assert it.debian.try_run("getent", "passwd", "dragoman").returncode != 0
    assert "dragoman" not in it.debian.run("systemctl", "list-unit-files", "--no-legend", "--no-pager")


def lives_from_an_empty_debian_to_a_clean_removal(binary):
    deb = package(binary)
    with Container(Path(os.environ.get("DRAGOMAN_BUILD", PROJECT / "build")) / "debian") as debian:
        it = Installation(debian, deb)
        debian.download(*SERVERS, f"/{it.deb.relative_to(debian.root)}")
        debian.sh("printf 'exit 101\\n' >/usr/sbin/policy-rc.d\n"
                  "apt-get -qy --no-install-recommends install systemd dbus ca-certificates\nrm /usr/sbin/policy-rc.d")
        debian.boot()
        before = is_installed(it)
        it.talks("good morning")
        is_seen_as_it_is(it)
        reloads(it)
        is_ended_when_it_hangs(it)
        is_upgraded(it)
        it.talks("and again after the upgrade")
        is_removed_and_purged(it, before)


if __name__ == "__main__":
    run_suite("quickstart/installation", [lives_from_an_empty_debian_to_a_clean_removal])
