"""The line between the gateway and the XMPP server, listened to: all that either of them writes is kept, and `complaints`
says afterwards what no component may do. The line can be cut, and mended.

    tap = Wiretap(prosody)
    Dragoman(binary, folder, tap, ...)    # tap stands for the server
    tap.cut()
    tap.mend()
    assert not tap.complaints(2, "irc.example.localhost")
"""

import collections
import socket
import threading
import time

from slixmpp.xmlstream import ET

STREAMS = "{http://etherx.jabber.org/streams}"
COMPONENT = "{jabber:component:accept}"
TO_GATEWAY, FROM_GATEWAY = "to the gateway", "from the gateway"
CONDITIONS = "urn:ietf:params:xml:ns:xmpp-stanzas"
ANSWERS = ("result", "error")


class Stream:
    """One connection of the component, and what was written on it in each direction."""

    def __init__(self, gateway, server):
        self.sockets = {TO_GATEWAY: (server, gateway), FROM_GATEWAY: (gateway, server)}
        self.written = {TO_GATEWAY: [], FROM_GATEWAY: []}    # (when, bytes)
        self.over = threading.Event()

    def pump(self, direction):
        source, sink = self.sockets[direction]
        try:
            while data := source.recv(1 << 16):
                self.written[direction].append((time.monotonic(), data))    # first: what arrives is on record
                sink.sendall(data)
        except OSError:
            pass
        self.close()

    def close(self):
        self.over.set()
        for each in self.sockets[TO_GATEWAY]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stanzas(self, direction):
        """What is complete of it, in order; the header of the stream is not among them."""
        return [stanza for _, stanza in self.timed_stanzas(direction)]

    def timed_stanzas(self, direction):
        """The same with the time of each, in seconds of the monotonic clock."""
        parser = ET.XMLPullParser(("start", "end"))
        depth, found = 0, []
        for when, data in list(self.written[direction]):
            parser.feed(data)
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 1:
                    found.append((when, element))
        return found

    def was_let_in(self):
        return any(each.tag == f"{COMPONENT}handshake" for each in self.stanzas(TO_GATEWAY))


class Wiretap:
    def __init__(self, server):
        self.server = server
        self.streams = []
        self.cuts = 0
        self.is_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.component_port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    # What the gateway's side of the tests asks of an XMPP server.

    def remember_log_position(self):
        self.server.remember_log_position()

    def component_is_connected(self, domain):
        return self.server.component_is_connected(domain)

    def _accept(self):
        while True:
            try:
                gateway, _ = self._listener.accept()
            except OSError:
                return
            if self.is_cut:
                gateway.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.server.component_port), timeout=5)
                server.settimeout(None)
            except OSError:    # not there, and that is what the gateway is told
                gateway.close()
                continue
            stream = Stream(gateway, server)
            self.streams.append(stream)
            for direction in (TO_GATEWAY, FROM_GATEWAY):
                threading.Thread(target=stream.pump, args=(direction,), daemon=True).start()

    def cut(self):
        """As when a cable is pulled: what is under way is lost."""
        self.is_cut = True
        for stream in self.streams:
            stream.close()

    def mend(self):
        self.is_cut = False
        self.cuts += 1

    def written(self, direction):
        """All stanzas of all streams, in order."""
        return [each for stream in self.streams for each in stream.stanzas(direction)]

    def stop(self):
        self._listener.close()
        for stream in self.streams:
            stream.close()

    def complaints(self, allowed_streams, domain, patience=16):
        """Sentences. `allowed_streams` is how often somebody gave the gateway a reason to connect anew. `domain`: the
        gateway's, or all of them."""
        found = []
        let_in = [stream for stream in self.streams if stream.was_let_in()]
        if len(let_in) > allowed_streams:
            found.append(f"the component stream was opened {len(let_in)} times, with {allowed_streams} reasons for it")
        for stream in self.streams:
            found += stream_errors(stream)
            found += bad_stanzas(stream, domain)
            found += unwanted_answers(stream, domain)
        for stream in self.streams[-1:]:    # who is killed answers nothing more
            deadline = time.monotonic() + patience
            while not stream.over.is_set() and unanswered(stream, domain) and time.monotonic() < deadline:
                time.sleep(0.05)
            if not stream.over.is_set():
                found += [f"no answer by {whom} to the question {ident} of {who}"
                          for who, whom, ident in unanswered(stream, domain)]
        return found


