"""What quickstart must leave as it was: packages, /etc, enabled services, listening sockets."""

import os
import stat
import subprocess
from pathlib import Path


def packages():
    """Package -> status and version."""
    if not Path("/var/lib/dpkg/status").exists():
        return {}
    output = subprocess.run(["dpkg-query", "-W", "-f", "${binary:Package}\t${db:Status-Abbrev} ${Version}\n"],
                            capture_output=True, text=True, check=True).stdout
    return dict(line.split("\t", 1) for line in output.splitlines())


def etc():
    """Every path below /etc -> what would tell that it was changed."""
    found = {}
    for folder, folders, files in os.walk("/etc"):
        for name in folders + files:
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
                target = os.readlink(path) if stat.S_ISLNK(status.st_mode) else ""
            except OSError:    # gone meanwhile, or not for our eyes
                continue
            found[path] = (status.st_mode, status.st_uid, status.st_gid, status.st_size, status.st_mtime_ns, target)
    return found


def enabled_services():
    """The links that start something at boot, by systemd or by init scripts."""
    links = [path for root in ("/etc/systemd/system", "/etc/systemd/user") for path in Path(root).rglob("*")]
    links += [path for folder in Path("/etc").glob("rc[2-5S].d") for path in folder.glob("S*")]
    return {str(path) for path in links if path.is_symlink() and path.exists()}


def listeners():
    """Inode of each listening TCP socket -> its address as proc(5) writes it."""
    found = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            for fields in (line.split() for line in Path(table).read_text().splitlines()[1:]):
                if fields[3] == "0A":
                    found[fields[9]] = fields[1]
    return found


def processes():
    return {int(entry) for entry in os.listdir("/proc") if entry.isdigit()}


def owner_of_socket(inode):
    for process in processes():
        try:
            for descriptor in Path(f"/proc/{process}/fd").iterdir():
                if os.readlink(descriptor) == f"socket:[{inode}]":
                    return process
        except OSError:
            continue
    return None


def was_started_by_others(process, processes_before, marker):
    """Whether the process comes from somebody else's shell: other people may work on this machine meanwhile.

    Not: what carries our marker in its environment, and what init adopted or started (a service, an orphan).
    """
    try:
        if marker.encode() in Path(f"/proc/{process}/environ").read_bytes():
            return False
        while process > 1:
            status = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            process = int(status[1])
            if process > 1 and process in processes_before:
                return True
    except OSError:
        return True    # it is gone
    return False


class Machine:
    """A picture of the machine, to be compared with a later one."""

    def __init__(self):
        self.packages = packages()
        self.etc = etc()
        self.enabled = enabled_services()
        self.listeners = listeners()
        self.processes = processes()

    def differences(self, marker):
        """What is different now, in sentences."""
        now = Machine()
        found = [f"removed package: {name}" for name in sorted(self.packages.keys() - now.packages.keys())]
        found += [f"enabled at boot: {link}" for link in sorted(now.enabled - self.enabled)]
        if now.packages == self.packages:    # otherwise dpkg wrote there
            paths = sorted(self.etc.keys() | now.etc.keys())
            found += [f"changed: {path}" for path in paths if self.etc.get(path) != now.etc.get(path)]
        for inode in now.listeners.keys() - self.listeners.keys():
            owner = owner_of_socket(inode)
            if owner is None or not was_started_by_others(owner, self.processes, marker):
                found.append(f"new listening socket {now.listeners[inode]} of process {owner}")
        return found
