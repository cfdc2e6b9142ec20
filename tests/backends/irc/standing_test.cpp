#include "backends/irc/mask.hpp"
#include "backends/irc/quit_reason.hpp"
#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::Affiliation;
using chat::Role;
using chat::RoomId;

constexpr const char* all_ranks = "PREFIX=(qaohv)~&@%+ CHANTYPES=# MODES=20 STATUSMSG=~&@%+";

chat::SetStanding standing(std::string nickname, std::optional<Role> role, std::optional<Affiliation> affiliation,
                           std::string reason = {}) {
  return {RoomId{"#tea"}, std::move(nickname), {}, role, affiliation, std::move(reason)};
}
chat::SetStanding of_mask(std::string mask, Affiliation affiliation) {
  return {RoomId{"#tea"}, {}, std::move(mask), {}, affiliation, {}};
}

TEST(IrcRanks, AreGivenByWhatTheServerHas) {
  struct Case {
    const char* isupport;
    const char* bob;
    const char* modes;
    std::optional<Role> role;
    std::optional<Affiliation> affiliation;
    const char* line;  // "": done at once
  };
  constexpr const char* few = "PREFIX=(ov)@+ CHANTYPES=#";
  const Case cases[] = {
      {all_ranks, "bob", "+", {}, Affiliation::owner, "MODE #tea +q bob"},
      {few, "bob", "+", {}, Affiliation::owner, "MODE #tea +o bob"},
      {all_ranks, "bob", "+", {}, Affiliation::admin, "MODE #tea +a bob"},
      {few, "bob", "+", {}, Affiliation::admin, "MODE #tea +o bob"},
      {all_ranks, "@bob", "+", {}, Affiliation::admin, ""},
      {all_ranks, "~bob", "+", {}, Affiliation::admin, "MODE #tea -q+a bob bob"},
      {all_ranks, "~&@%+bob", "+", {}, Affiliation::none, "MODE #tea -q-a-o-h-v bob bob bob bob bob"},
      {all_ranks, "~@bob", "+", {}, Affiliation::member, "MODE #tea -q-o+v bob bob bob"},
      {all_ranks, "%bob", "+", Role::moderator, {}, ""},
      {all_ranks, "%bob", "+", Role::participant, {}, "MODE #tea -h bob"},
      {all_ranks, "@bob", "+m", Role::participant, {}, "MODE #tea -o+v bob bob"},
      {all_ranks, "bob", "+m", Role::participant, {}, "MODE #tea +v bob"},
      {all_ranks, "@+bob", "+m", Role::visitor, {}, "MODE #tea -o-v bob bob"},
      {all_ranks, "bob", "+m", Role::visitor, {}, ""},
      {all_ranks, "bob", "+m", {}, Affiliation::none, ""},
  };
  for (const Case& each : cases) {
    IrcScript irc;
    irc.is_ready(each.isupport);
    irc.is_in("#tea", std::string{"~alice "} + each.bob, each.modes);
    irc.owner_asks(standing("bob", each.role, each.affiliation));
    if (*each.line == '\0') {
      irc.we_say();
      irc.owner_hears("Done 2");
    } else {
      irc.we_say(each.line, "PING d1");
    }
  }
}

TEST(IrcRanks, OfAnAdminIsOperatorWhereWeAreNoMoreThanThat) {
  IrcScript irc;
  irc.is_ready(all_ranks);
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(standing("bob", {}, Affiliation::admin));
  irc.we_say("MODE #tea +o bob", "PING d1");
}

TEST(IrcRanks, ComeInSeveralLinesWhenTheServerTakesFewModes) {
  IrcScript irc;
  irc.is_ready("PREFIX=(qaohv)~&@%+ CHANTYPES=# MODES=2");
  irc.is_in("#tea", "~alice ~&@bob");
  irc.owner_asks(standing("bob", {}, Affiliation::none));
  irc.we_say("MODE #tea -q-a bob bob", "MODE #tea -o bob", "PING d2");
  irc.server_says(":irc.test 482 alice #tea :You're not a channel owner",
                  ":irc.test 482 alice #tea :You're not a channel owner", ":irc.test PONG irc.test d2");
  irc.owner_hears("Failed 2 refused forbidden: You're not a channel owner");
}

