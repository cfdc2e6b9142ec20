#!/usr/bin/python3
"""The Debian package of the release build: what is in it, and what it does to a machine. Needs cpack and, to install it,
root: into an overlay over this machine that nobody else sees, which is gone afterwards."""

import functools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests/support"))

from suite import Skip, run_suite

FOLDER = tempfile.TemporaryDirectory(prefix="dragoman-package-")
EXAMPLES = "usr/share/doc/dragoman/examples"
FILES = {"usr/bin/dragoman": "rwxr-xr-x", "usr/lib/systemd/system/dragoman@.service": "rw-r--r--",
         "usr/share/man/man1/dragoman.1": "rw-r--r--", "usr/share/man/man5/dragoman.toml.5": "rw-r--r--",
         "usr/share/bash-completion/completions/dragoman": "rw-r--r--", "usr/share/doc/dragoman/copyright": "rw-r--r--",
         "usr/share/doc/dragoman/operating.md": "rw-r--r--", f"{EXAMPLES}/irc.toml": "rw-r--r--",
         f"{EXAMPLES}/prosody.cfg.lua": "rw-r--r--", f"{EXAMPLES}/ejabberd.yml": "rw-r--r--",
         f"{EXAMPLES}/alerts.yml": "rw-r--r--", f"{EXAMPLES}/grafana.json": "rw-r--r--"}


def need(*programs):
    if missing := [program for program in programs if not shutil.which(program)]:
        raise Skip(f"not installed: {', '.join(missing)}")


def run(*command, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stdout}"
    return done.stdout


@functools.lru_cache
def package(binary):
    """Made once, under a umask that must not show in it."""
    need("cpack", "dpkg-deb", "dpkg-shlibdeps", "file")
    run("cpack", "--config", binary.parent / "CPackConfig.cmake", "-B", FOLDER.name, umask=0o077)
    (made,) = Path(FOLDER.name).glob("dragoman_*.deb")
    return made


def package_holds_everything(binary):
    found = {}
    for line in run("dpkg-deb", "-c", package(binary)).splitlines():
        mode, owner, _, _, _, path = line.split(maxsplit=5)
        assert owner == "root/root", line
        assert mode[0] != "d" or mode == "drwxr-xr-x", line
        found[path.removeprefix("./")] = mode[1:]
    assert FILES.items() <= found.items(), f"wrong or missing: {FILES.items() - found.items()}"
    assert not [path for path in found if path.startswith("etc/")], "configuration is the operator's"
    depends = run("dpkg-deb", "-f", package(binary), "Depends")
    for name in ("adduser", "libc6", "libssl3", "libsodium23", "libsqlite3-0", "libexpat1"):
        assert name in depends, f"no dependency on {name}: {depends}"


def package_scripts_are_sound(binary):
    with tempfile.TemporaryDirectory() as folder:
        run("dpkg-deb", "-e", package(binary), folder)
        for name in ("postinst", "prerm", "postrm"):
            script = Path(folder, name)
            assert script.stat().st_mode & 0o777 == 0o755, name
            run("sh", "-n", script)


