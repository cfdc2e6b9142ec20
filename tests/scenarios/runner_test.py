#!/usr/bin/python3
"""The language of the scenarios itself: what patterns take and refuse, and which files are wrong."""

import sys
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER / "support"), str(FOLDER.parent / "support")]

from configuration import configuration_text, secrets
from irc_line import match_line
from scenario_file import Phrases, WrongFile, read_scenario
from stanza import COMPONENT, BrokenRule, StreamReader, check_addresses, parse_elements
from stanza_pattern import Mismatch, match, parse_patterns
from suite import run_suite

STREAM = f"<stream:stream xmlns='{COMPONENT}' xmlns:stream='http://etherx.jabber.org/streams' to='irc.test'>"


def takes(pattern, stanza, **variables):
    return match(parse_patterns(pattern)[0], parse_elements(stanza)[0], variables)


def refuses(pattern, stanza, **variables):
    try:
        takes(pattern, stanza, **variables)
    except Mismatch:
        return
    raise AssertionError(f"{pattern} takes {stanza}")


def attributes_of_the_pattern_must_be_there(_):
    takes("<iq id='1'/>", "<iq id='1' to='a'/>")
    refuses("<iq id='1'/>", "<iq id='2'/>")
    refuses("<iq id='1'/>", "<iq/>")
    takes("<iq id=''/>", "<iq/>")
    refuses("<iq id=''/>", "<iq id='1'/>")


def a_stanza_without_a_type_has_none(_):
    refuses("<presence/>", "<presence type='unavailable'/>")
    takes("<presence type='*'/>", "<presence type='unavailable'/>")
    takes("<presence><x xmlns='a'/></presence>", "<presence><x xmlns='a' type='form'/></presence>")


def children_are_exactly_those_of_the_pattern(_):
    takes("<message><a/><b/></message>", "<message><b/><a/></message>")
    refuses("<message><a/></message>", "<message><a/><b/></message>")
    refuses("<message><a/><b/></message>", "<message><a/></message>")
    refuses("<message><a/><a/></message>", "<message><a/></message>")
    takes("<message> ... <a/></message>", "<message><b/><a/></message>")
    refuses("<message> ... <a/></message>", "<message><b/></message>")


def of_similar_children_each_has_its_own(_):
    pattern = "<message><s code='${a}'/><s code='1'/></message>"
    assert takes(pattern, "<message><s code='1'/><s code='2'/></message>") == {"a": "2"}
    refuses(pattern, "<message><s code='2'/><s code='3'/></message>")


def text_is_equal(_):
    takes("<message><body>a b</body></message>", "<message><body>a b</body></message>")
    refuses("<message><body>a b</body></message>", "<message><body>a b </body></message>")
    refuses("<message><body/></message>", "<message><body>a</body></message>")
    takes("<message><body>...</body></message>", "<message><body>a</body></message>")
    takes("<message><body>a*c</body></message>", "<message><body>abc</body></message>")
    refuses(r"<message><body>a\*c</body></message>", "<message><body>abc</body></message>")


