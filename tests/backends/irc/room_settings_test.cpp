#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::RoomId;

constexpr const char* inspircd = "CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=beI,k,l,CRcimnprst MODES=3 KEYLEN=10";

chat::ConfigureRoom configure(std::initializer_list<std::pair<const char*, const char*>> fields) {
  chat::ConfigureRoom command{RoomId{"#tea"}, {}};
  for (const auto& [name, value] : fields) command.fields.set(name, std::string{value});
  return command;
}

void enters(IrcScript& irc, std::string_view names) {
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.we_say("JOIN #tea");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :" + std::string{names},
                  ":irc.test 366 alice #tea :End");
  irc.we_say("MODE #tea");
}

TEST(IrcRoomSettings, AreAskedForAfterTheJoinAndToldEvenWhenThereAreNone) {
  IrcScript irc;
  irc.is_ready();
  enters(irc, "alice bob");
  irc.owner_hears("RoomJoined #tea as alice with bob", "Done 1");
  irc.server_says(":irc.test 324 alice #tea +", ":irc.test 329 alice #tea 1700000000");
  irc.owner_hears("RoomChanged #tea");
}

TEST(IrcRoomSettings, AreReadFromTheAnswer) {
  IrcScript irc;
  irc.is_ready(inspircd);
  enters(irc, "@alice bob");
  irc.forget();
  irc.server_says(":irc.test 324 alice #tea +iklnstR sesame 20");
  irc.owner_hears("RoomChanged #tea members_only password registered_only hidden topic_locked limit 20");
}

TEST(IrcRoomSettings, TakeTheLetterForRegisteredPeopleThatTheServerHas) {
  // solanum: +r keeps the unregistered out. Where there is +R, +r only marks the channel as registered.
  for (const auto& [modes, told] :
       {std::pair{"CHANMODES=eIbq,k,flj,CFLMPQScgimnprstuz", "RoomChanged #tea registered_only"},
        std::pair{"CHANMODES=beI,k,l,RimnprstO", "RoomChanged #tea"}}) {
    IrcScript irc;
    irc.is_ready(std::string{modes} + " CHANTYPES=#");
    enters(irc, "alice");
    irc.forget();
    irc.server_says(":irc.test 324 alice #tea +r");
    irc.owner_hears(told);
  }
}

TEST(IrcRoomSettings, AreToldOnEveryChange) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.server_says(":bob!b@h MODE #tea +imk sesame");
  irc.owner_hears("RoomChanged #tea moderated members_only password");
  irc.server_says(":bob!b@h MODE #tea +l 10");
  irc.owner_hears("RoomChanged #tea moderated members_only password limit 10");
  irc.server_says(":bob!b@h MODE #tea -kl+t *");
  irc.owner_hears("RoomChanged #tea moderated members_only topic_locked");
  irc.server_says(":bob!b@h MODE #tea +n", ":bob!b@h MODE #tea +b *!*@spam");
  irc.owner_hears();
}

TEST(IrcRoomSettings, OfAChannelWithoutModesAreNone) {
  IrcScript irc;
  irc.is_ready();
  enters(irc, "alice");
  irc.forget();
  irc.server_says(":irc.test 477 alice #tea :Channel doesn't support modes");
  irc.owner_hears("RoomChanged #tea");
}

TEST(IrcRoomSettings, AreAskedForWhenNothingElseWaits) {
  IrcScript irc{alice(), {.limited = true, .burst = 2, .interval = 1s}};
  irc.is_ready();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice", ":irc.test 366 alice #tea :End");
  irc.owner_asks(chat::JoinRoom{RoomId{"#cake"}, "alice", {}});
  irc.we_say("JOIN #tea", "MODE #tea", "PING d0");
  irc.owner_asks(chat::SendMessage{{RoomId{"#tea"}, {}}, chat::plain("first")});
  irc.owner_asks(chat::SendMessage{{RoomId{"#tea"}, {}}, chat::plain("second")});
  irc.server_says(":irc.test PONG irc.test :d0");
  irc.we_say("JOIN #cake", "PRIVMSG #tea :first", "PING d1");
  irc.server_says(":alice!a@h JOIN #cake", ":irc.test 353 alice = #cake :alice", ":irc.test 366 alice #cake :End",
                  ":irc.test PONG irc.test :d1");
  irc.we_say("PRIVMSG #tea :second", "MODE #cake", "PING d2");
}

