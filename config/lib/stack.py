"""A private set of servers on loopback, for the quickstart and the live tests.

    with Stack(folder) as stack:
        prosody = stack.prosody(users={"alice": "secret"}, components={"irc.example.localhost": "s3cret"})
        ngircd = stack.ngircd()
        gateway = stack.dragoman("build/release/dragoman", prosody, irc_port=ngircd.port)
        ...

Each call writes the server's configuration into a folder of its own, starts it on free ports of 127.0.0.1 and returns
when it is ready. At the end everything that was started is stopped, the last one first. Works as root too: Prosody is
told to stay root, ngIRCd turns itself into `nobody`.
"""

import shutil
import signal
import subprocess
from pathlib import Path

from server import Server, ServerFailed, free_ports

__all__ = ["Stack", "Server", "ServerFailed", "free_ports"]

XMPP_DOMAIN = "example.localhost"
GATEWAY_DOMAIN = "irc.example.localhost"
HOOK_DOMAIN = "hook.example.localhost"
GATEWAY_SECRET = "s3cret"


class Stack:
    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.servers = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def prosody(self, **settings):
        return self.add(Prosody(self.folder_for("prosody"), **settings))

    def ngircd(self, **settings):
        return self.add(Ngircd(self.folder_for("ngircd"), **settings))

    def dragoman(self, binary, xmpp_server, **settings):
        return self.add(Dragoman(binary, self.folder_for("dragoman"), xmpp_server, **settings))

    def add(self, server):
        """Starts a server of any kind; from now on the stack stops it."""
        self.servers.append(server)
        server.start()
        return server

    def check(self):
        """Raises ServerFailed when a server has died."""
        for server in self.servers:
            server.check()

    def stop(self):
        """Stops what runs, the last one first; returns a sentence for each server that did not end cleanly."""
        complaints = []
        for server in reversed(self.servers):
            code = server.stop()
            if code not in server.clean_codes:
                complaints.append(f"{server.name} did not stop cleanly: it ended{server.how_it_ended()}.")
        self.servers.clear()
        return complaints

    def folder_for(self, name):
        folder = self.folder / name
        number = 2
        while folder.exists():
            folder = self.folder / f"{name}-{number}"
            number += 1
        folder.mkdir()
        return folder


def program(name, package):
    """The path of a program; Debian keeps servers in sbin, which is not on everybody's path."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if not path:
        raise ServerFailed(f"{name} is not installed: apt-get install --no-install-recommends {package}")
    return path


def make_certificate(folder, name):
    """A self-signed certificate NAME.crt and its key NAME.key; both paths."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        [program("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", key, "-out", certificate],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


class Prosody(Server):
    """Prosody with one host, its users (name -> password) and its components (domain -> secret).

    Clients may connect without TLS. `modules` are added to the basic ones, `component_modules` are those of the
    components, `extra` is Lua text for the host.
    """

    clean_codes = (0, -signal.SIGTERM)    # told to stop while it starts, it has no handler yet
    modules = ("roster", "saslauth", "tls", "disco", "ping", "pep", "carbons", "blocklist", "bookmarks", "mam")

    def __init__(self, folder, domain=XMPP_DOMAIN, users=None, components=None, modules=(), extra="",
                 component_modules=()):
        self.domain = domain
        self.components = components or {}
        self.component_modules = component_modules
        self.port, self.component_port = free_ports(2)
        self.data = folder / "data"
        self.server_log = folder / "server.log"
        self.log_position = 0
        configuration = folder / "prosody.cfg.lua"
        super().__init__("prosody", [program("prosody", "prosody"), "-F", "--config", configuration], folder,
                         ports=[self.port, self.component_port])
        make_certificate(folder, domain)
        configuration.write_text(self.configuration([*self.modules, *modules], extra))
        for name, password in (users or {}).items():
            self.add_user(name, password)

    def configuration(self, modules, extra):
        def quote(names):
            return "; ".join(f'"{name}"' for name in names)

        quoted = quote(modules)
        components = "".join(
            f'Component "{domain}"\n'
            f'  component_secret = "{secret}"\n'
            f'  component_conflict_resolve = "kick_old"    -- a restarted gateway replaces its old connection\n'
            f'  modules_enabled = {{ {quote(self.component_modules)} }}\n'
            for domain, secret in self.components.items())
        return f"""\
run_as_root = true    -- otherwise root is refused; without meaning for other users
data_path = "{self.data}"
log = {{ info = "{self.server_log}" }}
interfaces = {{ "127.0.0.1" }}
local_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {self.port} }}
component_ports = {{ {self.component_port} }}
component_interfaces = {{ "127.0.0.1" }}
modules_enabled = {{ {quoted} }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
certificates = "{self.folder}"
ssl = {{ certificate = "{self.folder / self.domain}.crt"; key = "{self.folder / self.domain}.key" }}

VirtualHost "{self.domain}"
{extra}
{components}"""

    def add_user(self, name, password):
        """Names are letters, digits and '-'; Prosody sees a new account without being told."""
        accounts = self.data / self.domain.replace(".", "%2e").replace("-", "%2d") / "accounts"
        accounts.mkdir(parents=True, exist_ok=True)
        file = accounts / f"{name.replace('-', '%2d')}.dat"
        file.write_text(f'return {{\n\t["password"] = "{password}";\n}};\n')

    def launch(self):
        self.remember_log_position()
        super().launch()

    def remember_log_position(self):
        self.log_position = self.server_log.stat().st_size if self.server_log.exists() else 0

    def component_is_connected(self, domain):
        """Whether the component has authenticated since `remember_log_position` or the start."""
        if not self.server_log.exists():
            return False
        with self.server_log.open("rb") as log:
            log.seek(self.log_position)
            text = log.read().decode(errors="replace")
        return any(domain in line and "component successfully authenticated" in line for line in text.splitlines())

    def last_words(self, lines=12):
        if not self.server_log.exists():
            return super().last_words(lines)
        text = self.server_log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"The end of {self.server_log}:", *(f"  | {line}" for line in text)])


