"""Servers with rooms of their own for bridges: Prosody, which has the gateway's components, and ejabberd, whose rooms the gateway reaches
through Prosody, over s2s (dialback on loopback: who is where is told to both, and no name server is asked)."""

import asyncio
import contextlib
import os

from server import free_ports
from servers import Ejabberd
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, HOOK_DOMAIN, XMPP_DOMAIN, Prosody

SECOND_IRC_DOMAIN = f"second-{GATEWAY_DOMAIN}"
MATRIX_DOMAIN = f"matrix.{XMPP_DOMAIN}"
COMPONENTS = (GATEWAY_DOMAIN, SECOND_IRC_DOMAIN, MATRIX_DOMAIN, HOOK_DOMAIN)
PROSODY_ROOMS = f"rooms.{XMPP_DOMAIN}"
EJABBERD_DOMAIN = "jabber.localhost"
EJABBERD_ROOMS = f"conference.{EJABBERD_DOMAIN}"

# ejabberd asks the system where a domain is (getaddrinfo): it sees an /etc/hosts of its own.
OWN_MOUNTS = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]

# On disk alone, its table of archived messages is read as a whole room for each message that is added to it. Kept in memory as well, thousands are no
# more than a few; it survives a restart all the same.
ARCHIVE_IN_MEMORY = "mnesia:change_table_copy_type(archive_msg, node(), disc_copies), "

# Instead of SRV records; replaces what mod_s2s asks.
WHERE = """\
module:set_global();
local basic = require "net.resolvers.basic";
local port = module:get_option_number("loopback_peer_port");
require "net.resolvers.service".new = function(_, _, conn_type, extra)
    return basic.new("127.0.0.1", port, conn_type, extra);
end
"""


class Door:
    """The gateway's way to a server: who comes while it is closed is turned away."""

    def __init__(self, upstream):
        self.upstream = upstream
        self.is_open = True
        self.inside = set()    # connections of who went through

    async def open(self):
        self.server = await asyncio.start_server(self.connected, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def connected(self, reader, writer):
        with contextlib.suppress(OSError):
            if self.is_open:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
                self.inside.add(writer)
                await asyncio.gather(self.pump(reader, far_writer), self.pump(far_reader, writer))
                self.inside.discard(writer)
        writer.close()

    @staticmethod
    async def pump(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def shuts(self):
        """Also for who is inside; the server stays."""
        self.is_open = False
        for writer in list(self.inside):
            writer.close()
            await writer.wait_closed()

    def close(self):
        self.server.close()


class ProsodyWithRooms(Prosody):
    """`peer_port`: of every other server."""

    def __init__(self, folder, peer_port, users):
        self.peer_port = peer_port
        self.s2s_port, = free_ports(1)
        modules = folder / "modules"
        modules.mkdir()
        (modules / "mod_loopback.lua").write_text(WHERE)
        super().__init__(folder, users=users, components={domain: GATEWAY_SECRET for domain in COMPONENTS},
                         modules=["dialback", "s2s", "loopback"])
        self.ports.append(self.s2s_port)

    def configuration(self, modules, extra):
        return super().configuration(modules, extra).replace('modules_disabled = { "s2s" }', f"""\
plugin_paths = {{ "{self.folder / 'modules'}" }}
loopback_peer_port = {self.peer_port}
s2s_ports = {{ {self.s2s_port} }}
s2s_interfaces = {{ "127.0.0.1" }}
s2s_require_encryption = false
s2s_secure_auth = false""") + f"""
Component "{PROSODY_ROOMS}" "muc"
  modules_enabled = {{ "muc_mam" }}
  muc_room_locking = false
  muc_room_default_persistent = true
  muc_log_by_default = true
"""


class EjabberdWithRooms(Ejabberd):
    """`peer_port`: of every other server."""

    start_seconds = 240    # beside Synapse, on a machine that builds

    def __init__(self, folder, s2s_port, peer_port, users):
        super().__init__(folder, domain=EJABBERD_DOMAIN, users=users, components={"unused.localhost": "unused"}, listeners=f"""\
  - port: {s2s_port}
    ip: "127.0.0.1"
    module: ejabberd_s2s_in
s2s_use_starttls: false
outgoing_s2s_port: {peer_port}
outgoing_s2s_families: [ipv4]
s2s_dns_timeout: 1
s2s_max_retry_delay: 2
""", extra="""\
  mod_s2s_dialback: {}
  mod_mam:
    default: always
  mod_muc:
    access: all
    access_create: all
    access_persistent: all
    default_room_options:
      persistent: true
      mam: true
      allow_change_subj: true
""", prepares=ARCHIVE_IN_MEMORY)
        self.ports.append(s2s_port)
        hosts = folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {' '.join((*COMPONENTS, PROSODY_ROOMS, XMPP_DOMAIN))}\n")
        self.command = [*OWN_MOUNTS, "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', str(hosts), *self.command]
