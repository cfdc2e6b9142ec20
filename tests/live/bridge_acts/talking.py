"""What is said on one side is read on all others, once, under the name of who said it, in the form that the network has for it."""

from bridge_people import BOT, SILENT
from bridge_stage import EJABBERD_ROOMS, LEGS, PROSODY_ROOMS
from stanzas import CLIENT, nickname, text_of

PROFILE = "com.beeper.per_message_profile"    # MSC4144
VIA = "{urn:dragoman:via:0}via"


async def everybody_is_heard_everywhere_once(stage):
    await stage.opens()
    for leg in LEGS:
        await stage.says(leg, f"good morning from {leg}")
    for leg, person in stage.everybody.items():
        for other, speaker in stage.others(leg).items():
            await person.hears(f"good morning from {other}", speaker.name)
    for leg, person in stage.everybody.items():
        heard = [each.text for each in person.heard()]
        assert sorted(heard) == sorted(f"good morning from {other}" for other in LEGS if other != leg), f"{leg}: {heard}"


async def each_network_shows_who_speaks_in_its_own_way(stage):
    await stage.opens()
    await stage.carol.says("tea?")
    carol = stage.carol.name

    for person, rooms in ((stage.alice, PROSODY_ROOMS), (stage.erika, EJABBERD_ROOMS)):
        stanza = (await person.hears("tea?", carol)).raw
        assert stanza.get("type") == "groupchat" and stanza.get("from").startswith(f"{stage.room}@{rooms}/"), stanza.attrib
        assert stanza.find(VIA) is not None, "nothing says that it came through a gateway"
        if nickname(stanza).startswith(BOT):
            body = text_of(stanza, f"{CLIENT}body")
            assert SILENT.sub("", body) == f"<{carol}> tea?" != body, body    # whoever is called carol is not called

    line = (await stage.dave.hears("tea?", carol)).raw
    assert line.startswith(f":{stage.bot}!") and line.endswith(f" PRIVMSG {stage.channel} :<{carol}> tea?"), line

    event = (await stage.bob.hears("tea?", carol)).raw
    content = event["content"]
    assert event["sender"] == stage.relay.id and content["msgtype"] == "m.text", event
    assert content[PROFILE]["displayname"] == carol and content["body"] == f"**{carol}**: tea?", content
    assert content["m.mentions"] == {}, content

    data = (await stage.hook.hears("tea?", carol)).raw["data"]
    assert (data["kind"], data["from"]["nick"], data["room"]["name"]) == ("groupchat", carol, f"ci-{stage.number}"), data
    assert len(data["via"]) == 1 and data["hops"] >= 1, data


async def in_xmpp_rooms_everybody_is_an_occupant(stage):
    """Without `mode` whoever speaks elsewhere comes in under their own name, and says it themselves."""
    await stage.opens(bridge="")
    for number in range(3):
        await stage.carol.says(f"carol {number}")
        await stage.bob.speaks(f"bob {number}")
    for person in (stage.alice, stage.erika):
        for speaker, text in ((stage.carol, "carol 2"), (stage.bob, "bob 2")):
            stanza = (await person.hears(text, speaker.name)).raw
            assert nickname(stanza) == speaker.name and text_of(stanza, f"{CLIENT}body") == text, stanza.attrib
        heard = [each.text for each in person.heard()]
        assert sorted(heard) == sorted(f"{who} {number}" for who in ("carol", "bob") for number in range(3)), heard
    await stage.alice.says("I see you")
    for person in (stage.carol, stage.bob):
        await person.hears("I see you", stage.alice.name)
        assert person.count("I see you") == 1


async def actions_and_several_lines_keep_their_form(stage):
    await stage.opens()
    await stage.alice.says("/me pours")
    assert stage.alice.name in (await stage.carol.hears_that("pours", lambda each: "pours" in each.text)).text
    event = (await stage.bob.hears_that("pours", lambda each: "pours" in each.text)).raw
    assert stage.alice.name in event["content"]["body"], event["content"]
    await stage.bob.speaks("one\ntwo")
    for person in (stage.carol, stage.dave):
        await person.hears("one", stage.bob.name)
        await person.hears("two", stage.bob.name)
    for person in (stage.alice, stage.erika):
        await person.hears("one\ntwo", stage.bob.name)


ACTS = [everybody_is_heard_everywhere_once, each_network_shows_who_speaks_in_its_own_way,
        in_xmpp_rooms_everybody_is_an_occupant, actions_and_several_lines_keep_their_form]
