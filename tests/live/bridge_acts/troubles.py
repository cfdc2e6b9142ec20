"""What becomes of the bridge where it is thrown out, kept out or cut off: the state says so, the operator is told once, what is said meanwhile
waits, and the other rooms notice nothing."""

from bridge_stage import GATEWAY_DOMAIN, SECOND_IRC_DOMAIN

ADMIN = "http://jabber.org/protocol/muc#admin"
OWNER = "http://jabber.org/protocol/muc#owner"


async def grants(person, item):
    answer = await person.asks(person.room, f"<query xmlns='{ADMIN}'><item {item}/></query>", kind="set")
    assert answer.get("type") == "result", f"{item} was refused"


async def configures(person, **fields):
    values = "".join(f"<field var='muc#roomconfig_{name}'><value>{value}</value></field>" for name, value in fields.items())
    answer = await person.asks(person.room, f"<query xmlns='{OWNER}'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                               f"<value>http://jabber.org/protocol/muc#roomconfig</value></field>{values}</x></query>", kind="set")
    assert answer.get("type") == "result", f"{fields} was refused"


async def operator_is_told(stage, *words, since=0):
    """In a chat, by the network that it is about."""
    seen = await stage.owner.sees("notice", text=words[0], since=since)
    assert all(word in seen.text for word in words), seen
    return seen


async def goes_on(stage, leg, text):
    """After the operator's word what was said meanwhile is told, then what is new."""
    said = await stage.verb("bridge", "resume", "dev")
    assert "goes on" in said, said
    await stage.all_are_in([leg])
    await stage.everybody[leg].hears(text)
    other = "ngircd" if leg != "ngircd" else "prosody"
    await stage.says(other, f"welcome back to {leg}")
    await stage.everybody[leg].hears(f"welcome back to {leg}", stage.everybody[other].name)
    await stage.says(leg, f"hello from {leg}")
    await stage.everybody[other].hears(f"hello from {leg}", stage.everybody[leg].name)
    assert stage.everybody[leg].count(text) == 1


async def out_of(stage, leg, address, *words):
    """It is out, which the operator hears; the others go on talking."""
    await stage.are("out", [leg])
    await operator_is_told(stage, "dev is not in", address, *words)
    text = f"while {leg} is out"
    speaker = "dave" if leg != "inspircd" else "carol"
    await getattr(stage, speaker).says(text)
    for person in stage.others(leg, "inspircd" if leg != "inspircd" else "ngircd").values():
        await person.hears(text)
    return text


async def kicked_from_a_room_of_prosody(stage):
    await stage.opens()
    await grants(stage.alice, f"nick='{stage.bot}' role='none'")
    text = await out_of(stage, "prosody", stage.legs["prosody"], "kicked")
    await goes_on(stage, "prosody", text)


async def banned_from_a_room_of_ejabberd(stage):
    await stage.opens()
    bot = f"bridge-dev@{GATEWAY_DOMAIN}"
    await grants(stage.erika, f"jid='{bot}' affiliation='outcast'")
    text = await out_of(stage, "ejabberd", stage.legs["ejabberd"], "banned", "not tried again")
    # The word of the operator alone does not help.
    since = len(stage.owner.seen)
    await stage.verb("bridge", "resume", "dev")
    await operator_is_told(stage, "dev is not in", stage.legs["ejabberd"], "banned", since=since)
    await stage.are("out", ["ejabberd"])
    await grants(stage.erika, f"jid='{bot}' affiliation='member'")    # with none it would be a visitor
    await goes_on(stage, "ejabberd", text)


async def without_a_voice_in_a_room_of_ejabberd(stage):
    """Which is moderated, as all of ejabberd are unless somebody says otherwise."""
    await stage.opens()
    await grants(stage.erika, f"nick='{stage.bot}' role='visitor'")
    await stage.carol.says("can you hear me?")
    await operator_is_told(stage, "dev has no voice in", stage.legs["ejabberd"])
    await stage.dave.says("nor me?")
    await stage.alice.hears("nor me?", stage.dave.name)
    await grants(stage.erika, f"nick='{stage.bot}' role='participant'")
    await stage.erika.hears("can you hear me?", stage.carol.name)
    await stage.erika.hears("nor me?", stage.dave.name)
    assert [each.text for each in stage.erika.heard()] == ["can you hear me?", "nor me?"], stage.erika.heard()


async def only_members_may_enter(stage):
    await stage.opens()
    await configures(stage.alice, membersonly="1")
    text = await out_of(stage, "prosody", stage.legs["prosody"], "member")
    await grants(stage.alice, f"jid='bridge-dev@{GATEWAY_DOMAIN}' affiliation='member'")
    await goes_on(stage, "prosody", text)


async def banned_from_a_channel(stage):
    await stage.opens()
    await stage.carol.sets_mode(stage.channel, f"+b {stage.bot}!*@*")
    stage.carol.send(f"KICK {stage.channel} {stage.bot} :no bots")
    text = await out_of(stage, "ngircd", stage.legs["ngircd"], "banned", "no bots", "not tried again")
    await stage.carol.sets_mode(stage.channel, f"-b {stage.bot}!*@*")
    await goes_on(stage, "ngircd", text)


async def killed_by_the_network(stage):
    """A K-line: the server throws the bot out and lets it in no more, until an operator of the network takes it back."""
    await stage.opens()
    await stage.dave.becomes_operator()
    mask = await whois(stage.dave, stage.bot)
    stage.dave.send(f"KLINE {mask} 1h :no bridges here")
    await stage.are("refused", ["inspircd"])
    await operator_is_told(stage, "dev cannot connect", SECOND_IRC_DOMAIN)
    text = "while inspircd is out"
    await stage.carol.says(text)
    await stage.alice.hears(text)
    await stage.dave.catches_up()
    stage.dave.send(f"KLINE {mask}")
    await stage.dave.catches_up()
    await goes_on(stage, "inspircd", text)


async def whois(operator, bot):
    """ident@* of the bot."""
    line = await operator.asks(f"WHOIS {bot}", "311")
    return f"{line.split(' ')[4]}@*"


async def banned_from_a_room_of_matrix(stage):
    await stage.opens()
    await stage.bob.bans(stage.bob.room, stage.relay.id, "no bots")
    text = await out_of(stage, "synapse", stage.legs["synapse"], "banned")
    await stage.bob.unbans(stage.bob.room, stage.relay.id)
    await goes_on(stage, "synapse", text)


ACTS = [kicked_from_a_room_of_prosody, banned_from_a_room_of_ejabberd, without_a_voice_in_a_room_of_ejabberd,
        only_members_may_enter, banned_from_a_channel, killed_by_the_network, banned_from_a_room_of_matrix]
