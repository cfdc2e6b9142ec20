#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::JoinRoom;
using chat::LeaveRoom;
using chat::RoomId;

JoinRoom join(const std::string& room, const std::string& key = {}) { return {RoomId{room}, "alice", key}; }

void joins_and_leaves(IrcScript& irc) {
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.we_say("JOIN #tea");
  irc.server_says(":alice!alice@host.test JOIN #Tea");
  irc.owner_hears();
  irc.server_says(":irc.test 332 alice #Tea :Cups and \x02saucers", ":irc.test 333 alice #Tea bob!b@h 1700000000",
                  ":irc.test 353 alice = #Tea :@bob alice +carol");
  irc.owner_hears();
  irc.server_says(":irc.test 366 alice #Tea :End of /NAMES list.");
  irc.owner_hears("RoomJoined #tea as alice with @bob +carol topic: Cups and saucers by bob", "Done 1");
  irc.we_say("MODE #Tea");
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, "good night"});
  irc.we_say("PART #Tea :good night");
  irc.owner_hears();
  irc.server_says(":alice!alice@host.test PART #Tea :good night");
  irc.owner_hears("RoomLeft #tea left: good night", "Done 2");
}

TEST(IrcRooms, AreJoinedWhenTheNamesHaveEnded) {
  IrcScript irc;
  joins_and_leaves(irc);
  EXPECT_EQ(irc.names().size(), 0u) << "a room that was left holds no names";
}

TEST(IrcRooms, SurviveADropAtEveryStep) { survives_a_drop_at_every_step(joins_and_leaves); }

TEST(IrcRooms, AreToldAgainWhenJoinedAgain) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob");
  irc.owner_asks(join("#tea"));
  irc.we_say();
  irc.owner_hears("RoomJoined #tea as alice with @bob", "RoomChanged #tea", "Done 2");
}

TEST(IrcRooms, WaitForTheConnection) {
  IrcScript irc;
  irc.owner_asks(join("#tea", "key"));
  irc.owner_asks(join("#cake"));
  irc.owner_hears();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "JOIN #tea,#cake key");
}

TEST(IrcRooms, AnswerTwoJoinsOfOneRoomTogether) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.owner_asks(join("#tea"));
  irc.we_say("JOIN #tea");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice", ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with", "Done 1", "Done 2");
}

TEST(IrcRooms, FailWhenTheServerIsNotReachedInTime) {
  IrcScript irc;
  irc.owner_asks(join("#tea"));
  irc.time_passes(15s);
  irc.owner_hears("Failed 1 not_sent unavailable: the IRC server has not been reached yet");
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "CAP END") << "nobody waits for the room any more";
}

TEST(IrcRooms, FailWithTheReasonOfTheLostLink) {
  IrcScript irc;
  irc.connects();
  irc.drops();
  irc.owner_asks(join("#tea"));
  irc.owner_hears("Lost closed: connection reset");
  irc.time_passes(15s);
  irc.owner_hears("Failed 1 not_sent unavailable: connection reset");
}

TEST(IrcRooms, FailWhenTheServerDoesNotAnswerAndAreLeftWhenItDoesLater) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.time_passes(15s);
  irc.owner_hears("Failed 1 unsure timeout: the IRC server did not answer in time");
  irc.said();
  irc.server_says(":alice!a@h JOIN #tea");
  irc.we_say("PART #tea");
  irc.server_says(":irc.test 366 alice #tea :End", ":alice!a@h PART #tea");
  irc.owner_hears();
}

TEST(IrcRooms, AreJoinedWithoutTheEndOfTheNamesWhenThatIsLate) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob");
  irc.time_passes(15s);
  irc.owner_hears("RoomJoined #tea as alice with bob", "Done 1");
}

struct JoinRefusal {
  const char* line;
  const char* fault;
};