def stream_errors(stream):
    """The end of a server or of a gateway is none of ours, and neither is one that takes the place of another."""
    for direction in (TO_GATEWAY, FROM_GATEWAY):
        for each in stream.stanzas(direction):
            conditions = {condition.tag.rpartition("}")[2] for condition in each}
            if each.tag == f"{STREAMS}error" and not conditions & {"system-shutdown", "conflict"}:
                yield f"stream error {direction}: {ET.tostring(each, encoding='unicode')}"


def bad_stanzas(stream, domain):
    """Servers close the stream for an address that is not ours or none; old clients read only the code of an error."""
    for each in stream.stanzas(FROM_GATEWAY):
        if each.tag not in (f"{COMPONENT}message", f"{COMPONENT}presence", f"{COMPONENT}iq"):
            continue
        text = ET.tostring(each, encoding="unicode")
        if not is_ours(each.get("from"), domain) or not each.get("to"):
            yield f"a stanza without a right address: {text}"
        if each.get("type") == "error":
            error = each.find(f"{COMPONENT}error")
            conditions = [] if error is None else [
                condition for condition in error if condition.tag.startswith(f"{{{CONDITIONS}}}")
                and condition.tag != f"{{{CONDITIONS}}}text"]
            if len(conditions) != 1 or not error.get("type") or not error.get("code"):
                yield f"an error without its condition, type or code: {text}"


def is_ours(address, domain):
    domains = (domain,) if isinstance(domain, str) else domain
    return (address or "").partition("/")[0].rpartition("@")[2] in domains


def questions(stream, domain):
    """(who, whom, id) -> how often"""
    return collections.Counter((each.get("from"), each.get("to"), each.get("id")) for each in stream.stanzas(TO_GATEWAY)
                               if each.tag == f"{COMPONENT}iq" and each.get("type") in ("get", "set")
                               and is_ours(each.get("to"), domain) and not is_ours(each.get("from"), domain))


def answers(stream, domain):
    return collections.Counter((each.get("to"), each.get("from"), each.get("id"))
                               for each in stream.stanzas(FROM_GATEWAY) if each.tag == f"{COMPONENT}iq"
                               and each.get("type") in ANSWERS and not is_ours(each.get("to"), domain))


def unanswered(stream, domain):
    given = answers(stream, domain)
    return [question for question, times in questions(stream, domain).items() if given[question] < times]


def unwanted_answers(stream, domain):
    """More than one answer, an answer to nothing, an error for an error (RFC 6120 8.2.3, 8.3.1)."""
    asked = questions(stream, domain)
    for (who, whom, ident), times in answers(stream, domain).items():
        if times > asked[who, whom, ident]:
            yield f"{times} answers by {whom} to {asked[who, whom, ident]} questions {ident} of {who}"
    to_gateway = stream.stanzas(TO_GATEWAY)
    wrong = {(each.get("from"), each.get("to"), each.get("id")) for each in to_gateway
             if each.get("type") == "error" and each.get("id")}
    right = {(each.get("from"), each.get("to"), each.get("id")) for each in to_gateway if each.get("type") != "error"}
    for each in stream.stanzas(FROM_GATEWAY):
        key = each.get("to"), each.get("from"), each.get("id")
        if each.get("type") == "error" and key in wrong - right:
            yield f"an error for an error: {ET.tostring(each, encoding='unicode')}"
