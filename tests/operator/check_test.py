#!/usr/bin/python3
"""`dragoman check` against real servers, and with each thing wrong that it is there to find."""

import contextlib
import os
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import (CONFIG, GATEWAY_DOMAIN, OK, Ejabberd, Peer, Skip, Workplace, need, run_suite, small_disk,
                       wait_until)

SECRET = "s3cret"


@contextlib.contextmanager
def with_servers(binary, **configuration):
    """Prosody, ngIRCd and a configuration that is right but for what is given."""
    need("prosody", "ngircd")
    with Workplace(binary) as place:
        place.prosody = place.stack.prosody(components={GATEWAY_DOMAIN: SECRET})
        place.ngircd = place.stack.ngircd()
        place.write_configuration(**{"component_port": place.prosody.component_port, "irc_port": place.ngircd.port,
                                     **configuration})
        yield place


@contextlib.contextmanager
def without_servers(binary):
    """Nothing of the network answers; the rest is right."""
    with Workplace(binary) as place:
        place.write_configuration()
        yield place


def make_database(place):
    """As a gateway leaves it."""
    gateway = place.gateway()
    assert gateway.stop() == 0
    assert place.database.exists() and place.key.exists()


def everything_is_well(binary):
    with with_servers(binary) as place:
        report = place.check()
        assert report.code == OK, report.text
        report.has("ok", "configuration", "1 network")
        report.has("ok", "gateway", "none runs")
        report.has("ok", "database", "the first start makes it")
        report.has("ok", "key", "the first start makes it")
        report.has("ok", "disk of")
        report.has("ok", f"component {GATEWAY_DOMAIN}", "the server takes the secret")
        report.has("ok", "connection to 127.0.0.1", "on this machine")
        report.has("ok", "IRC at 127.0.0.1", "irc.example.test answers")
        assert place.files() == [], f"the check made {place.files()}"


def everything_is_well_on_ejabberd(binary):
    need("erl", "ejabberdctl")
    with Workplace(binary) as place, Peer(b":irc.test CAP * LS :sasl\r\n") as irc:
        ejabberd = place.stack.add(Ejabberd(place.stack.folder_for("ejabberd"), components={GATEWAY_DOMAIN: SECRET}))
        place.write_configuration(ejabberd.component_port, irc.port)
        assert place.check().code == OK
        place.write_configuration(ejabberd.component_port, irc.port, secret="not the secret")
        place.check().failed_only(f"component {GATEWAY_DOMAIN}", "refused the secret", "ejabberd_service")


def a_database_that_was_used_is_described_and_left_alone(binary):
    with with_servers(binary) as place:
        make_database(place)
        before = place.database.read_bytes()
        report = place.check()
        assert report.code == OK, report.text
        report.has("ok", "database", "format", "0 messages", "0 accounts")
        report.has("ok", "key", "it is the one of the database")
        assert place.database.read_bytes() == before


def a_running_gateway_is_not_disturbed(binary):
    with with_servers(binary) as place:
        gateway = place.gateway()
        place.stack.check()
        assert wait_until(gateway.is_connected, 20), gateway.last_words()
        place.prosody.remember_log_position()
        report = place.check()
        assert report.code == OK, report.text
        report.has("ok", "gateway", "it runs", "no login")
        report.has("ok", "database", "format")
        assert not any("component" in line and "takes the secret" in line for line in report.lines), report.text
        assert not place.prosody.component_is_connected(GATEWAY_DOMAIN), "it logged in and put the gateway out"
        assert gateway.is_connected() and "stopping" not in gateway.listen()


def a_wrong_secret(binary):
    with with_servers(binary, secret="not the secret") as place:
        place.check().failed_only(f"component {GATEWAY_DOMAIN}", "refused the secret", "component_secret")


def a_component_that_the_server_does_not_know(binary):
    with with_servers(binary, jid="other.example.localhost") as place:
        place.check().failed_only("component other.example.localhost", "has no component", "Component \"")


def an_xmpp_server_that_is_down(binary):
    with with_servers(binary) as place:
        place.prosody.stop()
        place.check().failed_only(f"component {GATEWAY_DOMAIN}", "refused", "component_ports")
        place.prosody.start()


