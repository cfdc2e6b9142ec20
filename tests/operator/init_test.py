#!/usr/bin/python3
"""`dragoman init`: asked on a pipe and by options, and what it says to Prosody and ejabberd, used as it is."""

import contextlib
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from workplace import CONFIG, GATEWAY_DOMAIN, OK, Ejabberd, Prosody, Skip, Workplace, need, run_suite, wait_until

SECRET = re.compile(r'^secret\s*= "([0-9a-f]{64})"$', re.MULTILINE)


def answers(place, kind="prosody", component_port=5347, irc="irc://127.0.0.1:6667"):
    return [kind, f"127.0.0.1:{component_port}", GATEWAY_DOMAIN, "irc", irc, "", str(place.database)]


def as_options(place, **settings):
    names = ("--server-kind", "--server", "--domain", "--network", "--irc-server", "--allow", "--data")
    given = dict(zip(names, answers(place, **settings)))
    return [word for name, answer in given.items() if answer for word in (name, answer)]


def init(place, *options, given="", code=OK):
    """Runs it; the secret, once there is one, is in what it says exactly once, and on standard output."""
    done = place.run("init", "--output", place.configuration, *options, given=given, tells_secret=True)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    if code == OK:
        (place.secret,) = SECRET.findall(place.configuration.read_text())
        assert done.stdout.count(place.secret) == 1 and place.secret not in done.stderr, done
        place.secrets.add(place.secret)
    else:
        assert not done.stdout, done.stdout
    return done


def answers_on_a_pipe(binary):
    with Workplace(binary) as place:
        done = init(place, given="\n".join(answers(place)) + "\n")
        assert done.stderr.count("/5 ") == 7 and "5/5" in done.stderr, "five questions, the first and the third in two parts"
        assert place.configuration.stat().st_mode & 0o777 == 0o600
        assert place.key.stat().st_mode & 0o777 == 0o600 and len(place.key.read_bytes()) == 32
        assert not place.database.exists()
        assert place.run("--config", place.configuration, "--check-config").returncode == OK
        text = place.configuration.read_text()
        assert 'allow   = ["example.localhost"]' in text, "the proposal for who may use it is the parent domain"
        assert f'Component "{GATEWAY_DOMAIN}"' in done.stdout and "?" not in done.stdout
        for step in ("systemctl restart prosody", f"dragoman check --config {place.configuration}",
                     f"dragoman --config {place.configuration}"):
            assert step in done.stderr, f"{step} is not said"


def wrong_answers_are_asked_again(binary):
    with Workplace(binary) as place:
        good = answers(place)
        wrong = ["openfire", "127.0.0.1:5222", "alice@example.org", "icq", "irc.example.net:6667", "a@b/c",
                 str(place.data)]
        done = init(place, given="".join(f"{bad}\n{right}\n" for bad, right in zip(wrong, good)))
        for reason in ("prosody and ejabberd", "port of clients", "no domain", "irc and matrix", "without TLS", "neither a domain",
                       "is a folder"):
            assert reason in done.stderr, f"not said: {reason}"
        assert place.run("--config", place.configuration, "--check-config").returncode == OK


def options_answer_everything(binary):
    with Workplace(binary) as place:
        done = init(place, *as_options(place, kind="ejabberd"), "--yes")
        assert "/5" not in done.stderr, "something was asked"
        assert "module: ejabberd_service" in done.stdout and "ejabberdctl reload_config" in done.stderr
        assert place.run("--config", place.configuration, "--check-config").returncode == OK


def matrix_has_a_homeserver(binary):
    with Workplace(binary) as place:
        done = init(place, "--yes", "--homeserver", "matrix.org", "--domain", "matrix.example.org",
                    "--data", str(place.database))
        assert 'Component "matrix.example.org"' in done.stdout, done.stdout
        written = place.configuration.read_text()
        assert 'backend = "matrix"' in written and 'homeserver = "matrix.org"' in written, written
        assert place.run("--config", place.configuration, "--check-config").returncode == OK


def a_wrong_option_is_named(binary):
    with Workplace(binary) as place:
        done = init(place, *as_options(place, kind="openfire"), "--yes", code=CONFIG)
        assert "--server-kind:" in done.stderr, done.stderr
        assert not place.configuration.exists() and place.files() == []


