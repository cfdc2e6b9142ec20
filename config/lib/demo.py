#!/usr/bin/python3
"""The demo conversation: two XMPP users and an IRC user talk through the gateway, on a private stack on loopback.

    demo.py --binary build/release/dragoman [--dir FOLDER] [--once]

Prints who says and who sees what, as it happens. Every line carries a word that was invented for this run, and counts
only when it arrived at the far end. Exit code 0: everything arrived; 1: a line is missing or a server died.
Without --once the servers then stay up, for the reader's own clients, until Ctrl-C.
"""

import argparse
import asyncio
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from people import IrcPerson, NotSeen, XmppPerson
from stack import GATEWAY_DOMAIN, GATEWAY_SECRET, HOOK_DOMAIN, XMPP_DOMAIN, ServerFailed, Stack, free_ports

CHANNEL = "#tea"
ROOM = f"{CHANNEL}@{GATEWAY_DOMAIN}"
GUEST, GUEST_PASSWORD = "guest", "teatime"


class Transcript:
    """Prints a line for each thing done or seen, and keeps the errors that somebody was sent."""

    def __init__(self):
        self.errors = []
        self.is_open = True

    def does(self, person, what):
        print(f"  {person.name:>5}  {what}", flush=True)

    def sees(self, person, seen):
        if not self.is_open:
            return
        if seen.kind == "error":
            self.errors.append(f"{person.name} got an error: {seen}")
        text = (str(seen).splitlines() or [""])[0]
        text = "".join(letter if letter.isprintable() else "?" for letter in text)    # nothing steers the terminal
        print(f"  {person.name:>5}    sees  {text if len(text) <= 150 else text[:147] + '...'}", flush=True)


class Conversation:
    """alice and bob on XMPP, carol on IRC; each step waits for what the step before must have caused."""

    def __init__(self, xmpp_port, irc_port, password):
        self.word = f"{secrets.choice(['assam', 'ceylon', 'keemun', 'lapsang', 'sencha'])}-{secrets.token_hex(3)}"
        self.transcript = Transcript()
        self.xmpp_port, self.irc_port = xmpp_port, irc_port
        self.alice = XmppPerson(f"alice@{XMPP_DOMAIN}/demo", password, self.transcript.sees)
        self.bob = XmppPerson(f"bob@{XMPP_DOMAIN}/demo", password, self.transcript.sees)
        self.carol = IrcPerson("carol", self.transcript.sees)

    async def hold(self):
        try:
            await self.gather()
            await self.talk_in_the_room()
            await self.talk_in_private()
            await self.change_the_subject()
            await self.hear_a_program()
            await self.leave()
        finally:
            self.transcript.is_open = False
            people = (self.alice, self.bob, self.carol)
            await asyncio.gather(*(person.log_out() for person in people), return_exceptions=True)

    async def gather(self):
        await asyncio.gather(self.alice.log_in("127.0.0.1", self.xmpp_port),
                             self.bob.log_in("127.0.0.1", self.xmpp_port),
                             self.carol.log_in("127.0.0.1", self.irc_port))
        self.transcript.does(self.carol, f"joins {CHANNEL} on IRC")
        self.carol.join(CHANNEL)
        await self.carol.sees("joined", where=CHANNEL, who="carol")
        for person in (self.alice, self.bob):
            self.transcript.does(person, f"joins {ROOM} on XMPP")
            person.join(ROOM, person.name)
            for occupant in (person.name, "carol"):
                await person.sees("joined", where=ROOM, who=occupant)
            await self.carol.sees("joined", where=CHANNEL, who=person.name)
        await self.alice.sees("joined", where=ROOM, who="bob")

    async def talk_in_the_room(self):
        """Everybody says a line and everybody sees it; only IRC does not show one's own."""
        for speaker, text in ((self.alice, f"Good afternoon! Today's leaf is {self.word}."),
                              (self.bob, f"{self.word}? I put the kettle on. ☕"),
                              (self.carol, f"Two sugars in my {self.word}, please.")):
            self.transcript.does(speaker, f"says in {CHANNEL}: {text}")
            speaker.say(CHANNEL if speaker is self.carol else ROOM, text)
            for listener in (self.alice, self.bob):
                await listener.sees("line", where=ROOM, who=speaker.name, text=text)
            if speaker is not self.carol:
                await self.carol.sees("line", where=CHANNEL, who=speaker.name, text=text)

    async def talk_in_private(self):
        carol_address = f"carol@{GATEWAY_DOMAIN}"
        text = f"Between us: is {self.word} any good?"
        self.transcript.does(self.alice, f"writes to {carol_address}: {text}")
        self.alice.tell(carol_address, text)
        await self.carol.sees("private", who="alice", text=text)
        text = f"Do not tell bob: {self.word} is the best."
        self.transcript.does(self.carol, f"writes to alice: {text}")
        self.carol.tell("alice", text)
        await self.alice.sees("private", who=carol_address, text=text)

    async def change_the_subject(self):
        text = f"Everything about {self.word}"
        self.transcript.does(self.carol, f"sets the topic of {CHANNEL}: {text}")
        self.carol.set_topic(CHANNEL, text)
        for person in (self.alice, self.bob):
            await person.sees("subject", where=ROOM, who="carol", text=text)

    async def hear_a_program(self):
        """alice makes a webhook in a chat with its service, and reads what a program sends to it."""
        for line, answer in (("register", "registered"), ("new kettle", "/h/")):
            self.transcript.does(self.alice, f"writes to {HOOK_DOMAIN}: {line}")
            since = len(self.alice.seen)
            self.alice.tell(HOOK_DOMAIN, line)
            seen = await self.alice.sees("notice", who=HOOK_DOMAIN, text=answer, since=since)
        self.curl = re.search("curl .*", seen.text)[0]
        url = re.search(r"http://\S+", seen.text)[0]
        text = f"The water for the {self.word} boils."
        print(f"         a program sends to the webhook: {text}", flush=True)
        request = urllib.request.Request(url, data=text.encode(), headers={"Content-Type": "text/plain"})
        await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=10).close())
        await self.alice.sees("private", who=f"kettle@{HOOK_DOMAIN}", text=text)

    async def leave(self):
        for person, others in ((self.alice, [self.bob]), (self.bob, [])):
            self.transcript.does(person, f"leaves {CHANNEL}")
            person.leave(ROOM)
            for witness in (person, *others):
                await witness.sees("left", where=ROOM, who=person.name)
            await self.carol.sees("left", who=person.name)    # by PART, or by QUIT from the last channel