TEST(IrcRanks, OfSomebodyWhoMayAlwaysSpeakCannotBeTakenAway) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(standing("bob", Role::visitor, {}));
  irc.we_say();
  irc.owner_hears("Failed 2 refused not_allowed: everybody may speak in a channel that is not moderated");
}

TEST(IrcRanks, AreForPeopleInTheChannel) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(standing("bob", Role::moderator, {}));
  irc.owner_asks(of_mask("*!*@host", Affiliation::member));
  irc.we_say();
  irc.owner_hears("Failed 2 refused not_found: nobody of this name is in the channel",
                  "Failed 3 refused not_allowed: IRC gives ranks to people in the channel only");
}

TEST(IrcRanks, ThatTheServerDoesNotKnowAreRefused) {
  IrcScript irc;
  irc.is_ready(all_ranks);
  irc.is_in("#tea", "~alice bob");
  irc.owner_asks(standing("bob", {}, Affiliation::admin));
  irc.server_says(":irc.test 472 alice a :is unknown mode char to me for #tea", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 2 refused unsupported: a is unknown mode char to me for #tea");
}

TEST(IrcKick, CutsItsReasonAtACharacter) {
  IrcScript irc;
  irc.is_ready("KICKLEN=5 CHANTYPES=#");
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(standing("bob", Role::none, {}, "ab\r\ncéd"));
  irc.we_say("KICK #tea bob :ab c", "PING d1");
}

TEST(IrcBan, IsOfTheHostWhenItIsKnown) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob carol dave");
  irc.server_says(":bob!b@bad.host PRIVMSG #tea :buy!", ":carol!c@host.test PRIVMSG #tea :hi");
  irc.owner_asks(standing("bob", {}, Affiliation::outcast, "spam"));
  irc.we_say("MODE #tea +b *!*@bad.host", "KICK #tea bob :spam", "PING d2");
  // host.test is our own host too: its people are told apart by their users.
  irc.owner_asks(standing("carol", {}, Affiliation::outcast));
  irc.owner_asks(standing("dave", {}, Affiliation::outcast));
  irc.owner_asks(standing("erin", {}, Affiliation::outcast));
  irc.we_say("MODE #tea +b *!c@host.test", "KICK #tea carol", "MODE #tea +b dave!*@*", "KICK #tea dave",
             "MODE #tea +b erin!*@*");
}

TEST(IrcBan, ThatIsRefusedIsOneError) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(standing("bob", {}, Affiliation::outcast, "spam"));
  irc.server_says(":irc.test 482 alice #tea :You're not channel operator",
                  ":irc.test 482 alice #tea :You're not channel operator", ":irc.test PONG irc.test d2");
  irc.owner_hears("Failed 2 refused forbidden: You're not channel operator");
}

TEST(IrcUnban, TakesAwayWhatIsForANickname) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.server_says(":erin!e@h JOIN #tea", ":bob!b@bad.host JOIN #tea", ":bob!b@bad.host PART #tea");
  irc.forget();
  irc.owner_asks(standing("bob", {}, Affiliation::none));
  irc.we_say("MODE #tea b");
  irc.server_says(":irc.test 367 alice #tea BOB!*@* alice 1700000000", ":irc.test 367 alice #tea *!*@good.host",
                  ":irc.test 367 alice #tea *!*@bad.host", ":irc.test 367 alice #tea ~a:bob",
                  ":irc.test 368 alice #tea :End");
  irc.we_say("MODE #tea -bb BOB!*@* *!*@bad.host", "PING d1");
  irc.server_says(":irc.test PONG irc.test d1");
  irc.owner_hears("Done 2");
  irc.owner_asks(standing("carol", {}, Affiliation::none));
  irc.said();
  irc.server_says(":irc.test 367 alice #tea *!*@*", ":irc.test 368 alice #tea :End");
  irc.owner_hears("Failed 3 refused not_found: no ban of this channel is for carol");
}

