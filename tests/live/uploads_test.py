#!/usr/bin/python3
"""Uploads to the servers' own services, which are set up as config/prosody.cfg.lua and config/ejabberd.yml say it; with
TLS, by a certificate that the gateway is told to trust."""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import GATEWAY_DOMAIN, GATEWAY_SECRET, PASSWORD, USERS, XMPP_DOMAIN, Stage, play, run_suite

from acts import uploads    # after the stage, which knows the way
from server import free_ports
from servers import Ejabberd
from stack import Prosody, program

UPLOAD_DOMAIN = f"upload.{XMPP_DOMAIN}"


def make_certificate(folder):
    """For https://127.0.0.1; the certificate, its key, and both in one file."""
    certificate, key, both = folder / "web.crt", folder / "web.key", folder / "web.pem"
    subprocess.run(
        [program("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
         "/CN=uploads", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    both.write_text(certificate.read_text() + key.read_text())
    return certificate, key, both


class UploadingProsody(Prosody):
    def __init__(self, folder, port, certificate, key, access, **settings):
        self.web = f"""\
http_ports = {{}}
https_ports = {{ {port} }}
https_interfaces = {{ "127.0.0.1" }}
https_ssl = {{ certificate = "{certificate}"; key = "{key}" }}
http_default_host = "{UPLOAD_DOMAIN}"
http_external_url = "https://127.0.0.1:{port}/"
"""
        service = f'Component "{UPLOAD_DOMAIN}" "http_file_share"\n{access}'
        super().__init__(folder, extra=service, **settings)

    def configuration(self, modules, extra):
        return self.web + super().configuration(modules, extra)


def ejabberd(folder, port, both, access, **settings):
    return Ejabberd(folder, listeners=f"""\
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_http
    tls: true
    request_handlers:
      /upload: mod_http_upload
""", extra=f"""\
  mod_http_upload:
    put_url: "https://127.0.0.1:{port}/upload"
    docroot: "{folder}/uploads"
{access}
certfiles:
  - "{both}"
acl:
  gateways: {{ server: ["{GATEWAY_DOMAIN}"] }}
  local: {{ user_regexp: "" }}
access_rules:
  local: {{ allow: local }}
  uploaders: [{{ allow: local }}, {{ allow: gateways }}]
""", **settings)


class UploadStage(Stage):
    """`access` of the service: what config/ says, or what leaves the gateway out."""
    prosody_access, ejabberd_access = "", "    access: uploaders"

    def __init__(self, stack, binary, xmpp_server="prosody"):
        self.stack, self.binary = stack, binary
        settings = {"users": {name: PASSWORD for name in USERS}, "components": {GATEWAY_DOMAIN: GATEWAY_SECRET}}
        self.certificate, key, both = make_certificate(stack.folder_for("web"))
        [port] = free_ports(1)
        if xmpp_server == "ejabberd":
            self.xmpp_server = stack.add(
                ejabberd(stack.folder_for("ejabberd"), port, both, self.ejabberd_access, **settings))
        else:
            self.xmpp_server = stack.add(UploadingProsody(
                stack.folder_for("prosody"), port, self.certificate, key, self.prosody_access, **settings))
        self.irc_server = stack.ngircd()
        self.gateway = None
        self.people = []
        self.start_gateway(policy=f'upload_ca_file = "{self.certificate}"')


class RefusingStage(UploadStage):
    prosody_access = f'  http_file_share_access = {{ "{XMPP_DOMAIN}" }}\n'
    ejabberd_access = "    access: local"


if __name__ == "__main__":
    run_suite("live/uploads", {
        f"{server}/{act.__name__}": play(act, server, stage)
        for server in ("prosody", "ejabberd")
        for act, stage in ((uploads.a_long_text_is_a_link_on_irc, UploadStage),
                           (uploads.a_long_text_to_a_person_is_a_link_too, UploadStage),
                           (uploads.where_the_gateway_may_not_upload_it_goes_line_by_line, RefusingStage))})
