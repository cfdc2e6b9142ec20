"""How people go, and what becomes of them while they are there: every status code of XEP-0045 that IRC can cause."""

import asyncio

from season import needs
from stage import CHANNEL, ROOM
from stanzas import MUC_USER, codes, describe, hats, is_from, text_of

KICK, BAN, OUTAGE, SHUTDOWN = 307, 301, 333, 332


async def a_kick_names_its_actor_and_reason(stage):
    """307: the others see who, by whom and why; oneself with 110."""
    carol, dave = await asyncio.gather(stage.irc("carol"), stage.irc("dave"))
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    since = alice.now()
    await operator(carol, dave)
    carol.send(f"KICK {CHANNEL} dave :too loud")
    await alice.is_told(ROOM, f"dave is gone: none/none [{KICK}] by carol: too loud", since)
    since, of_bob = alice.now(), bob.now()
    carol.send(f"KICK {CHANNEL} alice :spam")
    await alice.is_told(ROOM, f"alice is gone: none/none [110 {KICK}] by carol: spam", since)
    await bob.is_told(ROOM, f"alice is gone: none/none [{KICK}] by carol: spam", of_bob)
    await alice.catches_up()
    assert len(alice.told_by(ROOM, since)) == 1, alice.told_by(ROOM, since)
    await stage.enters(alice, carol)    # a kick is no ban, and there is no ghost of the first time


async def operator(carol, *others):
    """Who came first on an empty channel has +o; here it must be carol."""
    if f"@{carol.name}" in await carol.asks(f"NAMES {CHANNEL}", "353"):
        return
    first = next(other for other in others if f"@{other.name}" in await other.asks(f"NAMES {CHANNEL}", "353"))
    await first.sets_mode(CHANNEL, f"+o {carol.name}")
    await first.sets_mode(CHANNEL, f"-o {first.name}")


async def a_ban_and_a_kick_are_301(stage):
    """IRC bans and kicks in two lines; the room tells it as one, and the affiliation is outcast."""
    carol = await stage.irc("carol")
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    of_alice, of_bob = alice.now(), bob.now()
    carol.send(f"MODE {CHANNEL} +b alice!*@*", f"KICK {CHANNEL} alice :never again")
    await alice.is_told(ROOM, f"alice is gone: outcast/none [110 {BAN}] by carol: never again", of_alice)
    await bob.is_told(ROOM, f"alice is gone: outcast/none [{BAN}] by carol: never again", of_bob)


async def who_leaves_says_goodbye(stage):
    """PART and QUIT of free will have no code, and their text."""
    carol, dave = await asyncio.gather(stage.irc("carol"), stage.irc("dave"))
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    await operator(carol, dave)
    dave.send(f"PART {CHANNEL} :Tea time")
    await alice.is_told(ROOM, "dave is gone: none/none: Tea time", since)
    since = alice.now()
    dave.join(CHANNEL)
    await alice.is_told(ROOM, "dave is here: none/participant", since)
    dave.send("QUIT :Good night")
    gone = await alice.gets("dave gone", lambda stanza: stanza.get("type") == "unavailable", since)
    assert codes(gone) == [] and "Good night" in describe(gone), describe(gone)


async def a_connection_that_breaks_is_333(stage):
    """Nobody did it, and nobody said goodbye; the text is what the server says of it."""
    carol, dave = await asyncio.gather(stage.irc("carol"), stage.irc("dave"))
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    dave.breaks_off()
    gone = await alice.gets("dave gone", lambda stanza: stanza.get("type") == "unavailable", since)
    said = await carol.gets("QUIT", lambda line: line.startswith(":dave!") and " QUIT " in line)
    assert codes(gone) == [OUTAGE], f"{describe(gone)}, after {said}"
    assert describe(gone).endswith(f": {said.partition(' QUIT :')[2]}"), f"{describe(gone)}, after {said}"


