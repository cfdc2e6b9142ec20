#include <algorithm>

#include "support/bridge_script.hpp"

// What is said in one room of a bridge is said in the others.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using chat::Feature;
using test::BridgeScript;
using Texts = std::vector<std::string>;

TEST(BridgeRelaying, TellsAllOtherRooms) {
  BridgeScript script{{"one", "two", "three"}};
  script.is_up();
  script.hears("one", "alice", "hello", "m1");
  EXPECT_EQ(script.told("one"), Texts{});
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello"});
  EXPECT_EQ(script.told("three"), Texts{"<alice> hello"});
  script.takes("two", "x1");
  script.takes("three");
  EXPECT_EQ(script.rows_in(store::State::delivered), 2U) << "a row a room";
}

TEST(BridgeRelaying, GoesOneWayWhereTheConfigurationSaysSo) {
  BridgeScript script{{"in", "out", "both"}};
  script.leg(0).direction = LegPlan::Direction::in;
  script.leg(1).direction = LegPlan::Direction::out;
  script.is_up();
  script.hears("in", "alice", "1");
  script.hears("out", "bob", "2");
  script.hears("both", "carol", "3");
  EXPECT_EQ(script.told("in"), Texts{});
  EXPECT_EQ(script.told("out"), (Texts{"<alice> 1", "<carol> 3"}));
  EXPECT_EQ(script.told("both"), Texts{"<alice> 1"});
}

TEST(BridgeRelaying, LeavesTheNameToANetworkThatShowsIt) {
  BridgeScript script;
  script.leg(1).format.clear();
  script.starts();
  script.lets_in("one");
  script.lets_in("two", {"Bob"});
  script.hears("one", "alice", "hello");
  script.hears("one", "bob", "hello");
  EXPECT_EQ(script.told("two"), (Texts{"alice: hello", "b\xe2\x80\x8bob: hello"}))
      << "who is called like somebody there calls nobody";
}

TEST(BridgeRelaying, ActionsSayWhoActs) {
  BridgeScript script;
  script.is_up();
  auto waves = script.said("one", "alice", "waves");
  waves.content.kind = chat::Content::Kind::action;
  script.says("one", waves);
  EXPECT_EQ(script.told("two"), Texts{"* a\xe2\x80\x8blice waves"});
}

TEST(BridgeRelaying, NamesTheSpeakerInFrontOfEachLineOfANetworkOfLines) {
  BridgeScript script;
  script.network("two").capabilities().line_bytes = 400;
  script.is_up();
  script.hears("one", "alice", "a\nb");
  script.hears("two", "bob", "a\nb");
  EXPECT_EQ(script.told("two"), Texts{"<alice> a\n<alice> b"});
  EXPECT_EQ(script.told("one"), Texts{"<bob> a\nb"});
}

TEST(BridgeRelaying, KeepsQuietAboutWhatIsNotSaidToTheRoomByPeople) {
  BridgeScript script;
  script.is_up();
  auto own = script.said("one", "bridge", "own");
  own.author.self = true;
  script.says("one", own);
  auto notice = script.said("one", "service", "notice");
  notice.content.kind = chat::Content::Kind::notice;
  script.says("one", notice);
  auto history = script.said("one", "alice", "long ago");
  history.replayed = true;
  history.time = script.clock.utc() - 1h;
  script.says("one", history);
  auto whisper = script.said("one", "alice", "psst");
  whisper.conversation.person = chat::PersonId{"alice"};
  script.says("one", whisper);
  auto elsewhere = script.said("one", "alice", "elsewhere");
  elsewhere.conversation.room = chat::RoomId{"#other"};
  script.says("one", elsewhere);
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST(BridgeRelaying, TellsWhatWasMissedWithTheTimeAndEachOnce) {
  BridgeScript script;
  script.is_up();
  script.hears("one", "alice", "before", "m1");
  script.told("two");
  script.loses("one");
  script.passes(10min);
  script.lets_in("one");
  for (const auto& [id, ago] : {std::pair{"m1", 10min}, std::pair{"m2", 5min}, std::pair{"m2", 5min}}) {
    auto missed = script.said("one", "alice", id, id);
    missed.replayed = true;
    missed.time = script.clock.utc() - ago;
    script.says("one", missed);
  }
  const Texts told = script.told("two");
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), "[09:05] <alice> m2");
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const auto& text) { return !text.starts_with("notice"); }), 1);
}

TEST(BridgeRelaying, TellsAllThatWasMissedInTheSameSecond) {
  BridgeScript script;
  script.plan.legs[0].is_xmpp = true;
  script.is_up();
  script.passes(10min + 900ms);
  script.hears("one", "alice", "before", "m1");
  script.told("two");
  script.lets_in("one");
  for (const char* id : {"m1", "m2", "m3"}) {
    auto missed = script.said("one", "alice", id, id);
    missed.replayed = true;
    missed.time = std::chrono::floor<std::chrono::seconds>(script.clock.utc());  // as Prosody's archive has it
    script.says("one", missed);
  }
  EXPECT_EQ(script.told("two"), (Texts{"<alice> m2", "<alice> m3"}));
}

TEST(BridgeRelaying, DropsWhatComesRound) {
  BridgeScript script;
  script.is_up();
  const auto came_by = [&](const std::string& via) {
    auto message = script.said("one", "other_bot", via);
    message.content.via = via;
    script.says("one", message);
  };
  came_by("dg-us");
  came_by("dg-a dg-us dg-b");
  came_by("dg-a dg-b dg-c dg-d");
  EXPECT_EQ(script.told("two"), Texts{});
  came_by("dg-a");
  const auto& [id, command] = script.network("two").commands.back();
  EXPECT_EQ(std::get<chat::SendMessage>(command).content.via, "dg-a dg-us");
}

