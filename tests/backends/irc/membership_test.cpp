#include <algorithm>
#include <variant>

#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::RoomId;

TEST(IrcMembership, FollowsWhoComesAndGoes) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice");
  irc.server_says(":bob!b@h JOIN #tea");
  irc.owner_hears("OccupantsJoined #tea bob");
  irc.server_says(":bob!b@h PART #tea :bye \x02now");
  irc.owner_hears("OccupantsLeft #tea bob left: bye now");
  irc.server_says(":bob!b@h JOIN #tea", ":bob!b@h QUIT :Ping timeout: 240 seconds");
  irc.owner_hears("OccupantsJoined #tea bob", "OccupantsLeft #tea bob lost: Ping timeout: 240 seconds");
  irc.server_says(":bob!b@h JOIN #tea", ":carol!c@h KICK #tea bob :out");
  irc.owner_hears("OccupantsJoined #tea bob", "OccupantsLeft #tea bob kicked by carol: out");
  EXPECT_EQ(irc.names().size(), 1u) << "only we are left";
}

TEST(IrcMembership, FollowsNicknames) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob");
  irc.is_in("#cake", "alice bob");
  irc.server_says(":bob!b@h NICK robert");
  const auto heard = irc.heard();
  ASSERT_EQ(heard.size(), 2u);
  EXPECT_EQ(heard.front().substr(0, 15), "OccupantRenamed");
  irc.server_says(":robert!b@h PART #tea");
  irc.owner_hears("OccupantsLeft #tea robert left");
}

TEST(IrcMembership, FollowsOurOwnNickname) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice");
  irc.server_says(":alice!a@h NICK Guest17");
  irc.owner_hears("OccupantRenamed #tea alice -> Guest17 (self)", "SelfChanged Guest17");
  irc.server_says(":Guest17!a@h PART #tea");
  irc.owner_hears("RoomLeft #tea left");
}

TEST(IrcMembership, TakesAChangeOfCaseForAChange) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h NICK Bob");
  irc.owner_hears("OccupantRenamed #tea bob -> Bob");
}

TEST(IrcMembership, ReadsAllPrefixes) {
  IrcScript irc;
  irc.is_ready("PREFIX=(qaohv)~&@%+ CHANTYPES=#");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea",
                  ":irc.test 353 alice = #tea :~&@owner &@admin @op %half @+both +voice none alice",
                  ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with ~owner @admin @op %half @both +voice none", "Done 1");
}

TEST(IrcMembership, ReadsNamesWithHosts) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :@bob!b@host alice!a@h",
                  ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with @bob", "Done 1");
}

TEST(IrcMembership, CountsWhoCameDuringTheNames) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea", ":bob!b@h JOIN #tea", ":irc.test 353 alice = #tea :alice",
                  ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with bob", "Done 1");
}

TEST(IrcHostChange, IsSeenByNobody) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob");
  irc.is_in("#milk", "alice bob");
  irc.server_says(":bob!b@old QUIT :Changing host");
  irc.server_says(":bob!b@new JOIN #tea", ":bob!b@new MODE #tea +o bob");
  irc.server_says(":bob!b@new JOIN #milk");
  irc.owner_hears("OccupantChanged #tea @bob by bob");
  irc.time_passes(10s);
  irc.owner_hears_nothing();
  irc.server_says(":bob!b@new QUIT :bye");
  EXPECT_EQ(irc.heard().size(), 2U);
}

TEST(IrcHostChange, IsAQuitWhenTheyDoNotComeBack) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.is_in("#milk", "alice bob");
  irc.server_says(":bob!b@old QUIT :Changing hostname", ":bob!b@new JOIN #tea");
  irc.time_passes(4s);
  irc.owner_hears_nothing();
  irc.time_passes(1s);
  irc.owner_hears("OccupantsLeft #milk bob quit");
}

TEST(IrcHostChange, DoesNotHideWhoComesAnew) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@old QUIT :Changing host", ":bob!b@old QUIT :bye");
  irc.owner_hears("OccupantsLeft #tea bob quit: bye");
  irc.server_says(":bob!b@new JOIN #tea");
  irc.owner_hears("OccupantsJoined #tea bob");
}

TEST(IrcNetsplit, IsOneEventForEachRoom) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice b1 b2 b3");
  irc.is_in("#cake", "alice b1");
  irc.server_says(":b1!b@h QUIT :hub.test leaf.test", ":b2!b@h QUIT :hub.test leaf.test",
                  ":b3!b@h QUIT :hub.test leaf.test");
  irc.owner_hears("OccupantsLeft #cake b1 lost: hub.test leaf.test",
                  "OccupantsLeft #tea b1 b2 b3 lost: hub.test leaf.test");
}

