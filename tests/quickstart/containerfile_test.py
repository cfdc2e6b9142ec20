#!/usr/bin/python3
"""config/Containerfile, built by buildah on a Debian of our own instead of one from a registry, and what runs in it. The
first stage would compile the gateway once more: it is given as what it makes, the package of the release build."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "tests/support"), str(PROJECT / "config/lib")]

from container import minimal_root, need
from package_test import package
from suite import Skip, run_suite

CONFIGURATION = """
xmpp.server = "127.0.0.1:1"
store.path = "/var/lib/dragoman/irc.db"
[[network]]
jid = "irc.example.org"
secret = "s3cret"
backend = "irc"
  [network.irc]
  server = "127.0.0.1:1"
  tls = false
"""


class Images:
    """buildah with a store of its own; chroot needs neither a daemon nor cgroups."""

    def __init__(self, folder):
        self.folder = folder
        self.options = ["--root", folder / "store", "--runroot", folder / "run", "--storage-driver", "vfs"]

    def run(self, verb, *words, code=0):
        done = subprocess.run(["buildah", *map(str, self.options), verb, *map(str, words)], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "BUILDAH_ISOLATION": "chroot"})
        assert done.returncode == code, f"buildah {verb}: {done.returncode}: {done.stdout[-2000:]}"
        return done.stdout

    def base(self, archive):
        container = self.run("from", "scratch").strip()
        self.run("add", container, archive, "/")
        self.run("commit", container, "localhost/base")
        self.run("rm", container)


def the_image_runs_as_nobody_in_particular(binary):
    need("buildah")
    with tempfile.TemporaryDirectory(prefix="dragoman-image-") as name:
        folder = Path(name)
        images = Images(folder)
        try:
            images.base(minimal_root(Path(os.environ.get("DRAGOMAN_BUILD", PROJECT / "build")) / "debian"))
        except AssertionError as error:
            raise Skip(f"no image can be made here: {error}") from None
        made = folder / "made/package"
        made.mkdir(parents=True)
        shutil.copy(package(binary), made)
        images.run("bud", "--format", "docker", "--build-arg", "BASE=localhost/base", "--build-context",
                   f"build={folder / 'made'}", "-f", PROJECT / "config/Containerfile", "-t", "localhost/dragoman", PROJECT)

        image = json.loads(images.run("inspect", "--type", "image", "localhost/dragoman"))["Docker"]["config"]
        assert image["User"] == "dragoman" and image["Entrypoint"] == ["/usr/bin/dragoman"], image
        assert image["Healthcheck"]["Test"] == [
            "CMD", "/usr/bin/dragoman", "status", "--config", "/etc/dragoman/dragoman.toml"], image
        assert list(image["Volumes"]) == ["/var/lib/dragoman"] and image["StopSignal"] == "SIGTERM", image

        container = images.run("from", "--pull-never", "localhost/dragoman").strip()
        configuration = folder / "irc.toml"
        configuration.write_text(CONFIGURATION)
        images.run("copy", "--chown", "root:dragoman", "--chmod", "640", container, configuration,
                   "/etc/dragoman/dragoman.toml")

        def inside(*words, code=0):
            return images.run("run", container, "--", *words, code=code)

        assert inside("id", "-u").strip() == "950"
        assert inside("dragoman", "--version").startswith("dragoman ")
        inside("dragoman", "--config", "/etc/dragoman/dragoman.toml", "--check-config")
        assert "No gateway runs" in inside(*image["Healthcheck"]["Test"][1:], code=69), "unhealthy when none runs"
        # As it is started, as its health is asked, and as it is stopped.
        asked = inside("sh", "-c", """
            dragoman --config /etc/dragoman/dragoman.toml 2>/tmp/log & gateway=$!
            until dragoman status --config /etc/dragoman/dragoman.toml; do kill -0 $gateway || exit 1; done
            kill -TERM $gateway && wait $gateway && ls -ln /var/lib/dragoman""")
        assert "irc.example.org" in asked and " 950 " in asked and "irc.db" in asked, asked


if __name__ == "__main__":
    run_suite("quickstart/containerfile", [the_image_runs_as_nobody_in_particular])
