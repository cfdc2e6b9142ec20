#!/usr/bin/python3
"""What the wiretap complains about: each act on both stacks relies on it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from stage import run_suite    # first: it knows where the modules are

from wiretap import FROM_GATEWAY, TO_GATEWAY, Stream, bad_stanzas, stream_errors, unanswered, unwanted_answers

HEADER = b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>"
DOMAIN = "irc.test"
QUESTION = "<iq type='get' id='1' from='a@test/x' to='irc.test'><ping xmlns='urn:xmpp:ping'/></iq>"
ANSWER = "<iq type='result' id='1' to='a@test/x' from='irc.test'/>"
ERROR = "<message type='error' id='2' from='{}' to='{}'><error type='cancel'/></message>"


def a_stream(to_gateway, from_gateway):
    stream = Stream(None, None)
    for direction, text in ((TO_GATEWAY, to_gateway), (FROM_GATEWAY, from_gateway)):
        stream.written[direction].append((0, HEADER + text.encode()))
    return stream


def what_is_right_is_not_complained_of(_):
    error = ERROR.format("a@test/x", "#tea@irc.test")
    stream = a_stream(QUESTION + error, ANSWER)
    assert not [*stream_errors(stream), *unwanted_answers(stream, DOMAIN), *unanswered(stream, DOMAIN)]


def a_question_without_an_answer(_):
    assert unanswered(a_stream(QUESTION, ""), DOMAIN) == [("a@test/x", "irc.test", "1")]
    assert unanswered(a_stream(QUESTION + QUESTION, ANSWER), DOMAIN), "two questions, one answer"


def an_answer_of_another_address(_):
    stream = a_stream(QUESTION, ANSWER.replace("from='irc.test'", "from='IRC.test'"))
    assert unanswered(stream, DOMAIN) and list(unwanted_answers(stream, DOMAIN))


def two_answers(_):
    assert len(list(unwanted_answers(a_stream(QUESTION, ANSWER + ANSWER), DOMAIN))) == 1


def an_answer_to_an_answer(_):
    stream = a_stream("<iq type='result' id='1' from='a@test/x' to='irc.test'/>", ANSWER)
    assert len(list(unwanted_answers(stream, DOMAIN))) == 1


def an_error_for_an_error(_):
    stream = a_stream(ERROR.format("a@test/x", "#tea@irc.test"), ERROR.format("#tea@irc.test", "a@test/x"))
    assert len(list(unwanted_answers(stream, DOMAIN))) == 1


def an_address_that_is_not_ours(_):
    for wrong in (ANSWER.replace("from='irc.test'", "from='test'"), ANSWER.replace("to='a@test/x'", "")):
        assert len(list(bad_stanzas(a_stream(QUESTION, wrong), DOMAIN))) == 1, wrong
    assert not list(bad_stanzas(a_stream(QUESTION, ANSWER), DOMAIN))


def an_error_without_a_code(_):
    condition = "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
    for error, count in ((f"<error type='cancel' code='404'>{condition}</error>", 0),
                         (f"<error type='cancel'>{condition}</error>", 1), ("<error type='cancel' code='404'/>", 1)):
        text = f"<message type='error' from='irc.test' to='a@test/x'>{error}</message>"
        assert len(list(bad_stanzas(a_stream("", text), DOMAIN))) == count, text


def a_stream_error(_):
    error = "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    assert len(list(stream_errors(a_stream("", error)))) == 1
    assert not list(stream_errors(a_stream(error.replace("not-well-formed", "system-shutdown"), "")))


if __name__ == "__main__":
    run_suite("live/wiretap", [
        what_is_right_is_not_complained_of, a_question_without_an_answer, an_answer_of_another_address, two_answers,
        an_answer_to_an_answer, an_error_for_an_error, an_address_that_is_not_ours, an_error_without_a_code,
        a_stream_error])
