"""Logging in to a real network: services that refuse, go, come back, and give nicknames back (irc.md in docs/networks)."""

from acts.accounts import registers, registers_with_nickserv, secret
from acts.joining import join
from irc_servers import SERVICES
from season import needs
from stage import CHANNEL, NETWORK, ROOM
from stanzas import describe, error_of, error_text

WRONG = "not-the-password-of-ivy"


def with_services(stage, more=""):
    return {**stage.with_tls(), "network": f'{NETWORK}\n  services = "atheme"{more}'}


async def is_logged_in(witness, nickname, account):
    """330 stands before the end of WHOIS, when there is an account."""
    answer = await witness.asks(f"WHOIS {nickname}", "330", "318")
    assert f" {nickname} {account} :is logged in as" in answer, answer


async def ends(services, operator):
    """InspIRCd 3.15 of Debian does not notice by itself that they have gone."""
    if services.is_running():
        services.stop()
        services.services_log.unlink()    # by which it is seen that they are ready
    since = operator.now()
    operator.send(f"SQUIT {SERVICES} :gone", "PING squit")
    await operator.gets("the answer", lambda line: "PONG" in line and "squit" in line, since)


def keep_nothing_of(stage, word, *people):
    """No log, no file of the database, and nothing that people got, says it."""
    for path in [stage.gateway.log, *stage.gateway.database.parent.glob("dragoman.db*")]:
        assert not path.is_file() or word.encode() not in path.read_bytes(), f"{path.name} shows a password"
    for person in people:
        for stanza in person.stanzas:
            text = "".join([*stanza.itertext(), *(value for each in stanza.iter() for value in each.attrib.values())])
            assert word not in text, f"{person.name} was told a password: {describe(stanza)}"


@needs("services")
async def a_wrong_password_is_told_and_not_tried_again(stage):
    stage.expects_subscriptions = True
    await registers_with_nickserv(stage, "ivy")
    carol = await stage.irc("carol")
    stage.restart_gateway(**stage.with_tls())
    alice = await stage.xmpp("alice")
    await registers(alice, nick="ivy", password=WRONG)
    since = alice.now()
    alice.send_xml(join("ivy"))
    error = await alice.gets("a refusal", lambda stanza: stanza.get("from") == f"{ROOM}/ivy"
                             and stanza.get("type") == "error", since)
    assert error_of(error) == "not-authorized auth 401", describe(error)
    assert "login failed" in error_text(error), describe(error)
    await carol.catches_up()
    assert not [line for line in carol.relayed("JOIN") if line.startswith(":ivy")], "a room was entered without the account"
    keep_nothing_of(stage, WRONG, alice)


@needs("services")
async def services_go_and_come_back(stage):
    """CAP NEW :sasl: who came while they were away is logged in when they are there again. InspIRCd says it when they come
    with other mechanisms."""
    stage.expects_subscriptions = True
    services = stage.theatre.services
    configuration = services.folder / "atheme.conf"
    whole = configuration.read_text()
    await registers_with_nickserv(stage, "jasmine")
    carol = await stage.irc("carol")
    await carol.becomes_operator()
    stage.restart_gateway(**stage.with_tls())
    alice = await stage.xmpp("alice")
    try:
        await ends(services, carol)
        configuration.write_text(whole.replace('loadmodule "modules/saslserv/external";\n', ""))
        await registers(alice, nick="jasmine", password=secret("jasmine"))
        since = alice.now()
        await stage.enters_as(alice, "jasmine")
        await carol.sees("joined", where=CHANNEL, who="jasmine")
        await alice.gets("that she is not logged in", lambda stanza: "you are not logged in" in describe(stanza), since)
        services.start()
        await alice.gets("that she is logged in", lambda stanza: "You are logged in now." in describe(stanza), since)
        await is_logged_in(carol, "jasmine", "jasmine")
        keep_nothing_of(stage, secret("jasmine"), alice)
    finally:
        configuration.write_text(whole)
        await ends(services, carol)
        services.start()


@needs("services")
async def nickserv_is_asked_where_sasl_cannot_be(stage):
    """Before any room is entered: this one is for people with an account."""
    stage.expects_subscriptions = True
    await registers_with_nickserv(stage, "lily")
    carol = await stage.irc("carol")
    await carol.sets_mode(CHANNEL, "+R")
    stage.restart_gateway(**with_services(stage, '\n  mechanisms = ["SCRAM-SHA-256"]'))
    alice = await stage.xmpp("alice")
    await registers(alice, nick="lily", password=secret("lily"))
    await stage.enters_as(alice, "lily")
    await carol.sees("joined", where=CHANNEL, who="lily")
    await is_logged_in(carol, "lily", "lily")
    keep_nothing_of(stage, secret("lily"), alice)


@needs("services")
async def a_nickname_that_somebody_took_is_given_back(stage):
    """REGAIN: services send away who has it."""
    stage.expects_subscriptions = True
    carol = await stage.irc("carol")
    await registers_with_nickserv(stage, "kay")
    stage.restart_gateway(**with_services(stage))
    thief = await stage.irc("kay", channel=None)
    alice = await stage.xmpp("alice")
    await registers(alice, nick="kay", password=secret("kay"))
    since = alice.now()
    alice.send_xml(join("kay"))
    await carol.gets("kay in the room", lambda line: line.startswith(":kay!") and f"JOIN :{CHANNEL}" in line
                     or line.startswith(":kay_!") and "NICK :kay" in line)
    await alice.gets("herself", lambda stanza: stanza.get("from") == f"{ROOM}/kay"
                     and stanza.get("type") is None, since)
    await is_logged_in(carol, "kay", "kay")
    await thief.gets("another name", lambda line: line.startswith(":kay!") and " NICK " in line)
    keep_nothing_of(stage, secret("kay"), alice)


ACTS = [a_wrong_password_is_told_and_not_tried_again, services_go_and_come_back, nickserv_is_asked_where_sasl_cannot_be,
        a_nickname_that_somebody_took_is_given_back]