def an_end_of_the_answers_writes_nothing(binary):
    with Workplace(binary) as place:
        for count in range(6):
            given = "".join(f"{answer}\n" for answer in answers(place)[:count])
            assert "nothing was written" in init(place, given=given, code=CONFIG).stderr
        assert not place.configuration.exists() and place.files() == []


def a_configuration_is_not_overwritten(binary):
    with Workplace(binary) as place:
        init(place, *as_options(place), "--yes")
        text, key, secret = place.configuration.read_text(), place.key.read_bytes(), place.secret
        assert "--force" in init(place, *as_options(place), "--yes", code=CONFIG).stderr
        assert place.configuration.read_text() == text
        init(place, *as_options(place), "--yes", "--force")
        assert place.secret != secret and place.key.read_bytes() == key, "a new secret; the key of the data stays"


def a_place_that_cannot_be_written_is_told_before_the_questions(binary):
    with Workplace(binary) as place:
        done = place.run("init", "--output", place.folder / "nowhere/irc.toml")
        assert done.returncode == CONFIG and "/5" not in done.stderr and "nowhere" in done.stderr, done


def folders_are_made_for_us_alone(binary):
    with Workplace(binary) as place:
        place.database = place.data / "new/folder/irc.db"
        init(place, *as_options(place), "--yes")
        assert (place.data / "new").stat().st_mode & 0o777 == 0o700
        assert Path(f"{place.database}.key").stat().st_mode & 0o777 == 0o600


def a_folder_of_the_service_lets_its_group_read(binary):
    """As the package makes them: /etc/dragoman is root:dragoman, /var/lib/dragoman dragoman:dragoman."""
    if os.geteuid() != 0:
        raise Skip("only root can set up what belongs to somebody else")
    with Workplace(binary) as place:
        os.chown(place.folder, 0, 65534)
        os.chown(place.data, 65534, 65534)
        init(place, *as_options(place), "--yes")
        status = place.configuration.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (0, 65534, 0o640), status
        status = place.key.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o600), status


@contextlib.contextmanager
def irc_server(place):
    need("ngircd")
    yield f"irc://127.0.0.1:{place.stack.ngircd().port}"


def gateway_connects(place, xmpp_server):
    report = place.check()
    assert report.code == OK, report.text
    report.has("ok", f"component {GATEWAY_DOMAIN}", "takes the secret")
    gateway = place.gateway()
    assert wait_until(gateway.is_connected, 20), gateway.last_words()
    assert xmpp_server.component_is_connected(GATEWAY_DOMAIN)


def prosody_takes_what_is_said(binary):
    need("prosody")
    with Workplace(binary) as place, irc_server(place) as irc:
        folder = place.stack.folder_for("prosody")
        prosody = Prosody(folder)
        done = init(place, *as_options(place, component_port=prosody.component_port, irc=irc), "--yes")
        with (folder / "prosody.cfg.lua").open("a") as configuration:
            configuration.write(done.stdout)
        place.stack.add(prosody)
        gateway_connects(place, prosody)


def ejabberd_takes_what_is_said(binary):
    """What stands below `listen:` is put below the `listen:` that is there, as the steps say."""
    need("erl", "ejabberdctl")
    with Workplace(binary) as place, irc_server(place) as irc:
        folder = place.stack.folder_for("ejabberd")
        ejabberd = Ejabberd(folder)
        options = as_options(place, kind="ejabberd", component_port=ejabberd.component_port, irc=irc)
        done = init(place, *options, "--yes")
        configuration = folder / "ejabberd.yml"
        before, own_listener, modules = re.split(r"(?=^  - port: %d$)|(?=^modules:)" % ejabberd.component_port,
                                                 configuration.read_text(), flags=re.MULTILINE)
        assert "ejabberd_service" in own_listener
        _, listener = done.stdout.split("listen:\n")
        configuration.write_text(before + listener + modules)
        place.stack.add(ejabberd)
        gateway_connects(place, ejabberd)


if __name__ == "__main__":
    run_suite("operator/init", [
        answers_on_a_pipe, wrong_answers_are_asked_again, options_answer_everything, matrix_has_a_homeserver,
        a_wrong_option_is_named,
        an_end_of_the_answers_writes_nothing, a_configuration_is_not_overwritten,
        a_place_that_cannot_be_written_is_told_before_the_questions, folders_are_made_for_us_alone,
        a_folder_of_the_service_lets_its_group_read, prosody_takes_what_is_said, ejabberd_takes_what_is_said])
