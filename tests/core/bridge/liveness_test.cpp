#include <algorithm>

#include "support/bridge_script.hpp"

// What is said while a room cannot be reached, and what people and the operator are told of it.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using test::BridgeScript;
using Texts = std::vector<std::string>;

TEST(BridgeLiveness, KeepsWhatIsSaidMeanwhileAndSaysWhen) {
  BridgeScript script;
  script.is_up();
  script.loses("two");
  script.hears("one", "alice", "first");
  script.passes(2min);
  script.hears("one", "bob", "second");
  EXPECT_EQ(script.told("two"), Texts{});
  EXPECT_EQ(script.leg_overview(1).waiting, 2U);
  script.lets_in("two");
  EXPECT_EQ(script.told("two"), (Texts{"[09:00] <alice> first", "<bob> second"}));
  EXPECT_EQ(script.told("one"),
            Texts{"notice: What was said in #two@two.test between 09:00 and 09:02 UTC was not heard."})
      << "that it was away for two minutes is nobody's business";
}

TEST(BridgeLiveness, KeepsItOverARestart) {
  BridgeScript script;
  script.is_up();
  script.loses("two");
  script.hears("one", "alice", "hello");
  script.ends();
  script.is_up();
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST(BridgeLiveness, WhatWasNotProvedIsToldAgain) {
  BridgeScript script;
  script.is_up();
  script.hears("one", "alice", "hello");
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
  script.ends();
  script.is_up();
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST(BridgeLiveness, SaysInTheOtherRoomsThatOneIsAwayAndThatItIsBack) {
  BridgeScript script{{"one", "two", "three"}};
  script.is_up();
  script.loses("two");
  script.passes(4min);
  EXPECT_EQ(script.told("one"), Texts{});
  script.passes(1min);
  const Texts away{
      "notice: #two@two.test has not been reached since 09:00 UTC (no route). What is said here is kept for it for 15 "
      "min."};
  EXPECT_EQ(script.told("one"), away);
  EXPECT_EQ(script.told("three"), away);
  script.loses("two");
  script.passes(7min);
  EXPECT_EQ(script.told("one"), Texts{}) << "once an outage";
  script.lets_in("two");
  EXPECT_EQ(script.told("one"),
            (Texts{"notice: #two@two.test is back after 12 min.",
                   "notice: What was said in #two@two.test between 09:00 and 09:12 UTC was not heard."}));
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST(BridgeLiveness, TellsOfShorterOutagesWhereTheOperatorWantsIt) {
  BridgeScript script;
  script.plan.told_after = 10s;
  script.is_up();
  script.loses("two");
  script.passes(9s);
  EXPECT_EQ(script.told("one"), Texts{});
  script.passes(1s);
  EXPECT_EQ(script.told("one").size(), 1U);
  script.lets_in("two");
  EXPECT_EQ(script.told("one"), (Texts{"notice: #two@two.test is back after 10 s.",
                                       "notice: What was said in #two@two.test between 09:00 and 09:00 UTC was not "
                                       "heard."}));
}

TEST(BridgeLiveness, TellsOfAGapAlsoWhoIsBackLater) {
  BridgeScript script{{"one", "two", "three"}};
  script.is_up();
  script.loses("two");
  script.loses("three");
  script.passes(2min);
  script.lets_in("two");
  EXPECT_EQ(script.told("three"), Texts{});
  script.lets_in("three");
  EXPECT_EQ(script.told("three"),
            Texts{"notice: What was said in #two@two.test between 09:00 and 09:02 UTC was not heard."});
}

TEST(BridgeLiveness, WhatIsSaidEverywhereIsSaidLaterWhereTheBotIsOut) {
  BridgeScript script{{"one", "two", "three"}};
  script.is_up();
  script.loses("two");
  script.bridge->say_everywhere("the hook ci speaks here");
  script.passes(1s);
  EXPECT_EQ(script.told("one"), Texts{"notice: the hook ci speaks here"});
  EXPECT_EQ(script.told("three"), Texts{"notice: the hook ci speaks here"});
  EXPECT_EQ(script.told("two"), Texts{});
  script.lets_in("two");
  EXPECT_EQ(script.told("two"), Texts{"notice: the hook ci speaks here"});
}

TEST(BridgeLiveness, WhatWaitsTooLongIsHeldAndCounted) {
  BridgeScript script;
  script.is_up();
  script.loses("two");
  script.hears("one", "alice", "hello");
  script.passes(5min);
  script.told("one");
  script.passes(11min);
  EXPECT_EQ(script.rows_in(store::State::held), 1U);
  EXPECT_EQ(script.rows_in(store::State::returning), 0U);
  EXPECT_EQ(script.leg_overview(1).held, 1U);
  script.told("one");
  script.lets_in("two");
  EXPECT_EQ(script.told("two"), Texts{});
  EXPECT_EQ(
      script.told("one").front(),
      "notice: #two@two.test is back after 16 min; 1 message could not be told there and is held by the operator.");
}

TEST(BridgeLiveness, WhatIsOverTheLimitIsHeldAndThatIsSaidOnce) {
  BridgeScript script;
  script.plan.most = 3;
  script.is_up();
  script.loses("two");
  for (int i = 1; i <= 6; ++i) script.hears("one", "alice", std::to_string(i));
  EXPECT_EQ(script.rows_in(store::State::held), 3U);
  EXPECT_EQ(script.told("one"), Texts{"notice: #two@two.test does not get all that is said here: what it cannot take "
                                      "is held by the operator."});
  script.lets_in("two");
  EXPECT_EQ(script.told("two"), (Texts{"<alice> 1", "<alice> 2", "<alice> 3"}));
}

TEST(BridgeLiveness, WhoHasNoVoiceWaitsForItAndTellsTheOperator) {
  BridgeScript script;
  script.is_up();
  chat::SelfChanged self{"bridge", chat::RoomId{"#two"}, {}, {}};
  self.standing.role = chat::Role::visitor;
  script.says("two", self);
  script.hears("one", "alice", "first");
  EXPECT_EQ(script.told("two"), Texts{"<alice> first"}) << "not every room is moderated";
  script.refuses("two", Fault::forbidden);
  script.hears("one", "alice", "second");
  script.passes(2s);
  EXPECT_EQ(script.told("two"), Texts{});
  EXPECT_EQ(script.leg_overview(1).waiting, 2U);
  EXPECT_EQ(script.operator_heard, Texts{"Bridge dev has no voice in #two@two.test: what is said elsewhere waits until "
                                         "a moderator gives it voice."});
  self.standing.role = chat::Role::participant;
  script.says("two", self);
  EXPECT_EQ(script.told("two"), (Texts{"<alice> first", "<alice> second"}));
  EXPECT_EQ(script.rows_in(store::State::held), 0U);
}

TEST(BridgeLiveness, WhatTheNetworkRefusesIsHeld) {
  BridgeScript script;
  script.is_up();
  script.hears("one", "alice", "hello");
  script.told("two");
  script.refuses("two", Fault::forbidden);
  EXPECT_EQ(script.rows_in(store::State::held), 1U);
}

TEST(BridgeLiveness, GoesInAgainWhenItWasKicked) {
  BridgeScript script;
  script.is_up();
  chat::RoomLeft kicked;
  kicked.room = chat::RoomId{"#two"};
  kicked.why = chat::RoomLeft::Why::kicked;
  kicked.actor = "op";
  kicked.text = "go away";
  const auto joins = [&] {
    return std::count_if(script.network("two").commands.begin(), script.network("two").commands.end(),
                         [](const auto& each) { return std::holds_alternative<chat::JoinRoom>(each.second); });
  };
  script.network("two").commands.clear();
  script.says("two", kicked);
  EXPECT_EQ(script.leg_overview(1).state, LegState::out);
  ASSERT_EQ(script.operator_heard.size(), 1U);
  EXPECT_NE(script.operator_heard[0].find("kicked by op: go away"), std::string::npos) << script.operator_heard[0];
  EXPECT_EQ(joins(), 0);
  script.passes(1min);
  EXPECT_EQ(joins(), 1);
}

TEST(BridgeLiveness, StaysOutWhenItWasBannedUntilSomebodySaysSo) {
  BridgeScript script;
  script.is_up();
  chat::RoomLeft banned;
  banned.room = chat::RoomId{"#two"};
  banned.why = chat::RoomLeft::Why::banned;
  script.network("two").commands.clear();
  script.says("two", banned);
  script.passes(48h);
  EXPECT_TRUE(script.network("two").commands.empty());
  EXPECT_EQ(script.operator_heard.size(), 1U);
  script.bridge->resume();
  EXPECT_EQ(script.network("two").commands.size(), 1U);
}

TEST(BridgeLiveness, ANetworkThatRefusesUsIsTriedAgainBySaying) {
  BridgeScript script;
  script.starts();
  script.lets_in("one");
  script.network("two").log.clear();
  script.says("two", chat::Lost{Fault::forbidden, "K-lined", std::nullopt});
  EXPECT_EQ(script.leg_overview(1).state, LegState::refused);
  EXPECT_EQ(script.operator_heard.size(), 1U);
  script.bridge->resume();
  EXPECT_EQ(script.network("two").log, (Texts{"stop ", "connect as bridge"}));
}

TEST(BridgeLiveness, SaysWhatWasNotHeard) {
  BridgeScript script;
  script.is_up();
  const Timestamp now = script.clock.utc();
  script.says("one", chat::HistoryGap{{chat::RoomId{"#one"}, {}}, now - 20min, now - 10min});
  EXPECT_EQ(script.told("two"),
            Texts{"notice: What was said in #one@one.test between 08:40 and 08:50 UTC was not heard."});
}

TEST(BridgeLiveness, SaysThatWhatNobodyKeepsWasNotHeard) {
  BridgeScript script;
  script.is_up();
  script.loses("one");
  script.passes(2min);
  script.lets_in("one");
  const Texts gap{"notice: What was said in #one@one.test between 09:00 and 09:02 UTC was not heard."};
  EXPECT_EQ(script.told("two"), gap);
  script.ends();
  script.passes(3min);
  script.is_up();
  EXPECT_EQ(script.told("one"),
            Texts{"notice: What was said in #two@two.test between 09:02 and 09:05 UTC was not heard."});
}

TEST(BridgeLiveness, AsksForWhatWasSaidMeanwhileAndKeepsTheOrder) {
  BridgeScript script;
  script.network("one").can(chat::Feature::history);
  script.is_up();
  script.hears("one", "alice", "before", "m1");
  script.told("two");
  script.takes("two");
  script.loses("one");
  script.passes(4min);
  script.lets_in("one");
  const auto& [id, command] = script.network("one").commands.back();
  const auto& asked = std::get<chat::GetHistory>(command);
  EXPECT_EQ(asked.since, script.clock.utc() - 4min);
  script.hears("one", "bob", "now", "m3");
  EXPECT_EQ(script.told("two"), Texts{});
  chat::HistoryPage page;
  for (const auto& [name, ago] : {std::pair{"m1", 4min}, std::pair{"m2", 2min}, std::pair{"m3", 0min}}) {
    page.messages.push_back(script.said("one", "alice", name, name));
    page.messages.back().time = script.clock.utc() - ago;
  }
  script.says("one", chat::Done{id, page});
  EXPECT_EQ(script.told("two"), (Texts{"[09:02] <alice> m2", "<alice> m3"})) << "each once";
}

TEST(BridgeLiveness, ANetworkThatIsStartedAnewIsJoinedAgain) {
  BridgeScript script;
  script.is_up();
  script.bridge->network_goes("two.test");
  EXPECT_EQ(script.network("two").session, nullptr);
  script.hears("one", "alice", "hello");
  script.bridge->network_came("two.test");
  script.lets_in("two");
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
}

TEST(BridgeReload, LegsThatStayKeepTheirSessions) {
  BridgeScript script;
  script.is_up();
  script.add_network("three");
  const auto* session = script.network("one").session;
  Plan later = script.plan;
  later.legs = {BridgeScript::leg_plan("three"), BridgeScript::leg_plan("one")};
  later.legs[1].format = "[{nick}] ";
  script.bridge->take(later);
  script.lets_in("three");
  EXPECT_EQ(script.network("one").session, session);
  EXPECT_EQ(script.network("two").session, nullptr);
  script.hears("three", "carol", "hello");
  EXPECT_EQ(script.told("one"), Texts{"[carol] hello"});
}

TEST(BridgeReload, WhatWaitsForARoomThatIsTakenAwayIsHeld) {
  BridgeScript script{{"one", "two", "three"}};
  script.is_up();
  script.loses("two");
  script.hears("one", "alice", "hello");
  Plan later = script.plan;
  later.legs.erase(later.legs.begin() + 1);
  script.bridge->take(later);
  EXPECT_EQ(script.rows_in(store::State::held), 1U);
}

}  // namespace
}  // namespace dragoman::bridge