@needs("plain quits")
async def a_ping_timeout_is_333(stage):
    """In the words of the server; InspIRCd is told here to show a QUIT as it was said."""
    carol, dave = await asyncio.gather(stage.irc("carol"), stage.irc("dave"))
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    dave.send("QUIT :Ping timeout: 121 seconds")
    await alice.is_told(ROOM, f"dave is gone: none/none [{OUTAGE}]: Ping timeout: 121 seconds", since)


async def who_is_killed_by_an_operator_is_333(stage):
    """KILL is no kick: others see 333; whose own connection it was is told so, and stays."""
    carol, dave, oscar = await asyncio.gather(stage.irc("carol"), stage.irc("dave"), stage.irc("erin", channel=None))
    alice, bob = await stage.xmpp_in_room("alice", carol), await stage.xmpp_in_room("bob", carol)
    await oscar.becomes_operator()
    of_alice = alice.now()
    oscar.send("KILL dave :no more")
    gone = await alice.gets("dave gone", lambda stanza: stanza.get("type") == "unavailable", of_alice)
    assert codes(gone) == [OUTAGE], describe(gone)
    of_alice, of_bob = alice.now(), bob.now()
    oscar.send("KILL alice :oops")
    gone = await bob.gets("alice gone", lambda stanza: stanza.get("type") == "unavailable"
                          and stanza.get("from") == f"{ROOM}/alice", of_bob)
    assert codes(gone) == [OUTAGE], describe(gone)
    # The gateway does not come back at once to where it was thrown out, and says so; alice keeps her room.
    await alice.gets("a word from the room", lambda stanza: describe(stanza).startswith("the room says:"), of_alice)
    mine = [line for line in alice.told_by(ROOM, of_alice) if line.startswith("alice is gone")]
    assert not mine, mine


async def a_netsplit_is_333_for_all_behind_it(stage):
    second = stage.second_irc_server()
    carol = await stage.irc("carol")
    dave = await arrives_at(stage, "dave", second, carol)
    erin = await arrives_at(stage, "erin", second, carol)
    alice = await stage.xmpp_in_room("alice", carol)
    assert "erin is here: none/participant" in alice.told_by(ROOM), alice.told_by(ROOM)
    since = alice.now()
    second.kill()
    stage.stack.servers.remove(second)    # it shall not be blamed for its end
    for name in ("dave", "erin"):
        gone = await alice.gets(f"{name} gone", lambda stanza: stanza.get("from") == f"{ROOM}/{name}"
                                and stanza.get("type") == "unavailable", since)
        assert codes(gone) == [OUTAGE], describe(gone)
    await alice.catches_up()
    assert len(alice.told_by(ROOM, since)) == 2, alice.told_by(ROOM, since)
    for person in (dave, erin):
        stage.people.remove(person)


async def arrives_at(stage, name, server, witness):
    """Somebody on the second server, as soon as the two know each other."""
    from clients import IrcPerson
    person = IrcPerson(name)
    stage.people.append(person)
    await person.log_in("127.0.0.1", server.port)
    deadline = asyncio.get_running_loop().time() + person.patience
    while asyncio.get_running_loop().time() < deadline:
        since = person.now()
        await person.asks("LINKS", "365")
        if len([line for line in person.lines[since:] if " 364 " in line]) > 1:
            break
        await asyncio.sleep(0.02)
    person.join(CHANNEL)
    await person.sees("joined", where=CHANNEL, who=name)
    await witness.sees("joined", where=CHANNEL, who=name)
    return person


async def ranks_are_roles_and_affiliations(stage):
    """~ owner, & and @ admin, % and + member; ~&@% moderate. What is lost by that is a hat (XEP-0317)."""
    carol, dave = await stage.irc("carol"), await stage.irc("dave")
    await carol.becomes_operator()
    alice = await stage.xmpp_in_room("alice", carol)
    for letter, line, hat in (("v", "member/participant", "Voice"), ("h", "member/moderator", "Half-operator"),
                              ("o", "admin/moderator", "Operator"), ("a", "admin/moderator", "Admin"),
                              ("q", "owner/moderator", "Founder")):
        for sign, wanted, hat_on in (("+", line, [hat]), ("-", "none/participant", [])):
            since = alice.now()
            # Only who has a rank may give it; operators of the network override that each in their way.
            carol.send(f"{'SAMODE' if stage.theatre.irc_kind == 'inspircd' else 'MODE'} {CHANNEL} {sign}{letter} dave")
            shown = await alice.is_told(ROOM, f"dave is here: {wanted}", since)
            assert hats(shown) == hat_on, hats(shown)
    since = alice.now()
    carol.send(f"MODE {CHANNEL} +v alice")
    await alice.is_told(ROOM, "alice is here: member/participant [110]", since)
    dave.send("QUIT")