def namespaces_are_inherited(_):
    takes("<presence><x xmlns='m'><i/></x></presence>", "<presence><x xmlns='m'><i/></x></presence>")
    refuses("<presence><x xmlns='m'><i/></x></presence>", "<presence><x xmlns='m'><i xmlns='n'/></x></presence>")
    refuses("<presence><x/></presence>", "<presence><x xmlns='m'/></presence>")
    takes("<iq type='error'><error><conflict/></error></iq>",
          "<iq type='error'><error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
    refuses("<iq type='error'><error><conflict/></error></iq>", "<iq type='error'><error><conflict/></error></iq>")


def what_was_named_stays_the_same(_):
    assert takes("<iq id='${id}'/>", "<iq id='7'/>") == {"id": "7"}
    refuses("<iq id='${id}'/>", "<iq id='8'/>", id="7")
    refuses("<iq id='${a}' to='${a}'/>", "<iq id='8' to='9'/>")


def lines_are_compared_by_their_parameters(_):
    assert match_line("PRIVMSG #tea :hi", "PRIVMSG #tea hi", {}) is not None
    assert match_line("PRIVMSG #tea :hi", "PRIVMSG #tea :hi there", {}) is None
    assert match_line("PRIVMSG #tea", "PRIVMSG #tea :hi", {}) is None
    assert match_line("QUIT *", "QUIT", {}) is not None
    assert match_line("QUIT *", "QUIT :bye bye", {}) is not None
    assert match_line("@label=${l} PRIVMSG a :b", "@label=7;x=y PRIVMSG a b", {}) == {"l": "7"}
    assert match_line("@label=${l} PRIVMSG a :b", "PRIVMSG a b", {}) is None


def streams_are_read_as_servers_read_them(_):
    for wrong in ("<!-- a -->", "<?a b?>", "<message>", "<a:b/>", f"<message to='{300000 * 'a'}'/>", "<message>\x01"):
        reader = StreamReader(lambda _: None, lambda _: None, lambda: None)
        try:
            reader.feed(f"{STREAM}{wrong}</stream:stream>".encode())
        except BrokenRule:
            continue
        raise AssertionError(f"no server takes {wrong[:30]}")


def addresses_are_checked_as_servers_check_them(_):
    check_addresses(parse_elements("<message from='#a@irc.test/b' to='c@test'/>")[0], "irc.test")
    for wrong in ("<message from='irc.test'/>", "<message to='c@test'/>", "<message from='test' to='c@test'/>",
                  "<message from='#a@irc.test/' to='c@test'/>", "<message from='#a@irc.test/ ' to='c@test'/>",
                  "<iq from='irc.test' to='c@test'/>", "<handshake from='irc.test' to='c@test'/>"):
        try:
            check_addresses(parse_elements(wrong)[0], "irc.test")
        except BrokenRule:
            continue
        raise AssertionError(f"no server takes {wrong}")


def read(text):
    phrases = Phrases(FOLDER / "phrases.txt")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tests/scenarios/a.txt"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        return read_scenario(path, phrases)


def wrong_files_are_found(_):
    title = "# tests/scenarios/a.txt  XEP-0000\n"
    read(title + "alice gets nothing\n")
    for wrong in ("alice gets nothing\n", "# tests/scenarios/b.txt  XEP-0000\n", "# tests/scenarios/a.txt\n",
                  title + "alice dances\n", title + "alice gets    <message>\n", title + "alice gets    <body/>\n",
                  title + "alice gets\n", title + "alice gets nothing    <message/>\n", title + "  alice gets nothing\n",
                  title + "colour: blue\n", title + "other network:\n", title + "alice is in\n", title + "irc   says\n"):
        try:
            read(wrong)
        except WrongFile:
            continue
        raise AssertionError(f"this file is taken: {wrong}")


def a_second_network_has_its_own_address_and_secret(_):
    scenario = read("# tests/scenarios/a.txt  XEP-0000\nother network: tea.test\nalice gets nothing\n")
    networks = tomllib.loads(configuration_text(scenario.overrides, scenario.other_network))["network"]
    assert {each["jid"]: each["secret"] for each in networks} == secrets("tea.test"), networks
    assert list(secrets()) == ["irc.test"]


def phrases_and_repetitions_are_expanded(_):
    scenario = read("# tests/scenarios/a.txt  XEP-0000\neach n in 1..3\n    alice joins also #r{n}\n")
    assert sum("JOIN #r2" in step.body for step in scenario.steps) == 2, scenario.steps


if __name__ == "__main__":
    run_suite("scenarios/runner", [
        attributes_of_the_pattern_must_be_there, a_stanza_without_a_type_has_none,
        children_are_exactly_those_of_the_pattern, of_similar_children_each_has_its_own, text_is_equal,
        namespaces_are_inherited, what_was_named_stays_the_same, lines_are_compared_by_their_parameters,
        streams_are_read_as_servers_read_them, addresses_are_checked_as_servers_check_them, wrong_files_are_found,
        a_second_network_has_its_own_address_and_secret, phrases_and_repetitions_are_expanded,
    ])
