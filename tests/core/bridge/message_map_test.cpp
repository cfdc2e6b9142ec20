#include "support/bridge_script.hpp"

// Edits, replies, reactions and retractions follow their message to the other rooms.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using chat::Feature;
using chat::Support;
using test::BridgeScript;
using Texts = std::vector<std::string>;

/// Three rooms; "two" can do everything, "three" nothing.
struct BridgeMap : testing::Test {
  BridgeScript script{{"one", "two", "three"}};

  BridgeMap() {
    for (const Feature each : {Feature::edit, Feature::retract, Feature::react, Feature::reply}) {
      script.network("one").can(each);
      script.network("two").can(each);
    }
    script.network("three").can(Feature::reply, Support::as_text);
    script.is_up();
    script.hears("one", "alice", "tea?", "m1");
    script.told("two");
    script.takes("two", "x1");
    script.told("three");
    script.takes("three", "y1");
  }
  void edits(const std::string& leg, const std::string& who, const std::string& id, const std::string& text) {
    script.says(leg, chat::MessageEdited{{chat::RoomId{'#' + leg}, {}},
                                         script.author(who),
                                         chat::MessageId{"edit-of-" + id},
                                         chat::MessageId{id},
                                         chat::plain(text)});
  }
  void reacts(const std::string& leg, const std::string& who, const std::string& id, Texts emoji) {
    script.says(leg, chat::ReactionsChanged{
                         {chat::RoomId{'#' + leg}, {}}, script.author(who), chat::MessageId{id}, std::move(emoji)});
  }
  void replies(const std::string& leg, const std::string& who, const std::string& id, const std::string& text) {
    auto message = script.said(leg, who, text, "reply-to-" + id);
    message.content.reply_to = chat::MessageId{id};
    script.says(leg, message);
  }
};

TEST_F(BridgeMap, EditsFollow) {
  edits("one", "alice", "m1", "coffee?");
  EXPECT_EQ(script.told("two"), Texts{"edit x1: <alice> coffee?"});
  EXPECT_EQ(script.told("three"), Texts{"<alice> coffee? (edited)"});
}

TEST_F(BridgeMap, EditsFollowAfterARestart) {
  script.ends();
  script.is_up();
  edits("one", "alice", "m1", "coffee?");
  EXPECT_EQ(script.told("two"), Texts{"edit x1: <alice> coffee?"});
}

TEST_F(BridgeMap, AnEditWaitsForItsMessage) {
  script.hears("one", "alice", "bad", "m2");
  edits("one", "alice", "m2", "good");
  EXPECT_EQ(script.told("two"), Texts{"<alice> bad"});
  script.takes("two", "x2");
  EXPECT_EQ(script.told("two"), Texts{"edit x2: <alice> good"});
}

TEST_F(BridgeMap, AnEditOfAMessageThatIsNotKnownIsANewOne) {
  edits("one", "alice", "older", "coffee?");
  EXPECT_EQ(script.told("two"), Texts{"<alice> coffee? (edited)"});
}

TEST_F(BridgeMap, EditsCanBeLeftOut) {
  script.leg(1).policies.edits.how = EditPolicy::How::drop;
  script.bridge->take(script.plan);
  edits("one", "alice", "m1", "coffee?");
  EXPECT_EQ(script.told("two"), Texts{});
}

TEST_F(BridgeMap, RetractionsFollowWhereTheyCan) {
  script.says("one", chat::MessageRetracted{
                         {chat::RoomId{"#one"}, {}}, script.author("alice"), chat::MessageId{"m1"}, {}, false});
  EXPECT_EQ(script.told("two"), Texts{"retract x1"});
  EXPECT_EQ(script.told("three"), Texts{});
}

TEST_F(BridgeMap, ARetractionOfSomethingUnknownIsOver) {
  script.says("one", chat::MessageRetracted{
                         {chat::RoomId{"#one"}, {}}, script.author("alice"), chat::MessageId{"older"}, {}, false});
  EXPECT_EQ(script.told("two"), Texts{});
  EXPECT_EQ(script.rows_in(store::State::queued), 0U);
  EXPECT_EQ(script.rows_in(store::State::held), 0U);
}

