"""Certificates for a server on this machine, as its owner or an impostor would show them (RFC 5280, RFC 6125)."""

import hashlib
import ssl
import subprocess

HOST = "localhost"


class Certificates:
    """What `make` gives is for HOST and signed by `authority`, but for what its kind says."""

    KINDS = ("good", "expired", "of another host", "of another authority")

    def __init__(self, folder):
        self.folder = folder
        self.authority = self.folder / "authority.crt"
        self.key = self.folder / "server.key"
        self.made = {}
        for name in ("authority", "stranger"):
            self.openssl("req", "-x509", *self.new_key(name), "-days", 2, "-subj", f"/CN={name}", "-out", f"{name}.crt")
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", self.key)

    @staticmethod
    def new_key(name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"]

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, cwd=self.folder, stdin=subprocess.DEVNULL,
                       capture_output=True)

    def make(self, kind):
        if kind not in self.made:
            host = "irc.elsewhere.example" if kind == "of another host" else HOST
            signer = "stranger" if kind == "of another authority" else "authority"
            made = self.folder / f"{kind.replace(' ', '-')}.crt"
            self.openssl("req", "-new", "-key", self.key, "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}",
                         "-out", "server.request")
            self.openssl("x509", "-req", "-in", "server.request", "-copy_extensions", "copy", "-CA", f"{signer}.crt",
                         "-CAkey", f"{signer}.key", "-CAcreateserial", "-days", -1 if kind == "expired" else 2, "-out", made)
            self.made[kind] = made
        return self.made[kind]

    def fingerprint(self, kind):
        """SHA-256 of the certificate, as `fingerprints` of the gateway wants it."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.make(kind).read_text())).hexdigest()