TEST(IrcRooms, AreRefusedAsTheServerSays) {
  // reference 1.3, with the texts of InspIRCd, ngIRCd and Ergo
  const JoinRefusal refusals[] = {
      {":irc.test 403 alice #tea :No such channel", "not_found"},
      {":irc.test 405 alice #tea :You have joined too many channels", "limited"},
      {":irc.test 471 alice #tea :Cannot join channel (+l)", "full"},
      {":irc.test 473 alice #tea :Cannot join channel (+i)", "members_only"},
      {":irc.test 474 alice #tea :Cannot join channel (+b)", "forbidden"},
      {":irc.test 475 alice #tea :Cannot join channel (+k)", "unauthorized"},
      {":irc.test 476 alice #tea :Bad Channel Mask", "malformed"},
      {":irc.test 479 alice #tea :Illegal channel name", "malformed"},
      {":irc.test 489 alice #tea :Cannot join channel (+z)", "not_allowed"},
      {":irc.test 520 alice #tea :Cannot join channel (+O)", "not_allowed"},
      {":irc.test FAIL JOIN CHANNEL_DISABLED #tea :This channel is disabled", "unacceptable"},
  };
  for (const JoinRefusal& refusal : refusals) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(join("#tea"));
    irc.server_says(refusal.line);
    backends::irc::Message message;
    backends::irc::parse(refusal.line, message);
    irc.owner_hears("Failed 1 refused " + std::string{refusal.fault} + ": " + std::string{message.last()});
    irc.time_passes(20s);
    irc.owner_hears();
  }
}

TEST(IrcRooms, AreTriedAgainWhereTheServerRefusesForNow) {
  for (const char* refusal :
       {":irc.test 437 alice #tea :Nick/channel is temporarily unavailable",
        ":irc.test 439 alice #tea :Target change too fast", ":irc.test 480 alice #tea :Cannot join channel (+j)",
        ":irc.test 263 alice JOIN :Please wait a while and try again"}) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(join("#tea"));
    irc.we_say("JOIN #tea");
    irc.server_says(refusal);
    irc.owner_hears_nothing();
    irc.time_passes(2s);
    irc.we_say_nothing();
    irc.time_passes(1s);
    irc.we_say("JOIN #tea");
    irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice", ":irc.test 366 alice #tea :End");
    irc.owner_hears("RoomJoined #tea as alice with", "Done 1");
  }
}

TEST(IrcRooms, AreRefusedWithTheReasonBeforeTheOwnerHasWaitedTooLong) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  for (const Duration pause : {Duration{0s}, Duration{3s}, Duration{6s}}) {
    irc.owner_hears_nothing();
    irc.time_passes(pause);
    irc.we_say("JOIN #tea");
    irc.server_says(":irc.test 480 alice #tea :Cannot join channel (+j)");
  }
  irc.owner_hears("Failed 1 refused limited: Cannot join channel (+j)");
  irc.time_passes(60s);
  irc.owner_hears_nothing();
}

TEST(IrcRooms, AreNotWaitedForWhenTheNextLinkIsFarAway) {
  IrcScript irc;
  irc.owner_asks(join("#tea"));
  irc.connects();
  irc.server_says("ERROR :Closing Link: [host] (Throttled: Reconnecting too fast)");
  irc.drops({}, true, 2min);
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_TRUE(heard[0].starts_with("Lost limited"));
  EXPECT_TRUE(heard[1].starts_with("Failed 1 not_sent limited: Closing Link"));
  irc.owner_asks(join("#cake"));
  EXPECT_TRUE(irc.heard().at(0).starts_with("Failed 2 not_sent limited: Closing Link"));
}

/// Back after a lost link, in a channel where the owner was.
void comes_back_to_tea(IrcScript& irc) {
  irc.is_ready();
  irc.is_in("#tea");
  irc.drops();
  irc.is_ready();
}

TEST(IrcRooms, WhereTheOwnerWasAreTriedForTenMinutes) {
  for (const char* refusal :
       {":irc.test 471 alice #tea :Cannot join channel (+l)", ":irc.test 480 alice #tea :Cannot join channel (+j)",
        ":irc.test 437 alice #tea :Temporarily unavailable"}) {
    IrcScript irc;
    comes_back_to_tea(irc);
    irc.server_says(refusal);
    const auto heard = irc.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with("Notice")) << heard[0];
    unsigned tries = 0;
    for (int second = 0; second < 660; ++second) {
      irc.time_passes(1s);
      for (const std::string& line : irc.said()) {
        if (line.starts_with("PING")) irc.server_says(":irc.test PONG irc.test " + line.substr(5));
        if (line != "JOIN #tea") continue;
        ++tries;
        irc.server_says(refusal);
      }
    }
    EXPECT_GT(tries, 8u);
    EXPECT_LT(tries, 20u);
    const auto left = irc.heard();
    ASSERT_EQ(left.size(), 1u) << refusal;
    EXPECT_TRUE(left[0].starts_with("RoomLeft #tea refused")) << left[0];
  }
}

