"""IRC servers as the live tests need them: with an operator, and with room for a second server and for services."""

import hashlib
import os
import signal
import ssl

from server import Server, free_ports
from stack import Ngircd, make_certificate, program

OPERATOR, OPERATOR_PASSWORD = "oper", "operpw"
LINK_PASSWORD = "linkpw"
SERVICES = "services.test"


def fingerprint(certificate):
    """SHA-256 of a certificate, as `fingerprints` of the gateway wants it."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()


class LiveNgircd(Ngircd):
    """ngIRCd with an operator who may set every mode. `uplink` is the server to link to; who has none is linked to."""

    def __init__(self, folder, name="irc.example.test", uplink=None):
        super().__init__(folder, name, options=["OperCanUseMode = yes", "OperChanPAutoOp = no"])
        peer = ([f"    Name = {uplink.server_name}", "    Host = 127.0.0.1", f"    Port = {uplink.port}"] if uplink
                else ["    Name = second.example.test", "    Passive = yes"])
        self.server_name = name
        configuration = folder / "ngircd.conf"
        configuration.write_text("\n".join([
            configuration.read_text(), "[Operator]", f"    Name = {OPERATOR}", f"    Password = {OPERATOR_PASSWORD}",
            "[Server]", *peer, f"    MyPassword = {LINK_PASSWORD}", f"    PeerPassword = {LINK_PASSWORD}", ""]))


class Inspircd(Server):
    """InspIRCd 3 with what IRCv3 has to offer: echo-message, labeled-response, message-tags, msgid, server-time; with
    every rank (~&@%+), accounts of services, TLS on `tls_port` and an operator. `uplink` as with `LiveNgircd`."""

    modules = ("cap", "ircv3", "ircv3_accounttag", "ircv3_batch", "ircv3_capnotify", "ircv3_chghost", "ircv3_ctctags",
               "ircv3_echomessage", "ircv3_invitenotify", "ircv3_labeledresponse", "ircv3_msgid", "ircv3_servertime",
               "monitor", "namesx", "uhnames", "setname", "banexception", "muteban", "kicknorejoin", "noctcp",
               "blockcolor", "knock", "commonchans", "callerid", "sasl", "services_account", "hidechans", "svshold",
               "globops", "deaf", "samode", "ssl_gnutls", "sslinfo", "spanningtree", "customprefix")

    def __init__(self, folder, name="irc.example.test", number="001", uplink=None):
        self.port, self.tls_port, self.link_port = free_ports(3)
        self.server_name = name
        self.certificate, self.key = make_certificate(folder, name)
        configuration = folder / "inspircd.conf"
        command = [program("inspircd", "inspircd"), "--nofork", "--config", configuration]
        if os.geteuid() == 0:
            command.append("--runasroot")
        super().__init__("inspircd", command, folder, ports=[self.port, self.tls_port, self.link_port])
        modules = "\n".join(f'<module name="{module}">' for module in self.modules)
        configuration.write_text(f"""\
<config format="xml">
<server name="{name}" description="private IRC server" id="{number}" network="Private">
<admin name="nobody" nick="nobody" email="nobody@example.test">
<bind address="127.0.0.1" port="{self.port}" type="clients">
<bind address="127.0.0.1" port="{self.tls_port}" type="clients" sslprofile="Clients">
<bind address="127.0.0.1" port="{self.link_port}" type="servers">
<sslprofile name="Clients" provider="gnutls" certfile="{self.certificate}" keyfile="{self.key}" hash="sha256"
            requestclientcert="yes">
<connect name="all" allow="*" timeout="20" pingfreq="120" hardsendq="1048576" softsendq="65536" recvq="65536"
         threshold="10000" commandrate="100000" fakelag="no" localmax="2000" globalmax="2000" resolvehostnames="no"
         useident="no" maxchans="100">
