"""The vocabulary of scenarios: one row for each form of a step.

A form is what stands before two or more spaces; its body is what follows on the line and in the block below it.
"""

import re
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError

from certificates import Certificates
from scram import FIRST_INSTEAD, LAST_INSTEAD
from stanza import COMPONENT, parse_elements
from stanza_pattern import STANZAS, parse_patterns

WHO = r"(?P<who>(?!irc\b|server\b|gateway\b|operator\b|stranger\b|strangers\b|target\b|each\b)[a-z][a-z0-9]*(?:/[^ ]+)?|[^ @]+@[^ ]+)"
IRC = r"irc(?:\[(?P<name>[^\]]+)\])?"
OF = r"(?: of (?P<domain>[^ ]+))?"    # which component, when there are two
WITHIN = r"(?: within (?P<seconds>\d+) s)?"
CERTIFICATE = "|".join(Certificates.KINDS)
SCRAM = r"(?P<mechanism>SCRAM-SHA-(?:256|512))"
WRONG = "|".join((*FIRST_INSTEAD, *LAST_INSTEAD))
GATEWAY = r"(?P<which>gateway|other gateway)"

# form, kind of its body, method of Play. Kinds: none, stanzas (to be sent), patterns (of stanzas), lines (of IRC),
# text, word.
FORMS = [
    (rf"{WHO} sends", "stanzas", "person_sends"),
    (rf"{WHO} sends byte by byte", "stanzas", "person_sends_bytes"),
    (rf"{WHO} gets{WITHIN}", "patterns", "person_gets"),
    (rf"{WHO} gets in any order{WITHIN}", "patterns", "person_gets_in_any_order"),
    (rf"{WHO} gets nothing", "none", "person_gets_nothing"),
    (rf"{WHO} ignores", "patterns", "person_ignores"),
    (rf"{WHO} finds what docs/doap.xml lists, together at", "text", "person_finds_what_doap_lists"),

    (rf"{IRC} gets{WITHIN}", "lines", "irc_gets"),
    (rf"{IRC} gets in any order{WITHIN}", "lines", "irc_gets_in_any_order"),
    (rf"{IRC} gets nothing", "none", "irc_gets_nothing"),
    (rf"{IRC} says", "lines", "irc_says"),
    (rf"{IRC} says without an end", "lines", "irc_says_without_end"),
    (r"irc keeps (?P<number>\d+) messages of (?P<target>[^ ]+)", "none", "irc_keeps_many"),
    (r"irc keeps of (?P<target>[^ ]+)", "lines", "irc_keeps"),
    (rf"{IRC} says and keeps of (?P<target>[^ ]+)", "lines", "irc_says_and_keeps"),
    (rf"{IRC} closes", "none", "irc_closes"),
    (rf"{IRC} is closed{WITHIN}", "none", "irc_is_closed"),
    (r"irc answers (?P<pattern>.+)", "lines", "irc_answers"),
    (r"irc stops answering (?P<verb>\w+)", "none", "irc_stops_answering"),
    (rf"irc shows a certificate that is (?P<kind>{CERTIFICATE})", "none", "irc_shows_certificate"),
    (rf"{IRC} has TLS", "none", "irc_has_tls"),
    (rf"{IRC} does {SCRAM} of", "text", "irc_does_scram"),
    (rf"{IRC} does {SCRAM} with (?P<wrong>{WRONG}) of", "text", "irc_does_scram"),
    (r"irc is down", "none", "irc_is_down"),
    (r"irc is up", "none", "irc_is_up"),
    (rf"irc has (?P<count>\d+) connections?{WITHIN}", "none", "irc_has_connections"),

    (r"server sends", "text", "server_sends"),
    (rf"server gets{WITHIN}", "patterns", "server_gets"),
    (r"server greets with", "text", "server_greets"),
    (rf"server gets the stream error{WITHIN}", "word", "server_gets_stream_error"),
    (rf"server closes the stream{OF}", "none", "server_closes"),
    (rf"server closes the stream{OF} with", "word", "server_closes"),
    (rf"server drops the connection{OF}", "none", "server_drops"),
    (r"server refuses streams with", "word", "server_refuses"),
    (rf"server refuses the gateway{WITHIN}", "none", "server_has_refused"),
    (r"server accepts streams", "none", "server_accepts"),
    (r"server has as the secret of (?P<domain>[^ ]+)", "word", "server_has_secret"),
    (r"server is down", "none", "server_is_down"),
    (r"server is up", "none", "server_is_up"),
    (rf"server gets the probe for {WHO}{WITHIN}", "none", "server_gets_probe"),
    (r"server gets no probe", "none", "server_gets_no_probe"),
    (r"server holds back what the gateway sends to itself", "none", "server_holds"),
    (r"server routes what the gateway sends to itself", "none", "server_routes"),

    (r"(?P<names>\$\{\w+\}(?:, \$\{\w+\})+) differ", "none", "values_differ"),

    (rf"{GATEWAY} starts", "none", "gateway_starts"),
    (r"gateway reloads with", "text", "gateway_reloads"),
    (r"gateway reloads the file", "text", "gateway_reloads_file"),
    (r"file (?P<file>[\w.-]+) has", "text", "file_has"),
    (r"gateway hangs", "none", "gateway_hangs"),
    (r"gateway goes on", "none", "gateway_goes_on"),
    (rf"{GATEWAY} is run with", "text", "gateway_is_run"),
    (rf"gateway connects{WITHIN}", "none", "gateway_connects"),
    (rf"{GATEWAY} is killed", "none", "gateway_is_killed"),
    (rf"{GATEWAY} is told to stop", "none", "gateway_is_told_to_stop"),
    (rf"{GATEWAY} exits with (?P<code>\d+){WITHIN}", "none", "gateway_exits"),
    (rf"{GATEWAY} says{WITHIN}", "text", "gateway_says"),
    (r"service manager listens with a watchdog of (?P<seconds>\d+) s", "none", "manager_listens"),
    (rf"service manager hears{WITHIN}", "text", "manager_hears"),
    (rf"watchdog is fed{WITHIN}", "none", "watchdog_is_fed"),
    (rf"watchdog starves{WITHIN}", "none", "watchdog_starves"),
    (rf"{GATEWAY} never says", "text", "gateway_never_says"),
    (r"gateway has said exactly", "text", "gateway_has_said_exactly"),

    (r"operator runs", "text", "operator_runs"),
    (r"operator runs, ending with (?P<code>\d+)", "text", "operator_runs"),
    (r"operator reads", "text", "operator_reads"),
    (r"operator never reads", "text", "operator_never_reads"),

    (rf"stranger asks{WITHIN}", "text", "stranger_asks"),
    (r"stranger gets", "text", "stranger_gets"),
    (r"stranger says", "text", "stranger_says"),
    (r"stranger sends a gzip bomb to", "text", "stranger_sends_gzip_bomb"),
    (r"(?P<count>\d+) strangers are slow at", "text", "strangers_are_slow"),
    (r"others are served meanwhile at", "text", "others_are_served"),

    (rf"target gets{WITHIN}", "text", "target_gets"),
    (r"target gets nothing", "none", "target_gets_nothing"),
    (r"target answers", "text", "target_answers"),
    (r"target knows the secret", "text", "target_knows_secret"),
    (r"target is down", "none", "target_is_down"),
    (r"target is up", "none", "target_is_up"),
]
FORMS = [(re.compile(form), kind, method) for form, kind, method in FORMS]