async def in_a_moderated_channel_the_rest_are_visitors(stage):
    """+m: who has no voice is a visitor, and is told so at once; a message of theirs is forbidden."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since = alice.now()
    carol.send(f"MODE {CHANNEL} +m")
    await alice.is_told(ROOM, "alice is here: none/visitor [110]", since)
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='muted'><body>May I?</body></message>")
    await alice.gets_error("muted", "forbidden")
    carol.send(f"MODE {CHANNEL} +v alice")
    await alice.is_told(ROOM, "alice is here: member/participant [110]", since)
    alice.say(ROOM, "Now I may.")
    await carol.sees("line", where=CHANNEL, who="alice", text="Now I may.")
    carol.send(f"MODE {CHANNEL} -m")
    bob = await stage.xmpp_in_room("bob", carol)
    assert "bob is here: none/participant [110]" in bob.told_by(ROOM), bob.told_by(ROOM)


async def settings_that_change_are_told_with_104(stage):
    """10.2.1: clients ask again for what the room is."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    await alice.catches_up()
    since = alice.now()
    carol.send(f"MODE {CHANNEL} +k sesame")
    await alice.is_told(ROOM, "the room tells [104]", since)
    answer = await alice.asks(ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>")
    features = {each.get("var") for each in answer.iter("{http://jabber.org/protocol/disco#info}feature")}
    assert "muc_passwordprotected" in features and "muc_unsecured" not in features, features
    carol.send(f"MODE {CHANNEL} -k sesame")


async def a_clean_stop_is_332(stage):
    """docs/decisions/0004; and after the start everybody is in again."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp_in_room("alice", carol)
    since, on_irc = alice.now(), len(carol.seen)
    assert stage.gateway.stop() == 0, f"the gateway ended{stage.gateway.how_it_ended()}"
    goodbye = await alice.gets("332", lambda stanza: is_from(stanza, ROOM) and SHUTDOWN in codes(stanza), since)
    assert codes(goodbye) == [110, SHUTDOWN] and goodbye.get("type") == "unavailable", describe(goodbye)
    assert text_of(goodbye, f"{MUC_USER}x/{MUC_USER}item/{MUC_USER}reason") or text_of(
        goodbye, "{jabber:client}status"), "it does not say why"
    await carol.sees("left", who="alice", since=on_irc)
    since, on_irc = alice.now(), len(carol.seen)
    stage.gateway.start()
    await carol.sees("joined", where=CHANNEL, who="alice", since=on_irc)
    await alice.is_told(ROOM, "alice is here: none/participant [110]", since)


async def what_a_stranger_says_is_not_acceptable(stage):
    """7.4: only occupants speak; the error carries the id."""
    carol = await stage.irc("carol")
    alice = await stage.xmpp("alice")
    alice.send_xml(f"<message to='{ROOM}' type='groupchat' id='outside'><body>Hello?</body></message>")
    await alice.gets_error("outside", "not-acceptable")
    await carol.catches_up()
    assert not carol.relayed("PRIVMSG"), carol.relayed("PRIVMSG")


ACTS = [a_kick_names_its_actor_and_reason, a_ban_and_a_kick_are_301, who_leaves_says_goodbye,
        a_connection_that_breaks_is_333, a_ping_timeout_is_333, who_is_killed_by_an_operator_is_333, a_netsplit_is_333_for_all_behind_it,
        ranks_are_roles_and_affiliations, in_a_moderated_channel_the_rest_are_visitors,
        settings_that_change_are_told_with_104, a_clean_stop_is_332, what_a_stranger_says_is_not_acceptable]