TEST(IrcRooms, WhereTheOwnerWasAreLeftWhenTheyAreBanned) {
  IrcScript irc;
  comes_back_to_tea(irc);
  irc.server_says(":irc.test 474 alice #tea :Cannot join channel (+b)");
  EXPECT_TRUE(irc.heard().at(0).starts_with("RoomLeft #tea refused"));
  irc.time_passes(120s);
  for (const std::string& line : irc.said()) EXPECT_NE(line, "JOIN #tea");
}

TEST(IrcRooms, WhereABouncerIsAreThereWhenTheOwnerAsks) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+", "batch server-time znc.in/self-message");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice @bob", ":irc.test 366 alice #tea :End");
  irc.owner_hears_nothing();
  irc.we_say_nothing();
  irc.server_says(":carol!c@h JOIN #tea");
  irc.heard();
  irc.owner_asks(join("#tea"));
  irc.owner_hears("RoomJoined #tea as alice with @bob carol", "Done 1");
  irc.we_say("MODE #tea");
}

TEST(IrcRooms, OfABouncerThatIsLostAreForgotten) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "znc.in/self-message");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 366 alice #tea :End");
  irc.drops();
  irc.is_ready("CHANTYPES=#", "znc.in/self-message");
  irc.we_say_nothing();
  irc.owner_asks(join("#tea"));
  irc.we_say("JOIN #tea");
}

TEST(IrcRooms, GoWhereTheServerForwards) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.server_says(":irc.test 470 alice #tea ##tea :Forwarding to another channel");
  irc.owner_hears("RoomLeft #tea moved to ##tea: Forwarding to another channel",
                  "Failed 1 refused not_found: this channel forwards to ##tea");
  irc.server_says(":alice!a@h JOIN ##tea", ":irc.test 353 alice = ##tea :alice", ":irc.test 366 alice ##tea :End");
  irc.owner_hears("RoomJoined ##tea as alice with");
}

TEST(IrcRooms, HaveOneAddressWhereTheServerTakesTwoForOne) {
  IrcScript irc;
  irc.is_ready("CASEMAPPING=rfc1459 CHANTYPES=#");
  irc.is_in("#a[b");
  irc.owner_asks(join("#a{b"));
  irc.we_say();
  irc.owner_hears("RoomLeft #a{b moved to #a[b", "Failed 2 refused not_found: on this network the channel is #a[b");
}

TEST(IrcRooms, AreFoundAgainWhenTheServerChangesItsCasemapping) {
  IrcScript irc;
  irc.is_ready("CASEMAPPING=ascii CHANTYPES=#");
  irc.is_in("#a[b", "alice bob");
  irc.server_says(":irc.test 005 alice CASEMAPPING=rfc1459 :are supported");
  irc.server_says(":bob!b@h PRIVMSG #A{B :hi");
  irc.owner_hears("Message in #a[b <bob> hi");
}

TEST(IrcRooms, AreKickedOutOf) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob");
  irc.server_says(":bob!b@h KICK #tea alice :too much sugar");
  irc.owner_hears("RoomLeft #tea kicked by bob: too much sugar");
  irc.owner_asks(chat::SendMessage{{RoomId{"#tea"}, {}}, chat::plain("sorry")});
  irc.owner_hears("Failed 2 refused unacceptable: you are not in this channel");
}

TEST(IrcRooms, MayBeJoinedBySomebodyElsesWill) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":alice!a@h JOIN #help", ":irc.test 353 alice = #help :alice", ":irc.test 366 alice #help :End");
  irc.owner_hears("RoomJoined #help as alice with");
}