# ffdhe2048 of RFC 7919. Without such a file ngIRCd makes parameters of its own whenever it starts, which takes seconds.
DIFFIE_HELLMAN = """\
-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
"""


class Ngircd(Server):
    """ngIRCd with no limits worth mentioning; `port` is plain, `tls_port` has a self-signed certificate.

    `options` are lines for its [Options] section.
    """

    def __init__(self, folder, name="irc.example.test", options=(), ports=None, certificate=None):
        """`ports` and `certificate` (file, key) instead of free ports and a self-signed one."""
        self.port, self.tls_port = ports or free_ports(2)
        configuration = folder / "ngircd.conf"
        super().__init__("ngircd", [program("ngircd", "ngircd"), "-n", "-f", configuration], folder,
                         ports=[self.port, self.tls_port])
        self.certificate, self.key = certificate or make_certificate(folder, name)
        parameters = folder / "dh.pem"
        parameters.write_text(DIFFIE_HELLMAN)
        # No PidFile: as root ngIRCd has become `nobody` before it writes it.
        configuration.write_text("\n".join([
            "[Global]", f"    Name = {name}", "    Info = private IRC server", "    Listen = 127.0.0.1",
            f"    Ports = {self.port}", "    Network = Private", "    AdminInfo1 = nobody", "    AdminInfo2 = nowhere",
            "    AdminEMail = nobody@example.test", '    MotdPhrase = A private server on loopback',
            "[Limits]", "    MaxConnections = 0", "    MaxConnectionsIP = 0", "    MaxJoins = 0",
            "    MaxNickLength = 30", "    MaxPenaltyTime = 0", "    PingTimeout = 120", "    PongTimeout = 20",
            "[Options]", "    PAM = no", "    DNS = no", "    Ident = no", *(f"    {line}" for line in options),
            "[SSL]", f"    CertFile = {self.certificate}", f"    KeyFile = {self.key}",
            f"    DHFile = {parameters}", f"    Ports = {self.tls_port}",
            ""]))


class Dragoman(Server):
    """The gateway with one network, of IRC unless `backend` is another. Ready when the XMPP server has accepted it.

    `policy`, `network` and `extra` are TOML text: more keys of [[network]] and of [network.BACKEND], and more sections. With
    `irc_fingerprint`, of the server's certificate, the gateway uses TLS. With `irc_servers` ("host:port") it has several
    instead.
    """

    def __init__(self, binary, folder, xmpp_server, irc_port=None, backend="irc", jid=GATEWAY_DOMAIN,
                 secret=GATEWAY_SECRET, policy="", network="", extra="", flood="false", log_level="info",
                 environment=None, irc_fingerprint=None, irc_servers=()):
        self.jid = jid
        self.xmpp_server = xmpp_server
        self.database = folder / "dragoman.db"
        binary = Path(binary).resolve()
        if not binary.exists():
            raise ServerFailed(f"{binary} does not exist: cmake --preset release && cmake --build --preset release")
        self.configuration = folder / "dragoman.toml"
        super().__init__("dragoman", [binary, "--config", self.configuration], folder, environment=environment)
        if backend == "irc":
            network = f"""\
  {f"networks = {list(irc_servers)}" if irc_servers else f'server = "127.0.0.1:{irc_port}"'}
  {f'fingerprints = ["{irc_fingerprint}"]' if irc_fingerprint else "tls = false"}
  flood = {flood}
{network}"""
        self.configuration.write_text(f"""\
[xmpp]
server = "127.0.0.1:{xmpp_server.component_port}"

[store]
path = "{self.database}"
key_file = "{folder / 'key'}"

[log]
level = "{log_level}"

[[network]]
jid = "{jid}"
secret = "{secret}"
backend = "{backend}"
name = "Private"
{policy}
  [network.{backend}]
{network}
{extra}""")
        self.configuration.chmod(0o600)    # it holds a secret

    def launch(self):
        self.xmpp_server.remember_log_position()
        super().launch()

    def is_ready(self):
        return self.xmpp_server.component_is_connected(self.jid)
