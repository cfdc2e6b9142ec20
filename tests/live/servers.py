"""What the live tests need beside the servers of config/lib/stack.py; the IRC servers are in irc_servers.py."""

import shutil
from pathlib import Path

from server import Server, free_ports
from stack import XMPP_DOMAIN, program

PACKAGES = {"prosody": "prosody", "ngircd": "ngircd", "inspircd": "inspircd", "erl": "ejabberd",
            "ejabberdctl": "ejabberd", "znc": "znc", "biboumi": "biboumi", "atheme-services": "atheme-services", "profanity": "profanity", "tmux": "tmux"}


def missing(programs):
    """What apt-get would have to install, or None."""
    absent = {PACKAGES[name] for name in programs
              if not (shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin"))}
    return f"apt-get install --no-install-recommends {' '.join(sorted(absent))}" if absent else None


class Ejabberd(Server):
    """ejabberd with one host, its users (name -> password) and its components (domain -> secret), as `Prosody` of the
    stack. Runs without Erlang's distribution, so that no port mapper is started and no name is taken."""

    start_seconds = 90    # a machine that builds beside it takes that long

    def __init__(self, folder, domain=XMPP_DOMAIN, users=None, components=None, extra="", listeners="", prepares=""):
        """`extra` and `listeners` are YAML text: more modules, more of `listen`; `prepares` is what it does when it runs, in Erlang, with a comma behind."""
        self.domain = domain
        self.port, self.component_port = free_ports(2)
        self.server_log = folder / "ejabberd.log"
        self.log_position = 0
        configuration = folder / "ejabberd.yml"
        for needed in ("erl", "ejabberdctl"):
            program(needed, "ejabberd")
        registered = "".join(f'ejabberd_auth:try_register(<<"{name}">>, <<"{domain}">>, <<"{password}">>), '
                             for name, password in (users or {}).items())
        super().__init__(
            "ejabberd",
            [program("erl", "ejabberd"), "+K", "true", "+S", "1", "-noinput", "-mnesia", "dir", f'"{folder}/mnesia"',
             "-s", "ejabberd", "-eval", f'{registered}{prepares}io:format("~nusers are registered~n").'],
            folder, ports=[self.port, self.component_port],
            environment={"ERL_LIBS": self.libraries(), "EJABBERD_CONFIG_PATH": str(configuration),
                         "EJABBERD_LOG_PATH": str(self.server_log), "HOME": str(folder),
                         "ERL_CRASH_DUMP": str(folder / "erl_crash.dump")})
        hosts = "".join(f'      "{name}": {{ password: "{secret}" }}\n' for name, secret in (components or {}).items())
        configuration.write_text(f"""\
hosts:
  - "{domain}"
loglevel: info
auth_method: internal
listen:
  - port: {self.port}
    ip: "127.0.0.1"
    module: ejabberd_c2s
    access: all
    backlog: 128
  - port: {self.component_port}
    ip: "127.0.0.1"
    module: ejabberd_service
    access: all
    global_routes: false
    check_from: true
    max_stanza_size: 1048576
    hosts:
{hosts}{listeners}modules:
  mod_blocking: {{}}
  mod_disco: {{}}
  mod_ping: {{}}
  mod_privacy: {{}}
  mod_roster: {{}}
{extra}""")

    @staticmethod
    def libraries():
        """Debian keeps Erlang libraries of packages below the multiarch folder."""
        found = sorted(Path("/usr/lib").glob("*/ejabberd-*")) + sorted(Path("/usr/lib/erlang/lib").glob("ejabberd-*"))
        return str(found[0].parent) if found else "/usr/lib"

    def is_ready(self):
        return "users are registered" in self.log.read_text(errors="replace") and super().is_ready()    # by what it costs

    def launch(self):
        self.remember_log_position()
        super().launch()

    def remember_log_position(self):
        self.log_position = self.server_log.stat().st_size if self.server_log.exists() else 0

    def component_is_connected(self, domain):
        if not self.server_log.exists():
            return False
        with self.server_log.open("rb") as log:
            log.seek(self.log_position)
            return any(f"handshake authentication for {domain} ".encode() in line for line in log)