TEST(IrcModeration, MakesThoseWithoutARankVisitors) {
  IrcScript irc;
  irc.is_ready();
  enters(irc, "alice @bob +carol dave");
  irc.owner_hears("RoomJoined #tea as alice with @bob +carol dave", "Done 1");
  irc.server_says(":irc.test 324 alice #tea +m");
  irc.owner_hears("OccupantChanged #tea -alice", "SelfChanged -alice in #tea", "OccupantChanged #tea -dave",
                  "RoomChanged #tea moderated");
  irc.server_says(":erin!e@h JOIN #tea");
  irc.owner_hears("OccupantsJoined #tea -erin");
  irc.server_says(":bob!b@h MODE #tea +v alice");
  irc.owner_hears("OccupantChanged #tea +alice by bob", "SelfChanged +alice in #tea");
  irc.server_says(":bob!b@h MODE #tea -v carol");
  irc.owner_hears("OccupantChanged #tea -carol by bob");
}

TEST(IrcModeration, ComesAndGoesWithItsMode) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob +carol");
  irc.server_says(":alice!a@h MODE #tea +m");
  irc.owner_hears("OccupantChanged #tea -bob by alice", "RoomChanged #tea moderated");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.owner_hears("RoomJoined #tea as @alice with -bob +carol", "RoomChanged #tea moderated", "Done 2");
  irc.server_says(":alice!a@h MODE #tea -m+v bob");
  irc.owner_hears("OccupantChanged #tea +bob by alice", "RoomChanged #tea");
}

TEST(IrcModeration, IsForgottenWithTheLink) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob", "+m");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  irc.forget();
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob", ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with bob");
  irc.server_says(":irc.test 324 alice #tea +t");
  irc.owner_hears("RoomChanged #tea topic_locked");
}

const chat::Form& form_of(const IrcScript& irc) {
  return std::get<chat::Form>(std::get<chat::Done>(irc.events.back()).answer);
}

TEST(IrcRoomForm, ShowsWhatTheServerHasAndHowItStands) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "alice", "+mntkl sesame 30");
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.we_say();
  irc.owner_hears("Done 2 form");
  const chat::Form& form = form_of(irc);
  EXPECT_EQ(form.title, "Settings of #tea");
  std::string shown;
  for (const chat::Field& field : form.fields) {
    shown += field.name + '=' + (field.values.empty() ? "" : field.values.front()) + ' ';
    EXPECT_FALSE(field.label.empty());
    EXPECT_FALSE(field.description.empty());
  }
  EXPECT_EQ(shown,
            "moderated=1 members_only=0 registered_only=0 hidden=0 topic_locked=1 no_external_messages=1 "
            "no_colours=0 no_ctcp=0 password= limit=30 encoding_in= encoding_out= ");
}

TEST(IrcRoomForm, LeavesOutWhatTheServerDoesNotHave) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CHANMODES=b,,l,imnt");
  irc.is_in("#tea");
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  std::string shown;
  for (const chat::Field& field : form_of(irc).fields) shown += field.name + ' ';
  EXPECT_EQ(shown, "moderated members_only topic_locked no_external_messages limit encoding_in encoding_out ");
}

TEST(IrcRoomForm, HasNoEncodingsWhereTheServerTakesUtf8Only) {
  IrcScript irc;
  irc.is_ready("UTF8ONLY CHANTYPES=# CHANMODES=b,,l,imnt");
  irc.is_in("#tea");
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  for (const chat::Field& field : form_of(irc).fields) EXPECT_FALSE(field.name.starts_with("encoding")) << field.name;
}

