"""Synapse on loopback, from PyPI: the current release, in a virtual environment in the folder of the builds.

Without federation, with SQLite, with presence. Rates are not limited unless a test asks for it.
"""

import asyncio
import base64
import fcntl
import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

from matrix_http import exchange
from matrix_user import V3, path
from server import Server, free_ports
from suite import Skip

SERVER_NAME = "hs.test"
SHARED_SECRET = "register them"
BUILDS = Path(os.environ.get("DRAGOMAN_BUILD") or Path(__file__).resolve().parents[2] / "build")

# What nobody reaches in a test.
UNLIMITED = "{ per_second: 100000, burst_count: 100000 }"
RAISED = f"""\
rc_message: {UNLIMITED}
rc_registration: {UNLIMITED}
rc_login:
  address: {UNLIMITED}
  account: {UNLIMITED}
  failed_attempts: {UNLIMITED}
rc_admin_redaction: {UNLIMITED}
rc_joins:
  local: {UNLIMITED}
  remote: {UNLIMITED}
rc_joins_per_room: {UNLIMITED}
rc_invites:
  per_room: {UNLIMITED}
  per_user: {UNLIMITED}
  per_issuer: {UNLIMITED}
rc_room_creation: {UNLIMITED}
rc_presence:
  per_user: {UNLIMITED}
rc_user_directory: {UNLIMITED}
rc_media_create: {UNLIMITED}
"""


def installation():
    """The Python that has Synapse; raises Skip where it cannot be had."""
    folder = BUILDS / "synapse-venv"
    python, complete = folder / "bin/python", folder / "complete"
    BUILDS.mkdir(parents=True, exist_ok=True)
    with (BUILDS / "synapse-venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)    # scripts run side by side
        if complete.exists():
            return python
        print(f"installing Synapse into {folder}", file=sys.stderr, flush=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        for command in (["/usr/bin/python3", "-m", "venv", "--clear", folder], [*pip, "matrix-synapse"]):
            try:
                run = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=480)
            except (OSError, subprocess.TimeoutExpired) as failure:
                raise Skip(f"Synapse cannot be installed from PyPI: {type(failure).__name__}") from None
            if run.returncode != 0:
                print(run.stderr, file=sys.stderr)
                raise Skip("Synapse cannot be installed from PyPI (python3-venv and the network are needed); "
                           "why stands in the log")
        complete.touch()
    return python


# People by the hundred, without passwords and limits; it is told nothing.
CROWD_TOKEN = "token-of-a-crowd"
CROWDS = f"""\
id: crowds
url: null
as_token: "{CROWD_TOKEN}"
hs_token: "nobody-listens"
sender_localpart: crowd_bot
rate_limited: false
namespaces: {{ users: [{{ regex: "@member[0-9]+:{SERVER_NAME}", exclusive: false }}], aliases: [], rooms: [] }}
"""


class Synapse(Server):
    start_seconds = 120    # of a machine that builds beside it
    stop_seconds = 20

    def __init__(self, folder, limits=RAISED, services=(), extra=""):
        """`limits` and `extra` are YAML text; `services` are registration files beside the one for crowds."""
        self.port, = free_ports(1)
        self.server_name = SERVER_NAME
        configuration = folder / "homeserver.yaml"
        python = installation()
        super().__init__("synapse", [python, "-m", "synapse.app.homeserver", "--config-path", configuration], folder,
                         ports=[self.port], environment={"PYTHONUNBUFFERED": "1", "SYNAPSE_ASYNC_IO_REACTOR": "1"})
        crowds = folder / "crowds.yaml"
        crowds.write_text(CROWDS)
        (folder / "logging.yaml").write_text(f"""\
version: 1
formatters:
  plain: {{ format: "%(asctime)s %(levelname)s %(name)s %(message)s" }}
handlers:
  console: {{ class: logging.StreamHandler, formatter: plain }}
root: {{ level: WARNING, handlers: [console] }}
""")
        configuration.write_text(f"""\
server_name: "{SERVER_NAME}"
public_baseurl: "{self.url}/"
report_stats: false
pid_file: "{folder}/synapse.pid"
listeners:
  - port: {self.port}
    bind_addresses: ["127.0.0.1"]
    type: http
    tls: false
    resources:
      - names: [client]
database:
  name: sqlite3
  args: {{ database: "{folder}/synapse.db" }}
log_config: "{folder}/logging.yaml"
media_store_path: "{folder}/media"
signing_key_path: "{folder}/signing.key"
macaroon_secret_key: "{os.urandom(16).hex()}"
form_secret: "{os.urandom(16).hex()}"
registration_shared_secret: "{SHARED_SECRET}"
enable_registration: false
bcrypt_rounds: 4
trusted_key_servers: []
federation_domain_whitelist: []
send_federation: false
presence: {{ enabled: true }}
url_preview_enabled: false
room_list_publication_rules: [{{ action: allow }}]
user_directory: {{ enabled: true, search_all_users: true, prefer_local_users: true }}
app_service_config_files: [{", ".join(f'"{each}"' for each in (crowds, *services))}]
{limits}{extra}""")
        (folder / "signing.key").write_text(f"ed25519 a_test {base64.b64encode(os.urandom(32)).decode().rstrip('=')}\n")

    def add_service(self, registration):
        """Of an application service, as text; for the next start."""
        file = self.folder / "service.yaml"
        file.write_text(registration)
        configuration = self.folder / "homeserver.yaml"
        configuration.write_text(configuration.read_text().replace(
            "app_service_config_files: [", f'app_service_config_files: ["{file}", '))

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def register(self, name, password):
        """POST /_synapse/admin/v1/register: what the shared secret is for."""
        where = f"{self.url}/_synapse/admin/v1/register"
        nonce = (await exchange("GET", where)).json["nonce"]
        mac = hmac.new(SHARED_SECRET.encode(), b"\0".join(
            each.encode() for each in (nonce, name, password, "notadmin")), hashlib.sha1).hexdigest()
        answer = await exchange("POST", where, {"nonce": nonce, "username": name, "password": password, "admin": False,
                                                "mac": mac})
        assert answer.status == 200, f"Synapse does not register {name}: {answer.status} {answer.content[:200]!r}"

    async def fill(self, room, count, at_once=8):
        """That many more people join: @member0, @member1 ... They are made when they are not there yet."""
        waiting = iter(range(count))

        async def fill_one_by_one():
            for number in waiting:
                body = {"type": "m.login.application_service", "username": f"member{number}", "inhibit_login": True}
                await exchange("POST", f"{self.url}{V3}/register", body, CROWD_TOKEN)
                as_member = f"user_id=%40member{number}%3A{SERVER_NAME}"
                answer = await exchange("POST", f"{self.url}{V3}/join/{path(room)}?{as_member}", {}, CROWD_TOKEN)
                assert answer.status == 200, f"member{number} cannot join: {answer.status} {answer.content[:200]!r}"

        await asyncio.gather(*(fill_one_by_one() for _ in range(at_once)))