TEST(IrcUnban, TakesAMaskAway) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(of_mask("*!*@bad.host", Affiliation::none));
  irc.we_say("MODE #tea -b *!*@bad.host", "PING d1");
  irc.server_says(":irc.test 698 alice #tea *!*@bad.host b :Channel ban list does not contain *!*@bad.host",
                  ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 2 refused not_found: Channel ban list does not contain *!*@bad.host");
}

TEST(IrcBan, ThatIsThereAlreadyIsNoError) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(of_mask("*!*@bad.host", Affiliation::outcast));
  irc.server_says(":irc.test 697 alice #tea *!*@bad.host b :Channel ban list already contains *!*@bad.host",
                  ":irc.test PONG irc.test d1");
  irc.owner_hears("Done 2");
}

TEST(IrcBanList, TellsWhoBannedAndWhen) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, {}, Affiliation::outcast});
  irc.server_says(":irc.test 367 alice #tea *!*@spam bob!b@host 1700000000", ":irc.test 367 alice #tea bad!*@*",
                  ":irc.test 368 alice #tea :End");
  irc.owner_hears("Done 2 standings *!*@spam bad!*@*");
  const auto& list = std::get<chat::StandingList>(std::get<chat::Done>(irc.events.back()).answer);
  EXPECT_EQ(list.entries.at(0).reason, "set by bob on 2023-11-14 22:13 UTC");
  EXPECT_EQ(list.entries.at(1).reason, "");
  EXPECT_EQ(list.entries.at(0).standing.affiliation, Affiliation::outcast);
}

TEST(IrcVoice, IsAskedOfTheOperators) {
  IrcScript irc;
  irc.is_ready(all_ranks);
  irc.is_in("#tea", "alice @bob", "+m");
  irc.owner_asks(chat::RequestVoice{RoomId{"#tea"}});
  irc.we_say("NOTICE @#tea :alice asks for permission to speak", "PING d1");
  irc.server_says(":irc.test PONG irc.test d1");
  irc.owner_hears("Done 2");
  irc.owner_asks(chat::RequestVoice{RoomId{"#tea"}});
  irc.server_says(":irc.test 404 alice #tea :Cannot send to channel", ":irc.test PONG irc.test d2");
  irc.owner_hears("Failed 3 refused forbidden: Cannot send to channel");
  irc.server_says(":bob!b@h MODE #tea +v alice");
  irc.forget();
  irc.owner_asks(chat::RequestVoice{RoomId{"#tea"}});
  irc.owner_hears("Failed 4 refused unacceptable: you have the right to speak in this channel already");
}

TEST(IrcVoice, CannotBeAskedForWhereOperatorsCannotBeAddressed) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob", "+m");
  irc.owner_asks(chat::RequestVoice{RoomId{"#tea"}});
  irc.we_say();
  irc.owner_hears(
      "Failed 2 refused unsupported: this IRC server passes nothing on to the operators of a channel only; ask one of "
      "them");
}

TEST(IrcInvitation, IsDeclinedWithANotice) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::DeclineInvite{RoomId{"#tea"}, chat::PersonId{"bob"}, "too\r\nlate"});
  irc.we_say("NOTICE bob :alice declines the invitation to #tea: too late", "PING d1");
  irc.server_says(":irc.test 401 alice bob :No such nick", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 1 refused not_found: No such nick");
}

TEST(IrcKick, AfterABanOfTheSamePersonIsABan) {
  struct Case {
    const char* mask;
    const char* setter;
    std::chrono::seconds later;
    const char* why;
  };
  const Case cases[] = {
      {"bob!*@*", "carol!c@h", 10s, "banned"},    {"b?b!*@*", "dave!d@h", 1s, "banned"},
      {"bob", "carol!c@h", 1s, "banned"},         {"*!*@bad.host", "carol!c@h", 4s, "banned"},
      {"*!*@bad.host", "dave!d@h", 1s, "kicked"}, {"*!*@bad.host", "carol!c@h", 6s, "kicked"},
      {"erin!*@*", "carol!c@h", 1s, "kicked"},    {"bob!*@*", "carol!c@h", 61s, "kicked"},
      {"m:bob!*@*", "carol!c@h", 1s, "kicked"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.mask);
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea", "alice bob @carol @dave");
    irc.server_says(':' + std::string{each.setter} + " MODE #tea +b " + each.mask);
    irc.time_passes(each.later);
    irc.server_says(":carol!c@h KICK #tea bob :out");
    irc.owner_hears("OccupantsLeft #tea bob " + std::string{each.why} + " by carol: out");
  }
}