# $1: the package. The stand-ins for systemd know one running instance.
ON_A_MACHINE = r"""
set -ex
mkdir -p /run/systemd/system
for name in systemctl deb-systemd-invoke; do
  printf '#!/bin/sh\necho "$(basename $0)" "$@" >>/invoked\n' >/usr/bin/$name.new
  echo 'if [ "$1" = list-units ]; then echo "dragoman@irc.service loaded active running x"; fi' >>/usr/bin/$name.new
  chmod 755 /usr/bin/$name.new
  mv /usr/bin/$name.new /usr/bin/$name
done
# set -e does not look at `! command`.
refuse() { if "$@"; then exit 1; fi; }
dpkg() { command dpkg --no-triggers --force-unsafe-io "$@"; }

dpkg -i "$1"
test "$(stat -c '%U:%G %a' /var/lib/dragoman)" = 'dragoman:dragoman 700'
test "$(stat -c '%U:%G %a' /etc/dragoman)" = 'root:dragoman 750'
getent passwd dragoman | grep ':/usr/sbin/nologin$'
dragoman --version
refuse grep deb-systemd-invoke /invoked
printf 'secret' >/etc/dragoman/irc.toml
printf 'messages' >/var/lib/dragoman/irc.db
chmod 711 /etc/dragoman
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s /usr/lib/systemd/system/dragoman@.service /etc/systemd/system/multi-user.target.wants/dragoman@irc.service

: an upgrade restarts what runs and changes no rights
dpkg -i "$1"
grep 'deb-systemd-invoke restart dragoman@irc.service' /invoked
refuse grep 'deb-systemd-invoke stop' /invoked
test "$(stat -c %a /etc/dragoman)" = 711

: remove stops it and keeps the data
dpkg -r dragoman
grep 'deb-systemd-invoke stop dragoman@irc.service' /invoked
test ! -e /usr/bin/dragoman
test "$(cat /etc/dragoman/irc.toml /var/lib/dragoman/irc.db)" = secretmessages
getent passwd dragoman
test -L /etc/systemd/system/multi-user.target.wants/dragoman@irc.service

: as it was, when it comes again
dpkg -i "$1"
test "$(cat /etc/dragoman/irc.toml /var/lib/dragoman/irc.db)" = secretmessages

: purge keeps nothing
dpkg -P dragoman
for path in /etc/dragoman /var/lib/dragoman /etc/systemd/system/multi-user.target.wants/dragoman@irc.service; do
  test ! -e $path -a ! -L $path
done
refuse getent passwd dragoman
refuse getent group dragoman
"""

# An overlay over / that only this process sees; its changes are in memory. $1: a folder, $2: the package, $3: a script.
IN_AN_OVERLAY = r"""
set -e
mount -t tmpfs -o mode=755 none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" none "$1/root" || exit 77
mount --rbind /dev "$1/root/dev"
mkdir -p "$1/root/run"
if [ ! -x "$1/root/usr/bin/dpkg" ]; then exit 77; fi
cp "$2" "$1/root/dragoman.deb"
exec chroot "$1/root" sh -c "$3" machine /dragoman.deb
"""


def removing_keeps_data_and_purging_does_not(binary):
    made = package(binary)
    need("dpkg", "unshare", "chroot", "adduser", "userdel")
    if os.geteuid() != 0:
        raise Skip("only root can install a package, also into a root of its own")
    if subprocess.run(["getent", "passwd", "dragoman"], capture_output=True).returncode == 0:
        raise Skip("a user dragoman exists on this machine")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        raise Skip("this root may not make a mount namespace")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "--mount", "sh", "-c", IN_AN_OVERLAY, "sh", folder, made, ON_A_MACHINE],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    sys.stderr.write(done.stdout)
    if done.returncode == 77:
        raise Skip("there is no overlay over the root folder here")
    assert done.returncode == 0, f"it stopped at: {done.stdout.splitlines()[-3:]}"


def goes_below_any_prefix(binary):
    with tempfile.TemporaryDirectory() as folder:
        run("cmake", "--install", binary.parent, "--prefix", folder)
        unit = Path(folder, "lib/systemd/system/dragoman@.service").read_text()
        assert f"\nExecStart={folder}/bin/dragoman --config /etc/dragoman/%i.toml\n" in unit, unit
        run(f"{folder}/bin/dragoman", "--version")


def service_is_sandboxed(binary):
    need("systemd-analyze")
    with tempfile.TemporaryDirectory() as folder:
        run("dpkg-deb", "-x", package(binary), folder)
        # For systemd an offline unit is a file; its instance needs a program to name, and this machine has none.
        unit = Path(folder, "dragoman@irc.service")
        text = Path(folder, "usr/lib/systemd/system/dragoman@.service").read_text()
        unit.write_text(text.replace("ExecStart=/usr", f"ExecStart={folder}/usr"))
        if "--offline" not in run("systemd-analyze", "--help"):
            raise Skip("this systemd-analyze cannot rate a unit that is not installed")
        run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit)
        run("systemd-analyze", "verify", "--man=no", unit)