class WrongStep(Exception):
    """The text says what is wrong."""


@dataclass
class Step:
    where: str
    method: str
    body: str
    text: str              # as written, for reports
    details: dict = field(default_factory=dict)


def read_step(text):
    head, *rest = re.split(r" {2,}", text.head, maxsplit=1)
    method, kind, details = find_form(head)
    if method is None and not rest:
        # `alice gets nothing` has one space only: all of the line is the form, or nothing is.
        raise WrongStep(f"this is neither a step nor a phrase (is its body two spaces away?): {text.head}")
    if method is None:
        # The form itself may be aligned with several spaces: `irc   says     ...`.
        first, _, tail = text.head.partition(" ")
        head, *rest = re.split(r" {2,}", tail.lstrip(), maxsplit=1)
        method, kind, details = find_form(f"{first} {head}")
    if method is None:
        raise WrongStep(f"this is no step: {text.head}")
    lines = rest + [line for _, line in text.block if line]
    body = "\n".join(lines).strip()
    whole = "\n".join([text.head] + [f"    {line}" for _, line in text.block])
    check_body(kind, body)
    return Step(text.where, method, body, whole, {k: v for k, v in details.items() if v is not None})


def find_form(head):
    """`gets` before `gets nothing` would be wrong: the whole head must be the form."""
    head = re.sub(r" +", " ", head.strip())
    for form, kind, method in FORMS:
        if found := form.fullmatch(head):
            return method, kind, found.groupdict()
    return None, None, None


def check_body(kind, body):
    if (kind == "none") == bool(body):
        raise WrongStep(f"nothing belongs there: {body}" if body else "its body is missing")
    if kind == "word" and not re.fullmatch(r"[a-z-]+", body):
        raise WrongStep(f"one word belongs there: {body}")
    if kind == "stanzas" or kind == "patterns":
        try:
            stanzas = parse_elements(body) if kind == "stanzas" else parse_patterns(body)
        except ExpatError as error:
            raise WrongStep(f"this is no XML: {error}: {body}") from error
        if not stanzas:
            raise WrongStep(f"there is no stanza: {body}")
        for stanza in stanzas:
            if stanza.ns != COMPONENT or stanza.name not in STANZAS:
                raise WrongStep(f"this is no stanza: {stanza}")