<class name="All" commands="*" privs="*" usermodes="*" chanmodes="*">
<type name="Admin" classes="All">
<oper name="{OPERATOR}" password="{OPERATOR_PASSWORD}" host="*@*" type="Admin">
<options prefixquit="" casemapping="rfc1459" defaultmodes="not">
<performance netbuffersize="10240" somaxconn="128" quietbursts="yes">
<limits maxnick="30" maxchan="64" maxmodes="20" maxident="10" maxhost="64" maxquit="255" maxtopic="307" maxkick="255"
        maxreal="128" maxaway="200">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
<pid file="{folder}/inspircd.pid">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/server.log">
{modules}
<customprefix name="founder" letter="q" prefix="~" rank="50000" ranktoset="50000">
<customprefix name="admin" letter="a" prefix="&amp;" rank="40000" ranktoset="50000">
<customprefix name="halfop" letter="h" prefix="%" rank="20000" ranktoset="30000">
<uline server="{SERVICES}" silent="yes">
<sasl requiressl="no" target="{SERVICES}">
{self.link(SERVICES)}
{self.link(uplink.server_name, uplink.link_port) if uplink else self.link("second.example.test")}
""")

    @staticmethod
    def link(name, port=None):
        """A server that may link to us; with a port we link to it."""
        link = (f'<link name="{name}" ipaddr="127.0.0.1" port="{port or 1}" allowmask="127.0.0.0/8" '
                f'recvpass="{LINK_PASSWORD}" sendpass="{LINK_PASSWORD}" timeout="5">')
        return link + (f'\n<autoconnect period="1" server="{name}">' if port else "")

    def stop(self):
        """InspIRCd says by its exit code 10 that it got SIGTERM, and Debian's 3.15 sometimes dies (SIGSEGV) in the
        unloading of its modules, when all is done."""
        code = super().stop()
        return 0 if code in (10, -signal.SIGSEGV) else code


class Atheme(Server):
    """Services (NickServ, ChanServ, SaslServ) linked to an `Inspircd`. Ready when the link stands."""

    modules = ("protocol/inspircd", "backend/opensex", "crypto/pbkdf2v2", "nickserv/main", "nickserv/identify",
               "nickserv/register", "nickserv/info", "nickserv/ghost", "nickserv/cert", "nickserv/enforce", "nickserv/set_core", "chanserv/main", "chanserv/register",
               "chanserv/flags", "chanserv/op", "chanserv/invite", "saslserv/main", "saslserv/plain",
               "saslserv/external")

    def __init__(self, folder, uplink):
        self.uplink = uplink
        self.services_log = folder / "services.log"
        configuration = folder / "atheme.conf"
        super().__init__(
            "atheme", [program("atheme-services", "atheme-services"), "-n", "-c", configuration, "-l", self.services_log,
                       "-p", folder / "atheme.pid", "-D", folder], folder)
        modules = "\n".join(f'loadmodule "modules/{module}";' for module in self.modules)
        # pbkdf2v2 is made slow on purpose; a test has nothing to protect.
        configuration.write_text(f"""\
{modules}
crypto {{ pbkdf2v2_rounds = 10000; }};
serverinfo {{ name = "{SERVICES}"; desc = "Services"; numeric = "00A"; netname = "Private"; adminname = "nobody";
  adminemail = "nobody@example.test"; registeremail = "nobody@example.test"; auth = none; mta = "/bin/true";
  casemapping = "rfc1459"; recontime = 1; loglevel = {{ error; info; admin; network; }};
  maxlogins = 50; maxusers = 0; maxnicks = 50; maxchans = 50; }};
general {{ commit_interval = 5; }};
uplink "{uplink.server_name}" {{ host = "127.0.0.1"; port = {uplink.link_port};
  send_password = "{LINK_PASSWORD}"; receive_password = "{LINK_PASSWORD}"; }};
nickserv {{ nick = "NickServ"; user = "NickServ"; host = "{SERVICES}"; real = "Nickname Services"; }};
chanserv {{ nick = "ChanServ"; user = "ChanServ"; host = "{SERVICES}"; real = "Channel Services"; }};
saslserv {{ nick = "SaslServ"; user = "SaslServ"; host = "{SERVICES}"; real = "SASL"; }};
""")

    def is_ready(self):
        log = self.services_log
        return log.exists() and "finished synching with uplink" in log.read_text(errors="replace")