TEST_F(BridgeMap, RepliesNameTheMessageThatTheyAnswer) {
  replies("two", "bob", "x1", "yes");
  EXPECT_EQ(script.told("one"), Texts{"<bob> yes to m1"}) << "alice's own message";
  EXPECT_EQ(script.told("three"), Texts{"> <alice> tea?\n<bob> yes"});
}

TEST_F(BridgeMap, AReplyToSomebodyOfANetworkWithoutRepliesCallsThem) {
  script.hears("three", "dave", "milk?", "");
  script.told("one");
  script.takes("one", "n1");
  replies("one", "alice", "n1", "no");
  const Texts told = script.told("three");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0], "<alice> dave: no");
}

TEST_F(BridgeMap, AMessageThatItsNetworkGivesNoNameIsFoundOnTheOthers) {
  for (const char* text : {"milk?", "sugar?"}) script.hears("three", "dave", text, "");
  script.told("one");
  script.takes("one", "n1");
  script.told("two");
  script.takes("two", "n2");
  script.takes("one");
  replies("one", "alice", "n1'", "two lumps");
  reacts("two", "bob", "n2", {"👍"});
  EXPECT_EQ(script.told("two"), Texts{"<alice> two lumps to n2'"});
  EXPECT_EQ(script.told("one"), Texts{"react n1: 👍"});
  EXPECT_EQ(script.told("three"), (Texts{"<alice> dave: two lumps", "* b\xe2\x80\x8bob 👍 \"milk?\""}));
}

TEST_F(BridgeMap, WhatWasTakenAMomentAgoIsKnownBeforeTheStoreIs) {
  script.hears("one", "alice", "cake!", "m2");
  script.told("two");
  script.takes_within_the_turn("two", "x2");
  script.network("one").session->says(
      chat::ReactionsChanged{{chat::RoomId{"#one"}, {}}, script.author("carol"), chat::MessageId{"m2"}, {"👍"}});
  for (int asked = 0; asked < 4; ++asked) script.store.answer_reads();
  script.end_turn();
  EXPECT_EQ(script.told("two"), Texts{"react x2: 👍"});
}

TEST_F(BridgeMap, AnAnswerInTheSameTurnKnowsWhatItAnswers) {
  script.hears("one", "alice", "cake!", "m2");
  script.told("two");
  script.takes_within_the_turn("two", "x2");
  auto answer = script.said("two", "bob", "yes", "x3");
  answer.content.reply_to = chat::MessageId{"x2"};
  script.network("two").session->says(answer);
  for (int asked = 0; asked < 4; ++asked) script.store.answer_reads();
  script.end_turn();
  EXPECT_EQ(script.told("one"), Texts{"<bob> yes to m2"});
}

TEST_F(BridgeMap, ReactionsOfSeveralPeopleAreThoseOfTheBridge) {
  reacts("one", "bob", "m1", {"👍"});
  EXPECT_EQ(script.told("two"), Texts{"react x1: 👍"});
  script.takes("two");
  reacts("one", "carol", "m1", {"🎉"});
  EXPECT_EQ(script.told("two"), Texts{"react x1: 🎉 👍"});
  script.takes("two");
  reacts("one", "bob", "m1", {});
  EXPECT_EQ(script.told("two"), Texts{"react x1: 🎉"});
}

TEST_F(BridgeMap, ReactionsReachWhereTheMessageCameFrom) {
  reacts("two", "bob", "x1", {"👍"});
  EXPECT_EQ(script.told("one"), Texts{"react m1: 👍"});
  EXPECT_EQ(script.told("three"), Texts{"* b\xe2\x80\x8bob 👍 \"tea?\""});
}

TEST_F(BridgeMap, TakingAReactionAwayIsNotSaidInText) {
  reacts("two", "bob", "x1", {});
  EXPECT_EQ(script.told("one"), Texts{"react m1:"});
  EXPECT_EQ(script.told("three"), Texts{});
}

}  // namespace
}  // namespace dragoman::bridge
