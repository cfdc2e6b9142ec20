#!/usr/bin/python3
"""Rules about the source itself: who includes whom, what GCC 12 miscompiles, layout, the list of extensions."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import client_tests
import doap
import includes
import lint_co_await
import manual
from sources import PROJECT, complain, sources
from suite import Skip, run_suite

ARCHITECTURE = PROJECT / "docs/architecture.md"
LONG_FILE = 400
ECHO_LINES = 300


def includes_follow_the_table(_):
    table = includes.read_table(ARCHITECTURE.read_text())
    complain(list(includes.violations(sources("core", "backends"), table)), "forbidden includes")


def includes_check_finds_what_is_forbidden(_):
    """The rule on examples: file, line, and whether it may stand there."""
    table = includes.read_table("""\
| folder | may include (base always) |
|---|---|
| net | |
| xmpp | net (its connection.cpp) |
| chat | |
| gateway | chat xmpp |
| backends | chat |
| backends/irc | chat backends |
| verbs | everything |
""")
    examples = [
        ("core/xmpp/link.cpp", '#include "base/result.hpp"', True),
        ("core/xmpp/link.cpp", '#include "xmpp/link.hpp"', True),
        ("core/xmpp/connection.cpp", '#include "net/loop.hpp"', True),
        ("core/xmpp/link.cpp", '#include "net/loop.hpp"', False),
        ("core/chat/event.hpp", '  #  include "xmpp/jid.hpp"', False),
        ("core/gateway/user.cpp", '#include "config.hpp"', False),
        ("core/gateway/user.cpp", '#include "backends/registry.hpp"', False),
        ("core/main.cpp", '#include "gateway/gateway.hpp"', True),
        ("core/verbs/check.cpp", '#include "backends/registry.hpp"', True),
        ("core/verbs/check.cpp", '#include "config.hpp"', True),
        ("core/gateway/user.cpp", '#include "verbs/verb.hpp"', False),
        ("core/verbs/check.cpp", "#include <boost/asio/post.hpp>", False),
        ("core/strange/new.cpp", '#include "chat/event.hpp"', False),
        ("backends/irc/session.cpp", '#include "backends/irc/state.hpp"', True),
        ("backends/irc/session.cpp", '#include "backends/services.hpp"', True),
        ("backends/irc/session.cpp", '#include "backends/echo/session.hpp"', False),
        ("backends/irc/session.cpp", '#include "gateway/user.hpp"', False),
        ("core/net/loop.cpp", "#include <boost/asio/io_context.hpp>", True),
        ("backends/irc/connection.cpp", "#include <boost/asio/post.hpp>", True),
        ("backends/irc/session.cpp", "#include <boost/beast/core.hpp>", False),
        ("core/base/result.hpp", "#include <boost/system/result.hpp>", True),
        ("core/delivery/content.cpp", "#include <nlohmann/json.hpp>", True),
        ("core/delivery/content.hpp", "#include <nlohmann/json.hpp>", False),
        ("core/delivery/content.hpp", "#include <nlohmann/json_fwd.hpp>", True),
        ("backends/irc/state.hpp", "#include <nlohmann/json.hpp>", False),
        ("backends/matrix/event.hpp", "#include <nlohmann/json.hpp>", True),
        ("core/gateway/room_document.cpp", '#include "gateway/json_text.hpp"', True),
    ]
    wrong = [f"{line} in {path} should be {'allowed' if allowed else 'forbidden'}" for path, line, allowed in examples
             if allowed == bool(list(includes.violations({path: line}, table)))]
    complain(wrong, "examples judged wrongly")


def no_co_await_that_gcc_12_miscompiles(_):
    found = [f"{path}:{line}: {what} in a statement with co_await (GCC 12): name it first"
             for path, text in sources("core", "backends", "tests").items()
             for line, what in lint_co_await.findings(text)]
    complain(found, "dangerous statements")


def lint_co_await_tells_good_from_bad(_):
    bad = [
        'co_await http_.send(HttpRequest{.method = "PUT", .body = text});',
        "co_await run([&x] { return x; });",
        "co_await tasks.spawn([text] { return text; });",
        "const auto got = co_await (fast ? quick() : slow());",
        'co_await say(std::vector<std::string>{"a", "b"});',
        "auto both = std::vector{co_await a(), co_await b()};",
    ]
    good = [
        "const auto response = co_await http_.send(std::move(request));",
        "co_await run([this] { return x_; });",
        "auto [error, size] = co_await stream.read(buffer[0]);",
        "while (a && co_await b()) { int c = d ? 1 : 2; use({c}); }",
        'const Opts opts{.name = "x"}; co_await f(opts);',
        "if (auto line = co_await read(); line) { say({1, 2}); }",
        '// co_await f(Opts{.a = 1});\nco_await f("{ not [code] ? }");',
    ]

    def found(text):
        return list(lint_co_await.findings(f"void f() {{ {text} }}"))

    wrong = [f"not found: {text}" for text in bad if not found(text)]
    wrong += [f"found without reason: {text}" for text in good if found(text)]
    complain(wrong, "examples judged wrongly")


def layout_is_clang_format(_):
    program = clang_format_14()
    files = [path for path in sources("core", "backends", "tests")]
    run = subprocess.run([program, "--dry-run", "--Werror", "--ferror-limit=1", *files], cwd=PROJECT,
                         capture_output=True, text=True)
    unformatted = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error:", run.stderr, re.MULTILINE)))
    complain(unformatted, f"files that {program} -i would change")
    assert run.returncode == 0, run.stderr


def clang_format_14():
    """Other versions format other things."""
    for program in ("clang-format-14", "clang-format"):
        if path := shutil.which(program):
            version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if re.search(r"version 14\.", version):
                return path
    raise Skip("clang-format 14 is not installed: apt-get install --no-install-recommends clang-format-14")


def doap_lists_what_the_source_knows(_):
    listed = doap.read_doap((PROJECT / "docs/doap.xml").read_text())
    assert listed, "docs/doap.xml lists no extension"
    complain(list(doap.unknown_to_the_source(listed, sources("core", "backends"))), "claims without code")


def networks_are_chosen_at_configure_time(_):
    """-DDRAGOMAN_NETWORKS=irc without tests leaves nothing of the echo network."""
    with tempfile.TemporaryDirectory(prefix="dragoman-rules-") as folder:
        run = subprocess.run(["cmake", "-G", "Ninja", "-S", PROJECT, "-B", folder, "-DDRAGOMAN_NETWORKS=irc",
                              "-DDRAGOMAN_TESTS=OFF"], capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        chosen = Path(folder, "generated/backends/networks.inc").read_text().split()
        assert chosen == ["DRAGOMAN_NETWORK(irc)"], f"networks.inc holds {chosen}"
        assert "backends/echo" not in Path(folder, "build.ninja").read_text(), "the echo network is built"


def a_network_is_one_folder_and_one_line(_):
    """The echo network: under 300 lines beside the dialog that it offers, and one line outside its folder."""
    lines = sum(len(text.splitlines()) for path, text in sources("backends/echo").items() if "/dialog." not in str(path))
    assert 0 < lines < ECHO_LINES, f"backends/echo has {lines} lines; a network fits in under {ECHO_LINES}"
    mentions = [f"{path}:{number}: {line.strip()}"
                for path in [PROJECT / "CMakeLists.txt", *PROJECT.glob("c*/**/CMakeLists.txt"),
                             *PROJECT.glob("config/**/*.cmake"), PROJECT / "backends/CMakeLists.txt",
                             *PROJECT.glob("core/**/*.?pp"), *PROJECT.glob("backends/*.?pp"),
                             *PROJECT.glob("backends/irc/**/*.?pp")]
                for number, line in enumerate(path.read_text().splitlines(), 1)
                if re.search(r"DRAGOMAN_NETWORKS\b.*\becho\b|backends[/:]+echo\b|dragoman_echo", line)]
    assert len(mentions) == 1, "outside its folder the echo network stands in:\n" + "\n".join(mentions)


def manual_has_every_key(_):
    tables = manual.sections((PROJECT / "config/man/dragoman.toml.5").read_text())
    networks = {kind: tables.pop(f"[network.{kind}]") for kind in ("irc", "matrix", "webhook")}

    def source(path):
        return (PROJECT / path).read_text()

    read = manual.keys_read("".join(map(source, sorted(PROJECT.glob("core/config*.cpp"))))) - manual.TITLES
    read |= manual.contact_kinds(source("core/xmpp/contact_addresses.hpp"))
    described = set().union(*map(manual.keys_described, tables.values()))
    wrong = manual.differences(read, described)
    for kind, section in networks.items():
        read = manual.keys_read("".join(map(source, sorted(PROJECT.glob(f"backends/{kind}/config*.cpp")))))
        wrong += manual.differences(read, manual.keys_described(section))
    for section in [*networks.values(), *tables.values()]:
        wrong += manual.without_default(section)
    complain(wrong, "differences between the configuration and its manual")


def client_tests_exist(_):
    folder = PROJECT / "tests/scenarios"
    scenarios = {str(path.relative_to(folder).with_suffix("")) for path in folder.glob("*/*.txt")}
    live = {path.stem.removesuffix("_test"): path.read_text() for path in (PROJECT / "tests/live").glob("*_test.py")}
    live |= {f"acts/{path.stem}": path.read_text() for path in (PROJECT / "tests/live/acts").glob("*.py")}
    page = (folder / "clients/README.md").read_text()
    assert len(client_tests.names(page)) > 100, "the page names hardly any test"
    complain(list(client_tests.mistakes(page, scenarios, live)), "differences between clients/README.md and the tests")


def client_tests_check_finds_mistakes(_):
    page = "| `/me` is read | `irc/action`, `live/mcabber/joining`, `live/prosody_ngircd/joining/order` |\n"
    live = {"mcabber": "async def joining(stage):\n", "prosody_ngircd": "", "acts/joining": "async def order(stage):\n"}
    assert not list(client_tests.mistakes(page, {"irc/action"}, live))
    assert len(list(client_tests.mistakes(page, {"irc/actions", "clients/new"}, {"mcabber": "def joining_not():"}))) == 4


def long_files_are_named(_):
    """Only a note: a long file is a question, not a mistake."""
    for path, text in sources("core", "backends", "tests").items():
        if (lines := len(text.splitlines())) > LONG_FILE:
            print(f"note: {path} has {lines} lines", file=sys.stderr)


if __name__ == "__main__":
    os.chdir(PROJECT)
    run_suite("rules", {
        "includes": includes_follow_the_table,
        "includes_check_finds_what_is_forbidden": includes_check_finds_what_is_forbidden,
        "lint_co_await": no_co_await_that_gcc_12_miscompiles,
        "lint_co_await_tells_good_from_bad": lint_co_await_tells_good_from_bad,
        "format": layout_is_clang_format,
        "doap": doap_lists_what_the_source_knows,
        "networks": networks_are_chosen_at_configure_time,
        "a_network_is_one_folder_and_one_line": a_network_is_one_folder_and_one_line,
        "manual": manual_has_every_key,
        "client_tests": client_tests_exist,
        "client_tests_check_finds_mistakes": client_tests_check_finds_mistakes,
        "file_length": long_files_are_named,
    })