def verbs_of(binary):
    _, verbs = run(binary, "--help").split("Subcommands:\n")
    return re.findall(r"^  (\S+)", verbs, re.MULTILINE)


def options_of(binary, *verb):
    """Those of the program or of a verb; of the words behind it where it has none of its own."""
    text, _, words = run(binary, *verb, "--help").partition("Subcommands:\n")
    options = set(re.findall(r"--[a-z][a-z-]+", text))
    if verb and options == {"--help"}:
        options |= {option for word in re.findall(r"^  (\S+)", words, re.MULTILINE)
                    for option in options_of(binary, *verb, word)}
    return options


def completed(*words):
    return set(run("bash", "-c", f"""
        source {PROJECT}/config/completion/dragoman
        COMP_WORDS=(dragoman {" ".join(words)}); COMP_CWORD={len(words)}    # no prefix of the call: they hold no arrays
        _dragoman 2>&1
        echo "${{COMPREPLY[@]}}" """).split())


def described_for(title, sections):
    """What is said about a verb, and what it refers to."""
    common = "The running gateway"
    return sections[title] + (sections[common] if f".Sx {common}" in sections[title] else "")


def verbs_and_options_are_completed_and_described(binary):
    page = (PROJECT / "config/man/dragoman.1").read_text()
    parts = re.split(r"^\.S[sh] (.*)$", page, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2]))
    verbs = verbs_of(binary)
    assert "init" in verbs and verbs == [title for title in sections if title.islower()], f"dragoman(1) and {verbs}"
    assert completed("''") == {*options_of(binary), *verbs}
    for verb in ((), *((verb,) for verb in verbs)):
        options = options_of(binary, *verb)
        assert completed(*verb, "--") == options, f"completed: {completed(*verb, '--')}, known: {sorted(options)}"
        described = {f"--{name}" for name in re.findall(r"^\.It Fl Fl ([a-z-]+)",
                                                        described_for(verb[0] if verb else "DESCRIPTION", sections),
                                                        re.MULTILINE)}
        if verb:
            described.add("--help")
        assert described == options, f"dragoman(1) {verb} has {sorted(described)}, the program {sorted(options)}"


def manual_pages_are_well_formed(_binary):
    need("man")
    for page in sorted((PROJECT / "config/man").iterdir()):
        said = subprocess.run(["man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
        assert not said, said


def tells_the_service_manager(binary):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{folder}/notify")
        manager.settimeout(20)
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))    # and does not listen
            config = Path(folder, "irc.toml")
            config.write_text(f"""
                xmpp.server = "127.0.0.1:{closed.getsockname()[1]}"
                store.path = "{folder}/irc.db"
                [[network]]
                jid = "irc.example.localhost"
                secret = "s3cret"
                backend = "irc"
                irc.server = "127.0.0.1:6667"
                """)
            process = subprocess.Popen([binary, "--config", config], stderr=subprocess.DEVNULL,
                                       env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notify", "WATCHDOG_USEC": "400000"})
            heard = []

            def wait_for(beginning):
                while not heard or not heard[-1].startswith(beginning):
                    heard.append(manager.recv(4096).decode())
                return heard[-1]

            try:
                wait_for("READY=1")
                wait_for("STATUS=irc.example.localhost: not connected: ")
                for _ in range(3):
                    heard.append("")
                    wait_for("WATCHDOG=1")
                process.send_signal(signal.SIGTERM)
                wait_for("STOPPING=1")
                assert process.wait(20) == 0
            except TimeoutError:
                raise AssertionError(f"the manager heard only {heard}") from None
            finally:
                process.kill()
                process.wait()


if __name__ == "__main__":
    run_suite("quickstart/package", [package_holds_everything, package_scripts_are_sound,
                                     removing_keeps_data_and_purging_does_not, goes_below_any_prefix,
                                     service_is_sandboxed, verbs_and_options_are_completed_and_described,
                                     manual_pages_are_well_formed, tells_the_service_manager])