TEST(IrcRoomForm, WaitsForTheSettings) {
  IrcScript irc;
  irc.is_ready();
  enters(irc, "alice");
  irc.forget();
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.we_say("MODE #tea");
  irc.owner_hears();
  irc.server_says(":irc.test 324 alice #tea +n");
  irc.owner_hears("RoomChanged #tea", "Done 2 form");
}

TEST(IrcRoomForm, IsRefusedOutsideAndWithoutAnAnswer) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.owner_hears("Failed 1 refused unacceptable: you are not in this channel");
  enters(irc, "alice");
  irc.forget();
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.time_passes(15s);
  irc.owner_hears("Failed 3 unsure timeout: the IRC server did not answer in time");
}

TEST(IrcConfigureRoom, WritesTheDifferencesOnly) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "@alice", "+nts");
  irc.owner_asks(
      configure({{"moderated", "1"}, {"hidden", "0"}, {"topic_locked", "1"}, {"password", "sesame"}, {"limit", "5"}}));
  irc.we_say("MODE #tea -s+l+m 5", "MODE #tea +k sesame", "PING s2");
  irc.server_says(":alice!a@h MODE #tea -s+lm 5", ":alice!a@h MODE #tea +k sesame");
  irc.owner_hears("RoomChanged #tea moderated topic_locked limit 5",
                  "RoomChanged #tea moderated password topic_locked limit 5");
  irc.server_says(":irc.test PONG irc.test s2");
  irc.owner_hears("Done 2");
}

TEST(IrcConfigureRoom, IsDoneAtOnceWhenNothingDiffers) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "@alice", "+nt");
  irc.owner_asks(configure({{"moderated", "0"}, {"topic_locked", "true"}, {"password", ""}, {"limit", ""}}));
  irc.we_say();
  irc.owner_hears("Done 2");
}

TEST(IrcConfigureRoom, ChangesAPasswordInTwoSteps) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "@alice", "+k old");
  irc.owner_asks(configure({{"password", "new"}}));
  irc.we_say("MODE #tea -k+k old new", "PING s2");
  irc.server_says(":alice!a@h MODE #tea -k old", ":alice!a@h MODE #tea +k new", ":irc.test PONG irc.test s2");
  irc.owner_hears("RoomChanged #tea", "RoomChanged #tea password", "Done 2");
  irc.owner_asks(configure({{"password", ""}}));
  irc.we_say("MODE #tea -k new", "PING s3");
}

TEST(IrcConfigureRoom, KeepsAPasswordThatTheServerHides) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "@alice");
  irc.owner_asks(configure({{"password", "sesame"}}));
  irc.server_says(":alice!a@h MODE #tea +k *", ":irc.test PONG irc.test s2");
  irc.owner_hears("RoomChanged #tea password", "Done 2");
  irc.drops();
  irc.forget();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "JOIN #tea sesame");
}

TEST(IrcConfigureRoom, RefusesBadValuesBeforeALineIsWritten) {
  const std::pair<const char*, const char*> bad[] = {
      {"password", "two words"},   {"password", "a,b"},     {"password", ":a"}, {"password", "a\r\nQUIT"},
      {"password", "elevenbytes"}, {"limit", "many"},       {"limit", "0"},     {"limit", "-1"},
      {"limit", "5 +o bob"},       {"limit", "99999999999"}};
  for (const auto& [name, value] : bad) {
    IrcScript irc;
    irc.is_ready(inspircd);
    irc.is_in("#tea", "@alice");
    irc.owner_asks(configure({{"moderated", "1"}, {name, value}}));
    irc.we_say();
    EXPECT_TRUE(irc.heard().front().starts_with("Failed 2 refused unacceptable: ")) << value;
  }
}