TEST(BridgeRelaying, AnXmppRoomHearsNoAddressOfOurs) {
  BridgeScript script;
  script.leg(0).is_xmpp = true;
  script.is_up();
  auto ours = script.said("one", "puppet", "hello");
  ours.author.identity = "carol@irc.test";
  script.says("one", ours);
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST(BridgeRelaying, RulesDropReplaceAndRename) {
  BridgeScript script;
  RulePlan drop, rename, replace;
  drop.nick = "(?i)serv$";
  rename.from = "one.test";
  rename.nick = "^(.*)\\[m\\]$";
  rename.action = RulePlan::Action::rename;
  rename.with = "$1";
  rename.next = true;
  replace.text = "(?i)secret-\\w+";
  replace.action = RulePlan::Action::replace;
  replace.with = "[...]";
  script.plan.rules = {drop, rename, replace};
  script.is_up();
  script.hears("one", "ChanServ", "op");
  script.hears("one", "alice[m]", "the Secret-Project is late");
  script.hears("two", "bob[m]", "hi");
  EXPECT_EQ(script.told("two"), Texts{"<alice> the [...] is late"});
  EXPECT_EQ(script.told("one"), Texts{"<bob[m]> hi"});
  const auto explained = script.bridge->explain("#one@one.test", "alice[m]", "secret-door");
  ASSERT_TRUE(explained);
  EXPECT_EQ(explained->rules, (std::vector<std::size_t>{2, 3}));
  ASSERT_EQ(explained->legs.size(), 1U);
  EXPECT_EQ(explained->legs[0].text, "<alice> [...]");
  EXPECT_EQ(script.bridge->explain("#one@one.test", "NickServ", "x")->refused, "Rule 1 drops it.");
  EXPECT_EQ(script.bridge->explain("#nowhere@one.test", "a", "x").error().fault, Fault::not_found);
  EXPECT_EQ(script.told("two"), Texts{}) << "to explain says nothing";
}

TEST(BridgeRelaying, PausedItHearsNothingAlsoAfterARestart) {
  BridgeScript script;
  script.is_up();
  script.bridge->pause("by bob");
  script.hears("one", "alice", "hello");
  script.ends();
  script.is_up();
  script.hears("one", "alice", "hello?");
  EXPECT_EQ(script.told("two"), Texts{});
  script.bridge->resume();
  script.hears("one", "alice", "at last");
  EXPECT_EQ(script.told("two"), Texts{"<alice> at last"});
}

TEST(BridgeRelaying, SaysWhoComesAndGoes) {
  BridgeScript script;
  script.plan.status = StatusLines::summary;
  script.is_up();
  script.says("one", chat::OccupantsJoined{chat::RoomId{"#one"}, {{script.name("one", "alice"), {}}}});
  script.says("one", chat::OccupantsJoined{chat::RoomId{"#one"}, {{script.name("one", "bob"), {}}}});
  chat::OccupantsLeft left;
  left.room = chat::RoomId{"#one"};
  left.occupants = {script.name("one", "bob")};
  script.says("one", left);
  EXPECT_EQ(script.told("two"), Texts{});
  script.passes(1min);
  EXPECT_EQ(script.told("two"), Texts{"notice: #one@one.test: joined: alice"});
  script.passes(1min);
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST(BridgeRelaying, SaysEachOfThemWhereThatIsWanted) {
  BridgeScript script;
  script.plan.status = StatusLines::all;
  script.starts();
  script.lets_in("one", {"carol", "dave"});
  script.lets_in("two");
  script.told("two");
  script.says("one", chat::OccupantsJoined{chat::RoomId{"#one"}, {{script.name("one", "alice"), {}}}});
  script.says("one",
              chat::OccupantRenamed{chat::RoomId{"#one"}, script.name("one", "alice"), script.name("one", "al")});
  script.hears("one", "al", "hello");
  EXPECT_EQ(script.told("two"),
            (Texts{"notice: #one@one.test: joined: alice", "notice: #one@one.test: alice is now al", "<al> hello"}))
      << "in the order in which it happened";
  chat::OccupantsLeft split;
  split.room = chat::RoomId{"#one"};
  split.why = chat::OccupantsLeft::Why::lost;
  split.split = true;
  for (const char* each : {"carol", "dave"}) {
    split.occupants = {script.name("one", each)};
    script.says("one", split);
  }
  EXPECT_EQ(script.told("two"), Texts{});
  script.passes(1s);
  EXPECT_EQ(script.told("two"), Texts{"notice: #one@one.test: left: carol, dave"}) << "it came in pieces";
}

TEST(BridgeRelaying, SmartStatusLinesAreOfWhoHasSpoken) {
  BridgeScript script;
  script.plan.status = StatusLines::smart;
  script.starts();
  script.lets_in("one", {"alice", "lurker"});
  script.lets_in("two");
  script.hears("one", "alice", "bye");
  script.told("two");
  chat::OccupantsLeft left;
  left.room = chat::RoomId{"#one"};
  left.occupants = {script.name("one", "alice"), script.name("one", "lurker")};
  script.says("one", left);
  script.passes(1min);
  EXPECT_EQ(script.told("two"), Texts{"notice: #one@one.test: left: alice"});
}

}  // namespace
}  // namespace dragoman::bridge