TEST(IrcNetsplit, IsToldBeforeWhatFollows) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice b1 b2");
  irc.server_says(":b1!b@h QUIT :hub.test leaf.test", ":b2!b@h PRIVMSG #tea :where is everybody?");
  irc.owner_hears("OccupantsLeft #tea b1 lost: hub.test leaf.test", "Message in #tea <b2> where is everybody?");
}

TEST(IrcNetsplit, IsKnownByItsBatchToo) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "batch");
  irc.is_in("#tea", "alice b1 b2");
  irc.server_says(":irc.test BATCH +n netsplit hub.test leaf.test", "@batch=n :b1!b@h QUIT :gone",
                  "@batch=n :b2!b@h QUIT :gone");
  irc.server_says(":irc.test BATCH -n");
  const auto heard = irc.heard();
  ASSERT_FALSE(heard.empty());
  EXPECT_EQ(heard.front(), "OccupantsLeft #tea b1 b2 lost: gone");
}

TEST(IrcAway, IsSeenInTheRooms) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "away-notify");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.said();
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob carol",
                  ":irc.test 366 alice #tea :End");
  irc.we_say("MODE #tea", "WHO #tea");
  irc.heard();
  irc.server_says(":irc.test 352 alice #tea b host irc.test bob G :0 Bob",
                  ":irc.test 352 alice #tea c host irc.test carol H :0 Carol", ":irc.test 315 alice #tea :End");
  irc.owner_hears("OccupantChanged #tea bob(away)");
  irc.server_says(":bob!b@h AWAY", ":carol!c@h AWAY :lunch");
  irc.owner_hears("OccupantChanged #tea bob", "OccupantChanged #tea carol(away)");
}

TEST(IrcAway, OfOurselvesIsWhatTheServerSaysOfIt) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":irc.test 306 alice :You have been marked as being away");
  irc.owner_hears("OccupantChanged #tea alice(away)", "SelfChanged alice in #tea");
  irc.server_says(":irc.test 306 alice :You have been marked as being away");
  irc.owner_hears();
  irc.server_says(":irc.test 305 alice :You are no longer marked as being away");
  irc.owner_hears("OccupantChanged #tea alice", "SelfChanged alice in #tea");
}

TEST(IrcAway, OfOurselvesIsShownInARoomThatIsEnteredLater) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#");
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "lunch"});
  irc.server_says(":irc.test 306 alice :You have been marked as being away");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.said();
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob", ":irc.test 366 alice #tea :End");
  const auto joined = std::find_if(irc.events.begin(), irc.events.end(), [](const chat::Event& event) {
    return std::holds_alternative<chat::RoomJoined>(event);
  });
  ASSERT_NE(joined, irc.events.end());
  EXPECT_TRUE(std::get<chat::RoomJoined>(*joined).standing.away);
}

void a_busy_room(IrcScript& irc) {
  irc.is_ready();
  irc.is_in("#tea", "alice @bob");
  irc.server_says(":carol!c@h JOIN #tea");
  irc.owner_asks(chat::SendMessage{{RoomId{"#tea"}, {}}, chat::plain("hello")});
  irc.server_says(":alice!a@h NICK alison");
  irc.server_says(":bob!b@h MODE #tea +o alison");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "cups"});
  irc.owner_asks(chat::GetProfile{chat::PersonId{"bob"}});
  irc.server_says(":carol!c@h QUIT :bye");
  irc.owner_asks(chat::JoinRoom{RoomId{"#cake"}, "alison", {}});
  irc.owner_asks(chat::LeaveRoom{RoomId{"#tea"}, {}});
}

TEST(IrcMembership, SurvivesADropAtEveryStep) { survives_a_drop_at_every_step(a_busy_room); }

TEST(IrcModes, ChangeStandings) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice @bob carol");
  irc.server_says(":bob!b@h MODE #tea +ov carol alice");
  irc.owner_hears("OccupantChanged #tea @carol by bob", "OccupantChanged #tea +alice by bob",
                  "SelfChanged +alice in #tea");
  irc.server_says(":bob!b@h MODE #tea -o+v carol CAROL");
  irc.owner_hears("OccupantChanged #tea +carol by bob");
  irc.server_says(":bob!b@h MODE #tea +b *!*@spam");
  irc.owner_hears();
}

TEST(IrcTopic, IsFollowed) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice");
  irc.server_says(
      ":bob!b@h TOPIC #tea :caf\xe9 \x02"
      "bold");
  irc.owner_hears("TopicChanged #tea by bob: café bold");
  irc.server_says(":bob!b@h TOPIC #tea :");
  irc.owner_hears("TopicChanged #tea by bob: ");
}

TEST(IrcInvitation, IsTold) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":bob!b@h INVITE alice :#tea", ":bob!b@h INVITE carol #tea");
  irc.owner_hears("Invited to #tea by bob");
}

}  // namespace
}  // namespace dragoman::test
