"""A network and files of one's own: the calling process gets loopback, /etc/hosts, /var/lib and trusted authorities that
nobody else sees, so that servers use their usual ports and configurations their usual paths. In a process that
`unshare --net --mount` started."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1

# The child dies with its parent, whatever kills that.
INSIDE = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]


def why_not():
    """Why this machine gives us none, or None."""
    if not shutil.which("unshare"):
        return "unshare is not installed: apt-get install util-linux"
    tried = subprocess.run([*inside(), "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"no namespaces of one's own here: {tried.stderr.strip()}"


def inside():
    """What stands before a command, for a network and mounts of its own; who is not root is so in there."""
    return INSIDE if os.geteuid() == 0 else [*INSIDE, "--map-root-user"]


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def settle(folder, hosts):
    """`hosts` are names for 127.0.0.1. /var/lib is empty; authority() is trusted instead of the system's."""
    with socket.socket() as any_socket:
        name = b"lo".ljust(16, b"\0")
        flags, = struct.unpack("16xh6x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, name + bytes(8)))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, name + struct.pack("h6x", flags | IFF_UP))
    own = folder / "hosts"
    own.write_text(f"127.0.0.1 localhost {' '.join(hosts)}\n")
    mount("--bind", own, "/etc/hosts")
    mount("-t", "tmpfs", "none", "/var/lib")


def certificate(folder, name):
    """A certificate for the name and its key; its authority is trusted from now on, and no other one."""
    authority, key, request, made = (folder / f"{name}.{kind}" for kind in ("ca", "key", "request", "crt"))

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL, capture_output=True)

    elliptic = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *elliptic, "-days", 2, "-subj", "/CN=Authority", "-keyout", f"{authority}.key",
            "-out", authority)
    openssl("req", *elliptic, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key,
            "-out", request)
    openssl("x509", "-req", "-in", request, "-copy_extensions", "copy", "-CA", authority, "-CAkey", f"{authority}.key",
            "-CAcreateserial", "-days", 2, "-out", made)
    mount("-t", "tmpfs", "none", "/etc/ssl/certs")
    for trusted in ("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/authority.pem"):
        shutil.copy(authority, trusted)
    openssl("rehash", "/etc/ssl/certs")
    return made, key