TEST(IrcKick, IsNoBanWhenTheHostIsAnothers) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob @carol");
  irc.server_says(":bob!b@good.host PRIVMSG #tea :hello", ":carol!c@h MODE #tea +b *!*@bad.host");
  irc.forget();
  irc.server_says(":carol!c@h KICK #tea bob :out");
  irc.owner_hears("OccupantsLeft #tea bob kicked by carol: out");
}

TEST(IrcKick, AfterABanThatWasTakenBackIsNone) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob @carol");
  irc.server_says(":carol!c@h MODE #tea +b bob!*@*", ":carol!c@h MODE #tea -b bob!*@*",
                  ":carol!c@h KICK #tea bob :out");
  irc.owner_hears("OccupantsLeft #tea bob kicked by carol: out");
}

TEST(IrcKick, AfterABanOfAnEarlierVisitIsNone) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @carol");
  irc.server_says(":carol!c@h MODE #tea +b alice!*@*", ":carol!c@h KICK #tea alice :out");
  irc.is_in("#tea", "alice @carol");
  irc.server_says(":carol!c@h KICK #tea alice :out");
  irc.owner_hears("RoomLeft #tea kicked by carol: out");
}

TEST(IrcKick, OfOurselvesAfterOurBanIsABan) {
  for (const auto& [mask, why] : {std::pair{"*!*@host.test", "banned"}, std::pair{"*!alice@*", "banned"},
                                  std::pair{"*!*@other.host", "kicked"}}) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea", "alice @carol");
    irc.server_says(":carol!c@h MODE #tea +b " + std::string{mask}, ":carol!c@h KICK #tea alice :out");
    irc.owner_hears("RoomLeft #tea " + std::string{why} + " by carol: out");
  }
}

TEST(IrcMask, FitsWithStarsAndQuestionMarks) {
  using backends::irc::Casemap, backends::irc::fits;
  EXPECT_TRUE(fits(Casemap::ascii, "b?b*", "Bob_"));
  EXPECT_TRUE(fits(Casemap::ascii, "*", ""));
  EXPECT_TRUE(fits(Casemap::ascii, "*a*b", "xxaxxbab"));
  EXPECT_FALSE(fits(Casemap::ascii, "b?b", "bb"));
  EXPECT_FALSE(fits(Casemap::ascii, "*a*b", "xxaxxba"));
  EXPECT_TRUE(fits(Casemap::rfc1459, "a[b]", "A{B}"));
  EXPECT_FALSE(fits(Casemap::ascii, "a[b]", "A{B}"));
}

TEST(IrcQuitReason, TellsLossesFromGoodbyes) {
  using backends::irc::is_involuntary;
  for (const char* text : {"Ping timeout: 240 seconds", "ping timeout", "Connection reset by peer", "Read error",
                           "Read error: Connection reset by peer", "Excess Flood", "Killed (oper (spam))",
                           "Connection closed", "Remote host closed the connection", "Max SendQ exceeded"}) {
    EXPECT_TRUE(is_involuntary(text)) << text;
  }
  for (const char* text : {"", "Quit: Ping timeout", "bye", "Leaving", "Client Quit", "Read a book"}) {
    EXPECT_FALSE(is_involuntary(text)) << text;
  }
}

void ranks_and_bans(IrcScript& irc) {
  irc.is_ready(all_ranks);
  irc.is_in("#tea", "~alice bob", "+m");
  irc.owner_asks(standing("bob", Role::participant, {}));
  irc.owner_asks(standing("carol", {}, Affiliation::none));
  irc.server_says(":irc.test 367 alice #tea carol!*@*", ":irc.test 368 alice #tea :End");
  irc.owner_asks(standing("bob", {}, Affiliation::outcast));
  irc.server_says(":alice!a@h KICK #tea bob :out");
}

TEST(IrcStanding, SurvivesADropAtEveryStep) { survives_a_drop_at_every_step(ranks_and_bans); }

}  // namespace
}  // namespace dragoman::test
