"""The server's side of SCRAM (RFC 5802, RFC 7677), and of those who only say that they are the server."""

import base64
import hashlib
import hmac

SALT = b"a salt of sixteen"
ITERATIONS = 4096


def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def decoded(text):
    return base64.b64decode(text, validate=True).decode()


class WrongProof(Exception):
    """The client does not know the password, or does not keep to the RFC; the text says how."""


# What an impostor says instead of the first message: nonce of the client, salt, iterations.
FIRST_INSTEAD = {
    "a nonce of its own": lambda nonce, salt: f"r=somebody-elses-nonce,s={salt},i={ITERATIONS}",
    "the nonce of the client alone": lambda nonce, salt: f"r={nonce},s={salt},i={ITERATIONS}",
    "1 iteration": lambda nonce, salt: f"r={nonce}server,s={salt},i=1",
    "1000000000 iterations": lambda nonce, salt: f"r={nonce}server,s={salt},i=1000000000",
    "no salt": lambda nonce, salt: f"r={nonce}server,i={ITERATIONS}",
    "a salt that is no base64": lambda nonce, salt: f"r={nonce}server,s=***,i={ITERATIONS}",
    "an extension that must be understood": lambda nonce, salt: f"m=x,r={nonce}server,s={salt},i={ITERATIONS}",
    "words": lambda nonce, salt: "well met",
}

# And instead of the last one.
LAST_INSTEAD = {
    "a wrong signature": "v=" + encoded(bytes(32)),
    "no signature": "x=nothing",
    "an error": "e=invalid-proof",
    "nothing": "",
}


class ScramServer:
    """One login. `wrong` names what an impostor does; None is the real server."""

    def __init__(self, mechanism, account, password, wrong=None):
        self.hash = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}[mechanism]
        self.account = account
        self.salted = hashlib.pbkdf2_hmac(self.hash, password.encode(), SALT, ITERATIONS)
        self.wrong = wrong

    def hmac(self, key, text):
        return hmac.digest(key, text if isinstance(text, bytes) else text.encode(), self.hash)

    def first(self, client_first):
        header, self.client_first_bare = client_first[:3], client_first[3:]
        name, _, nonce = self.client_first_bare.partition(",r=")
        if header != "n,," or name != f"n={self.account}" or len(nonce) < 18:
            raise WrongProof(f"this is no first message of {self.account}: {client_first}")
        say = FIRST_INSTEAD.get(self.wrong, lambda nonce, salt: f"r={nonce}server,s={salt},i={ITERATIONS}")
        self.server_first = say(nonce, encoded(SALT))
        return self.server_first

    def last(self, client_final):
        without_proof, _, proof = client_final.rpartition(",p=")
        nonce = self.server_first.partition(",")[0]
        if without_proof != f"c=biws,{nonce}":
            raise WrongProof(f"this is no final message: {client_final}")
        message = ",".join([self.client_first_bare, self.server_first, without_proof])
        client_key = self.hmac(self.salted, "Client Key")
        stored_key = hashlib.new(self.hash, client_key).digest()
        signature = self.hmac(stored_key, message)
        if base64.b64decode(proof) != bytes(a ^ b for a, b in zip(client_key, signature)):
            raise WrongProof("the proof is not that of the password")
        if self.wrong in LAST_INSTEAD:
            return LAST_INSTEAD[self.wrong]
        return "v=" + encoded(self.hmac(self.hmac(self.salted, "Server Key"), message))