TEST(IrcLeaving, IsDoneForARoomThatWeAreNotIn) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.we_say();
  irc.owner_hears("Done 1");
}

TEST(IrcLeaving, EndsAJoinThatIsUnderWay) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(join("#tea"));
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.we_say("JOIN #tea", "PART #tea");
  irc.owner_hears("Failed 1 refused closed: left again before the channel was joined");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 366 alice #tea :End", ":alice!a@h PART #tea");
  irc.owner_hears("Done 2");
}

TEST(IrcLeaving, IsDoneWhenTheServerSaysThatWeAreNotThere) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.server_says(":irc.test 442 alice #tea :You're not on that channel");
  irc.owner_hears("RoomLeft #tea left", "Done 2");
}

TEST(IrcLeaving, MayBeFollowedByAJoinAtOnce) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.owner_asks(join("#tea"));
  irc.we_say("PART #tea");
  irc.server_says(":alice!a@h PART #tea");
  irc.owner_hears("RoomLeft #tea left", "Done 2");
  irc.we_say("JOIN #tea");
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice", ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with", "Done 3");
}

TEST(IrcLeaving, EndsWithoutAnAnswer) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.time_passes(15s);
  irc.owner_hears("Failed 2 unsure timeout: the IRC server did not answer in time", "RoomLeft #tea left");
}

TEST(IrcReconnect, RejoinsAllRoomsInOneLineAndTellsThemAnew) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.is_in("#cake", "alice carol");
  irc.drops();
  irc.owner_hears("Lost closed: connection reset");
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "JOIN #cake,#tea");
  irc.owner_hears("Ready alice");
  irc.server_says(":alice!a@h JOIN #cake", ":irc.test 353 alice = #cake :alice dora", ":irc.test 366 alice #cake :End");
  irc.owner_hears("RoomJoined #cake as alice with dora");
}

TEST(IrcReconnect, TellsARefusedRejoin) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  irc.forget();
  irc.server_says(":irc.test 473 alice #tea :Cannot join channel (+i)");
  irc.owner_hears("RoomLeft #tea refused members_only: Cannot join channel (+i)");
}

TEST(IrcReconnect, TellsARejoinThatIsNotAnswered) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  irc.forget();
  irc.time_passes(15s);
  irc.owner_hears("RoomLeft #tea lost: the IRC server did not answer in time");
}

TEST(IrcReconnect, LeavesOutWhatWasLeftMeanwhile) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.is_in("#cake");
  irc.drops();
  irc.forget();
  irc.owner_asks(LeaveRoom{RoomId{"#tea"}, {}});
  irc.owner_hears("RoomLeft #tea left", "Done 3");
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "JOIN #cake");
}

TEST(IrcReconnect, PutsKeysFirstAndTenChannelsALine) {
  IrcScript irc;
  irc.owner_asks(join("#zed", "sesame"));
  for (int i = 0; i < 11; ++i) irc.owner_asks(join("#c" + std::to_string(10 + i)));
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  auto lines = irc.said();
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[lines.size() - 2], "JOIN #zed,#c10,#c11,#c12,#c13,#c14,#c15,#c16,#c17,#c18 sesame");
  EXPECT_EQ(lines.back(), "JOIN #c19,#c20");
}

TEST(IrcReconnect, KeepsJoinLinesShort) {
  IrcScript irc;
  for (int i = 0; i < 12; ++i) irc.owner_asks(join("#" + std::string(90, static_cast<char>('a' + i))));
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  std::size_t channels = 0;
  for (const std::string& line : irc.said()) {
    EXPECT_LE(line.size(), 510u);
    if (line.starts_with("JOIN ")) channels += text::split(line, ',').size();
  }
  EXPECT_EQ(channels, 12u);
}

TEST(IrcReconnect, RejoinsWithTheKeyThatTheRoomHasNow) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.server_says(":bob!b@h MODE #tea +k sesame");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "JOIN #tea sesame");
}

TEST(IrcReconnect, SaysAwayAgain) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "lunch"});
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  EXPECT_EQ(irc.said().back(), "AWAY :lunch");
}

}  // namespace
}  // namespace dragoman::test
