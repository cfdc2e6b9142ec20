#!/usr/bin/python3
"""config/irc.toml, config/prosody.cfg.lua and config/ejabberd.yml, each used as it is: with the names, ports, paths and
the secret that stand there, in a network of their own. There irc.libera.chat is an ngIRCd with a certificate that is
trusted there."""

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / folder) for folder in ("config/lib", "tests/support")]

import own_network
from servers import Ejabberd, missing
from suite import Skip, run_suite

from people import IrcPerson, XmppPerson
from server import Server
from stack import Ngircd, Stack, program

CONFIG = PROJECT / "config"
PASSWORD = "open sesame"
IRC_HOST = "irc.libera.chat"
ROOM = "#tea@irc.example.org"


class Prosody(Server):
    """As Debian's: what is installed before the operator adds the file of ours, which declares the host."""

    def __init__(self, folder):
        configuration = folder / "prosody.cfg.lua"
        super().__init__("prosody", [program("prosody", "prosody"), "-F", "--config", configuration], folder,
                         ports=[5222, 5347])
        configuration.write_text(f"""\
run_as_root = true
data_path = "{folder}"
log = {{ info = "*console" }}
modules_enabled = {{ "roster"; "saslauth"; "disco"; "ping"; "pep" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
Include "{CONFIG / 'prosody.cfg.lua'}"
""")
        accounts = folder / "example%2eorg/accounts"
        accounts.mkdir(parents=True)
        (accounts / "alice.dat").write_text(f'return {{ ["password"] = "{PASSWORD}" }};\n')


class DebianEjabberd(Ejabberd):
    """ejabberd with a configuration that includes the file of ours."""

    def __init__(self, folder):
        super().__init__(folder, domain="example.org", users={"alice": PASSWORD})
        self.ports = [5222, 5347]
        (folder / "ejabberd.yml").write_text(f"""\
hosts: ["example.org"]
auth_method: internal
listen:
  - {{ port: 5222, ip: "127.0.0.1", module: ejabberd_c2s, access: all }}
acl:
  local: {{ user_regexp: "" }}
access_rules:
  local: {{ allow: local }}
modules:
  mod_ping: {{}}
  mod_roster: {{}}
include_config_file:
  - "{CONFIG / 'ejabberd.yml'}"
""")


def play(xmpp_server):
    """A test of a new process, in namespaces of its own."""
    def in_there(binary):
        if reason := own_network.why_not():
            raise Skip(reason)
        needed = missing(["ngircd", *{"prosody": ["prosody"], "ejabberd": ["erl", "ejabberdctl"]}[xmpp_server]])
        if needed:
            raise Skip(needed)
        done = subprocess.run([*own_network.inside(), sys.executable, "-B", __file__, "--inside", xmpp_server, binary.resolve()],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        sys.stderr.write(done.stdout)
        assert done.returncode == 0, done.stdout.strip().splitlines()[-1]

    return in_there


def play_inside(xmpp_server, binary):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)    # ngIRCd reads its certificate as nobody
        own_network.settle(Path(folder), hosts=["example.org", "irc.example.org", IRC_HOST])
        certificate = own_network.certificate(Path(folder), IRC_HOST)
        Path("/var/lib/dragoman").mkdir(mode=0o700)
        with Stack(Path(folder, "stack")) as stack:
            stack.folder.chmod(0o755)
            stack.add(Ngircd(stack.folder_for("ngircd"), name=IRC_HOST, ports=(6667, 6697), certificate=certificate))
            server = {"prosody": Prosody, "ejabberd": DebianEjabberd}[xmpp_server]
            stack.add(server(stack.folder_for(xmpp_server)))
            gateway = Server("dragoman", [binary, "--config", CONFIG / "irc.toml"], stack.folder_for("dragoman"))
            gateway.is_ready = lambda: 'msg="connected to the XMPP server"' in gateway.log.read_text()
            stack.add(gateway)
            try:
                asyncio.run(talk())
            except Exception:
                print(gateway.last_words(30))
                raise
            assert Path("/var/lib/dragoman/irc.db").exists()
            assert Path("/var/lib/dragoman/irc.db.key").stat().st_mode & 0o777 == 0o600
            complaints = stack.stop()
            assert not [each for each in complaints if "dragoman" in each], complaints


async def talk():
    alice, carol = XmppPerson("alice@example.org/test", PASSWORD), IrcPerson("carol")
    await carol.log_in("127.0.0.1", 6667)
    carol.join("#tea")
    await carol.sees("joined", where="#tea", who="carol")
    await alice.log_in("127.0.0.1", 5222)
    assert ("gateway", "irc", "Libera.Chat") in await alice.discovers("irc.example.org")
    alice.join(ROOM, "alice")
    await alice.sees("subject", where=ROOM)
    alice.say(ROOM, "good morning")
    await carol.sees("line", where="#tea", who="alice", text="good morning")
    carol.say("#tea", "and to you")
    await alice.sees("line", where=ROOM, who="carol", text="and to you")
    await alice.log_out()
    await carol.log_out()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        play_inside(*sys.argv[2:])
    else:
        run_suite("live/configuration_files", {"prosody": play("prosody"), "ejabberd": play("ejabberd")})