async def hold_while_servers_live(conversation, stack):
    """A server that dies, or an error that somebody is sent, ends the conversation at once."""
    talk = asyncio.ensure_future(conversation.hold())
    try:
        while not talk.done():
            await asyncio.wait([talk], timeout=0.1)
            stack.check()
            if conversation.transcript.errors:
                raise NotSeen(conversation.transcript.errors[0])
        await talk
    finally:
        if not talk.done():
            talk.cancel()
            await asyncio.wait([talk], timeout=10)


HOOKS = """
[http]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[[network]]
jid = "{domain}"
secret = "{secret}"
backend = "webhook"
name = "Webhooks"
"""


def explain_attaching(prosody, ngircd, curl):
    print(f"""
Now you. While this runs:
  XMPP  address {GUEST}@{XMPP_DOMAIN}, password {GUEST_PASSWORD}, server 127.0.0.1, port {prosody.port}
        (no TLS, or TLS with a self-signed certificate); then join the room {ROOM},
        or write to NICKNAME@{GATEWAY_DOMAIN}
        profanity:  /connect {GUEST}@{XMPP_DOMAIN} server 127.0.0.1 port {prosody.port} tls disable
                    /join {ROOM}
  IRC   server 127.0.0.1, port {ngircd.port} (no TLS) or {ngircd.tls_port} (TLS, self-signed), channel {CHANNEL}
        irssi:      irssi -c 127.0.0.1 -p {ngircd.port} -n dave
                    /join {CHANNEL}
  Webhook  what you send is written to alice; for one of your own register with {HOOK_DOMAIN}, and write "new NAME" to it
        {curl}
Ctrl-C stops everything that was started here.""", flush=True)


def run(stack, binary, once):
    password = secrets.token_hex(8)
    prosody = stack.prosody(users={"alice": password, "bob": password, GUEST: GUEST_PASSWORD},
                            components={GATEWAY_DOMAIN: GATEWAY_SECRET, HOOK_DOMAIN: GATEWAY_SECRET})
    ngircd = stack.ngircd()
    hooks = HOOKS.format(port=free_ports(1)[0], domain=HOOK_DOMAIN, secret=GATEWAY_SECRET)
    dragoman = stack.dragoman(binary, prosody, irc_port=ngircd.port, extra=hooks)
    while not prosody.component_is_connected(HOOK_DOMAIN):
        stack.check()
        time.sleep(0.05)
    print(f"  prosody   process {prosody.pid:<8} XMPP on port {prosody.port}, components on {prosody.component_port}")
    print(f"  ngircd    process {ngircd.pid:<8} IRC on port {ngircd.port}, with TLS on {ngircd.tls_port}")
    print(f"  dragoman  process {dragoman.pid:<8} {dragoman.configuration}")

    conversation = Conversation(prosody.port, ngircd.port, password)
    print(f"\nThe conversation; the word of this run is {conversation.word}.", flush=True)
    asyncio.run(hold_while_servers_live(conversation, stack))
    print("\nEverything that was said arrived at the far end.", flush=True)
    if once:
        return
    try:
        explain_attaching(prosody, ngircd, conversation.curl)
        while True:
            time.sleep(0.5)
            stack.check()
    except KeyboardInterrupt:
        print()


def report(failure, stack):
    print(f"\n{failure}", file=sys.stderr)
    if isinstance(failure, NotSeen):
        for server in stack.servers:
            print(server.last_words(4), file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the gateway")
    parser.add_argument("--dir", type=Path, help="a new folder for the private stack; it is kept")
    parser.add_argument("--once", action="store_true", help="end after the conversation")
    arguments = parser.parse_args()
    if arguments.dir and arguments.dir.exists() and any(arguments.dir.iterdir()):
        parser.error(f"{arguments.dir} is not empty: name a new folder")

    folder = arguments.dir or Path(tempfile.mkdtemp(prefix="dragoman-quickstart-"))
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    stack = Stack(folder)
    print(f"The private stack lies in {stack.folder}; it listens on 127.0.0.1 only.", flush=True)
    code = 1
    try:
        run(stack, arguments.binary, arguments.once)
        code = 0
    except (NotSeen, ServerFailed) as failure:
        report(failure, stack)
    except KeyboardInterrupt:
        code = 130
    except SystemExit as ending:
        code = ending.code
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)    # a second Ctrl-C must not leave a server behind
        complaints = stack.stop()    # before anything is printed: perhaps nobody is there to read
    print("All servers are stopped.", flush=True)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
        code = code or 1
    if code == 0 and not arguments.dir:
        shutil.rmtree(folder, ignore_errors=True)
    elif code != 0:
        print(f"Logs and configuration are kept in {stack.folder}.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