def a_component_that_another_program_has(binary):
    """Refused by a server that does not put the old one out."""
    answer = (b"<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
              b"xmlns='jabber:component:accept' id='1' from='x'><stream:error><conflict "
              b"xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
    with without_servers(binary) as place, Peer(answer) as xmpp:
        place.write_configuration(component_port=xmpp.port)
        place.check().has("FAILED", f"component {GATEWAY_DOMAIN}", "has a connection", "second dragoman")


def what_is_no_xmpp_server(binary):
    with without_servers(binary) as place, Peer(b"SSH-2.0-x\r\n") as other, Peer(hangs_up=True) as silent:
        place.write_configuration(component_port=other.port)
        place.check().has("FAILED", f"component {GATEWAY_DOMAIN}", "cannot be taken")
        place.write_configuration(component_port=silent.port)
        place.check().has("FAILED", f"component {GATEWAY_DOMAIN}", "component port")


def names_that_nobody_knows(binary):
    with without_servers(binary) as place:
        place.write_configuration(irc_host="irc.nowhere.invalid", xmpp_host="xmpp.nowhere.invalid")
        report = place.check()
        report.has("FAILED", "name irc.nowhere.invalid", "[network.irc]")
        report.has("FAILED", f"component {GATEWAY_DOMAIN}", "xmpp.nowhere.invalid", "[xmpp]")


def an_irc_server_that_is_down(binary):
    with with_servers(binary) as place:
        place.ngircd.stop()
        place.check().failed_only("connection to 127.0.0.1", "refused", "Does the IRC server run?")
        place.ngircd.start()


def an_irc_server_that_is_none(binary):
    with with_servers(binary) as place, Peer(b"SSH-2.0-OpenSSH_9.2\r\n") as other:
        place.write_configuration(place.prosody.component_port, other.port)
        place.check().failed_only("IRC at", "SSH-2.0-OpenSSH_9.2")


def an_irc_server_that_bans_us(binary):
    with with_servers(binary) as place, Peer(b":irc.test NOTICE * :*** Looking you up\r\n"
                                             b"ERROR :Closing Link: [K-lined: open proxy]\r\n") as other:
        place.write_configuration(place.prosody.component_port, other.port)
        place.check().failed_only("IRC at", "K-lined: open proxy", "banned")


def a_certificate_that_is_not_trusted_and_is_pinned(binary):
    with with_servers(binary) as place:
        place.write_configuration(place.prosody.component_port, place.ngircd.tls_port, irc="tls = true")
        line = place.check().failed_only("TLS of 127.0.0.1", "not trusted", "fingerprints = [")
        advice = line[line.index("fingerprints = ["):]
        place.write_configuration(place.prosody.component_port, place.ngircd.tls_port, irc=f"tls = true\n{advice}")
        report = place.check()
        assert report.code == OK, report.text
        report.has("ok", "TLS of 127.0.0.1", "pinned")


def tls_on_a_port_without_it(binary):
    with with_servers(binary) as place:
        place.write_configuration(place.prosody.component_port, place.ngircd.port, irc="tls = true")
        place.check().failed_only("TLS of 127.0.0.1")


def a_database_of_a_newer_program(binary):
    with without_servers(binary) as place:
        make_database(place)
        with contextlib.closing(sqlite3.connect(place.database)) as database:
            database.execute("PRAGMA user_version = 99")
        place.check().has("FAILED", "database", "newer dragoman", "install the newer program")
        done = place.run("--config", place.configuration)
        assert done.returncode == CONFIG and "newer dragoman" in done.stderr, done


def a_damaged_database(binary):
    with without_servers(binary) as place:
        make_database(place)
        size = place.database.stat().st_size
        os.truncate(place.database, size - 4096)
        place.check().has("FAILED", "database", "damaged")


def a_key_that_is_missing_or_another(binary):
    with without_servers(binary) as place:
        make_database(place)
        key = place.key.read_bytes()
        place.key.write_bytes(b"k" * 32)
        place.check().has("FAILED", "key", "not the one that the database was encrypted with")
        place.key.unlink()
        place.check().has("FAILED", "key", "missing")
        place.key.write_bytes(key)
        place.key.chmod(0o644)
        place.check().has("FAILED", "key", "chmod 600")


def a_folder_that_is_missing(binary):
    with without_servers(binary) as place:
        place.data.rmdir()
        place.check().has("FAILED", "database", f"mkdir -m 700 {place.data}")
        place.data.mkdir()


def files_that_root_left_behind(binary):
    if os.geteuid() != 0:
        raise Skip("only root can leave files that belong to somebody else")
    with without_servers(binary) as place:
        make_database(place)
        os.chown(place.data, 65534, 65534)
        report = place.check()
        report.has("FAILED", f"owner of {place.database}:", "chown --reference")
        report.has("FAILED", f"owner of {place.database}.lock:")


def a_disk_that_is_nearly_full(binary):
    disk = small_disk("32m")
    with without_servers(binary) as place:
        place.check(wrapper=[*disk, place.data]).has("FAILED", "disk of", "32.0 MiB are free", "refused")


def too_few_open_files(binary):
    with without_servers(binary) as place:
        place.check(wrapper=["prlimit", "--nofile=60:60"]).has("FAILED", "open files", "60", "LimitNOFILE")
        place.check(wrapper=["prlimit", "--nofile=1000:1000"]).has("warning", "open files", "936 connected people")


def a_configuration_with_mistakes(binary):
    with without_servers(binary) as place:
        text = place.configuration.read_text()
        place.configuration.write_text(text.replace("backend", "bakcend"))
        report = place.check()
        assert report.code == CONFIG and "backend" in report.text and not report.lines, report.text
        place.configuration.write_text(text.replace("tls = false", "tsl = false"))    # found by the network
        report = place.check()
        assert report.code == CONFIG and "tsl" in report.text and not report.lines, report.text


def options_that_do_not_fit(binary):
    with without_servers(binary) as place:
        for arguments in (["check"], ["--config", "x.toml", "check", "--config", "x.toml"], ["chekc"], []):
            done = place.run(*arguments)
            assert 100 <= done.returncode <= 127, f"{arguments} -> {done.returncode}"


if __name__ == "__main__":
    run_suite("operator/check", [
        everything_is_well, everything_is_well_on_ejabberd, a_database_that_was_used_is_described_and_left_alone,
        a_running_gateway_is_not_disturbed, a_wrong_secret, a_component_that_the_server_does_not_know,
        an_xmpp_server_that_is_down, a_component_that_another_program_has, what_is_no_xmpp_server,
        names_that_nobody_knows, an_irc_server_that_is_down, an_irc_server_that_is_none, an_irc_server_that_bans_us,
        a_certificate_that_is_not_trusted_and_is_pinned, tls_on_a_port_without_it, a_database_of_a_newer_program,
        a_damaged_database, a_key_that_is_missing_or_another, a_folder_that_is_missing, files_that_root_left_behind,
        a_disk_that_is_nearly_full, too_few_open_files, a_configuration_with_mistakes, options_that_do_not_fit])