TEST(IrcConfigureRoom, RefusesWhatTheServerDoesNotHave) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CHANMODES=b,k,l,imnpst");
  irc.is_in("#tea", "@alice");
  irc.owner_asks(configure({{"registered_only", "1"}}));
  irc.we_say();
  irc.owner_hears("Failed 2 refused unsupported: channels of this IRC server have no setting \"registered_only\"");
  irc.owner_asks(configure({{"registered_only", "0"}, {"history", "0"}}));
  irc.owner_hears("Done 3");
}

TEST(IrcConfigureRoom, FailsInTheWordsOfTheServer) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "alice");
  irc.owner_asks(configure({{"moderated", "1"}}));
  irc.server_says(":irc.test 482 alice #tea :You're not channel operator", ":irc.test PONG irc.test s2");
  irc.owner_hears("Failed 2 refused forbidden: not changed: Moderated: You're not channel operator");
  irc.server_says(":bob!b@h MODE #tea +k old");
  irc.forget();
  irc.owner_asks(configure({{"password", "new"}}));
  irc.server_says(":irc.test 472 alice n :is unknown mode char for #tea",
                  ":irc.test 482 alice #tea :You're not channel operator", ":irc.test PONG irc.test s3");
  irc.owner_hears("Failed 3 refused forbidden: not changed: Password: You're not channel operator");
}

TEST(IrcConfigureRoom, SaysWhatWasRefusedOfSeveralChanges) {
  struct Case {
    const char* line;
    const char* fault;
    const char* text;
  };
  const Case cases[] = {
      {":irc.test 467 alice #tea :Channel key already set", "conflict", "Channel key already set"},
      {":irc.test 696 alice #tea k sesame :Invalid key", "malformed", "Invalid key"},
      {":irc.test 472 alice k :is unknown mode char to me", "unsupported", "k is unknown mode char to me"}};
  for (const Case& each : cases) {
    IrcScript irc;
    irc.is_ready(inspircd);
    irc.is_in("#tea", "@alice");
    irc.owner_asks(configure({{"topic_locked", "1"}, {"password", "sesame"}}));
    irc.server_says(":alice!a@h MODE #tea +t", each.line, ":irc.test PONG irc.test s2");
    irc.owner_hears("RoomChanged #tea topic_locked",
                    std::string{"Failed 2 refused "} + each.fault +
                        ": the server changed only a part; not changed: Password: " + each.text);
  }
}

TEST(IrcConfigureRoom, FailsWhenTheServerKeepsSilentOrIsLeft) {
  IrcScript irc;
  irc.is_ready(inspircd);
  irc.is_in("#tea", "@alice");
  irc.owner_asks(configure({{"moderated", "1"}}));
  irc.owner_asks(configure({{"moderated", "1"}}));
  irc.server_says(":irc.test PONG irc.test s2");
  irc.owner_hears("Failed 2 refused forbidden: not changed: Moderated (the server did not say why)");
  irc.time_passes(15s);
  irc.owner_hears("Failed 3 unsure timeout: the IRC server did not answer in time");
  irc.owner_asks(configure({{"moderated", "1"}}));
  irc.server_says(":bob!b@h KICK #tea alice :out", ":irc.test PONG irc.test s4");
  irc.owner_hears("RoomLeft #tea kicked by bob: out", "Failed 4 refused closed: you are not in the channel any more");
}

void settings_of_a_room(IrcScript& irc) {
  irc.is_ready(inspircd);
  enters(irc, "@alice bob");
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.server_says(":irc.test 324 alice #tea +m");
  irc.owner_asks(configure({{"password", "sesame"}}));
  irc.server_says(":alice!a@h MODE #tea +k sesame");
  irc.server_says(":irc.test PONG irc.test s3");
}

TEST(IrcRoomSettings, SurviveADropAtEveryStep) { survives_a_drop_at_every_step(settings_of_a_room); }

}  // namespace
}  // namespace dragoman::test
