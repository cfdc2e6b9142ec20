"""A Debian of one's own: an unpacked minimal root, and in it systemd, with network, processes and mounts that nobody else
sees. Needs root, mmdebstrap and, the first time, a mirror of Debian; the root is kept in the folder of the builds."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from suite import Skip

RELEASE = "bookworm"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "PATH": f"/usr/local/sbin:/usr/local/bin:{PATH}",
         "HOME": "/root"}

# $1: the root, $2: a folder to mount the host's cgroups at. A cgroup of its own, then systemd below it. What could
# change the machine itself (/proc/sys, /sys, clock, modules) is out of its reach.
BOOT = r"""
set -e
mount -t cgroup2 none "$2"
mkdir "$2/dragoman-test-$$"
echo $$ >"$2/dragoman-test-$$/cgroup.procs"
exec unshare --cgroup --mount --pid --fork --kill-child=KILL --uts --ipc --net sh -ec '
  root=$1
  mount --bind "$root" "$root"
  mount -t proc none "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount -t sysfs -o ro none "$root/sys"
  mount -t cgroup2 none "$root/sys/fs/cgroup"
  for folder in run tmp dev; do mount -t tmpfs -o mode=755 none "$root/$folder"; done
  chmod 1777 "$root/tmp"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 none "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  # Not chroot: who is in one may make no namespace of users, which the units of services ask for.
  cd "$root"
  pivot_root . .
  umount --lazy .
  exec env -i container=dragoman-test "PATH=$2" \
    setpriv --bounding-set=-sys_module,-sys_time,-sys_rawio \
    /lib/systemd/systemd --show-status=0 --log-target=journal
' sh "$1" /usr/sbin:/usr/bin:/sbin:/bin
"""

# $1: as above; takes away the cgroups of those that have ended.
SWEEP = r"""
mount -t cgroup2 none "$1"
for folder in "$1"/dragoman-test-*; do
  if [ -d "$folder" ]; then find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
done
"""


def need(*programs):
    if missing := [name for name in programs if not shutil.which(name, path=PATH)]:
        raise Skip(f"not installed: {', '.join(missing)}")
    if os.geteuid() != 0:
        raise Skip("only root can unpack a Debian and start systemd in it")


def minimal_root(folder):
    """The archive of a Debian with apt and nothing else; made when there is none."""
    archive = folder / f"{RELEASE}.tar"
    if not archive.exists():
        need("mmdebstrap")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)    # scripts run side by side
        if not archive.exists():
            unfinished = archive.with_suffix(".unfinished.tar")
            made = subprocess.run(["mmdebstrap", "--variant=apt", RELEASE, unfinished], capture_output=True, text=True)
            if made.returncode != 0:
                raise Skip(f"no Debian to be had: {made.stderr.strip().splitlines()[-1]}")
            unfinished.rename(archive)
    return archive


class Container:
    """`with Container(folder) as debian`: unpacked; `boot()` starts it, `run` and `sh` work before and after that."""

    def __init__(self, folder):
        """`folder` keeps what is downloaded."""
        need("unshare", "nsenter", "setpriv", "chroot", "tar")
        self.folder = folder
        self.process = None
        self.pid = None
        self.place = tempfile.TemporaryDirectory(prefix="dragoman-debian-")
        self.root = Path(self.place.name, "root")

    def __enter__(self):
        archive = minimal_root(self.folder)
        self.root.mkdir()
        subprocess.run(["tar", "-xf", archive, "-C", self.root], check=True)
        # Nobody needs these files after a power cut.
        (self.root / "etc/dpkg/dpkg.cfg.d/no-sync").write_text("force-unsafe-io\n")
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            with tempfile.TemporaryDirectory() as cgroups:
                for _ in range(50):    # its processes end in their own time
                    subprocess.run(["unshare", "--mount", "sh", "-c", SWEEP, "sh", cgroups], check=True)
                    if self.pid is None or not Path(f"/proc/{self.pid}").exists():
                        break
                    time.sleep(0.1)
        self.place.cleanup()

    def download(self, *packages):
        """Into apt's cache there, for an installation without a network. Skip when there is none here."""
        cache = self.folder / "archives"
        cache.mkdir(exist_ok=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        script = f"""
            set -e
            mount --bind {cache} {self.root}/var/cache/apt/archives
            chroot {self.root} sh -ec 'apt-get -q update && apt-get -qy --no-install-recommends --download-only install "$@"' \
                sh "$@"
            cp {cache}/*.deb {self.root}/tmp"""
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", *packages], text=True, env=QUIET,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise Skip(f"the packages cannot be had: {done.stdout.strip().splitlines()[-1]}")
        for package in (self.root / "tmp").glob("*.deb"):
            package.rename(self.root / "var/cache/apt/archives" / package.name)

    def boot(self):
        """Returns when systemd has started everything."""
        cgroups = Path(self.place.name, "cgroups")
        cgroups.mkdir()
        self.process = subprocess.Popen(["unshare", "--mount", "sh", "-c", BOOT, "sh", self.root, cgroups],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while True:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise Skip(f"systemd does not start here: {self.process.communicate()[0].decode().strip()[-300:]}")
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            if children:
                self.pid = int(children[0])
                if self.try_run("systemctl", "is-system-running", "--wait").stdout.strip() in ("running", "degraded"):
                    return
            time.sleep(0.1)

    def enter(self, network_only=False):
        """What stands before a command that is to run in there; with `network_only` it sees the files of this machine."""
        if network_only:
            return ["nsenter", f"--net=/proc/{self.pid}/ns/net"]
        if self.pid is None:
            return ["chroot", str(self.root)]
        return ["nsenter", f"--target={self.pid}", "--all"]

    def try_run(self, *command):
        return subprocess.run([*self.enter(), "env", "-i", *(f"{k}={v}" for k, v in QUIET.items()), *map(str, command)],
                              text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, *command):
        """Its output; a failure is one of the test."""
        done = self.try_run(*command)
        if done.returncode != 0 and self.pid is not None:
            sys.stderr.write(self.try_run("journalctl", "--no-pager", "--lines=60").stdout)
        assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.returncode}: {done.stdout[-2000:]}"
        return done.stdout

    def sh(self, script):
        return self.run("sh", "-exc", script)

    def signal(self, pid, number):
        """To a process in there, by its number in there."""
        self.sh(f"kill -{signal.Signals(number).name.removeprefix('SIG')} {pid}")

    def files(self, *left_out):
        """Every path in there but those below `left_out`."""
        found = set()
        for folder, folders, names in os.walk(self.root):
            inner = "/" + os.path.relpath(folder, self.root)
            folders[:] = [each for each in folders if os.path.join(inner, each).replace("/./", "/") not in left_out]
            found.update(os.path.join(inner, each).replace("/./", "/") for each in folders + names)
        return found
