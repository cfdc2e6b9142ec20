#include "support/bridge_script.hpp"

// What becomes of edits, replies, reactions and long texts, as the configuration says it for a leg.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using chat::Feature;
using test::BridgeScript;
using Lines = std::vector<std::string>;
using How = EditPolicy::How;

/// Alice in "one" has said "tea?" (m1); "two" can do everything and calls it x1, "three" nothing.
struct BridgePolicies : testing::Test {
  BridgeScript script{{"one", "two", "three"}};

  BridgePolicies() {
    for (const char* leg : {"one", "two"}) {
      for (const Feature each : {Feature::edit, Feature::react, Feature::reply}) script.network(leg).can(each);
    }
  }
  void is_up() {
    script.is_up();
    script.hears("one", "alice", "tea?", "m1");
    for (const auto& [leg, id] : {std::pair{"two", "x1"}, std::pair{"three", "y1"}}) {
      script.told(leg);
      script.takes(leg, id);
    }
  }
  void alice_edits(const std::string& text) {
    script.says("one", chat::MessageEdited{{chat::RoomId{"#one"}, {}},
                                           script.author("alice"),
                                           chat::MessageId{"edit"},
                                           chat::MessageId{"m1"},
                                           chat::plain(text)});
  }
  void reacts(const std::string& who, Lines emoji) {
    script.says("one", chat::ReactionsChanged{
                           {chat::RoomId{"#one"}, {}}, script.author(who), chat::MessageId{"m1"}, std::move(emoji)});
  }
};

TEST_F(BridgePolicies, WithinTheWindowAnEditIsOne) {
  script.leg(1).policies.edits.window = 10min;
  is_up();
  script.passes(9min);
  alice_edits("coffee?");
  EXPECT_EQ(script.told("two"), Lines{"edit x1: <alice> coffee?"});
}

TEST_F(BridgePolicies, AfterItAnEditIsSaidAsANewText) {
  script.leg(1).policies.edits.window = 10min;
  script.leg(2).policies.edits.fallback = How::as_new;
  is_up();
  script.passes(11min);
  alice_edits("coffee?");
  EXPECT_EQ(script.told("two"), Lines{"<alice> coffee? (edited)"});
  EXPECT_EQ(script.told("three"), Lines{"<alice> coffee?"}) << "it knows no edits";
}

TEST_F(BridgePolicies, OrNotAtAll) {
  script.leg(1).policies.edits.window = 10min;
  script.leg(1).policies.edits.fallback = script.leg(2).policies.edits.fallback = How::drop;
  is_up();
  alice_edits("coffee?");
  EXPECT_EQ(script.told("two"), Lines{"edit x1: <alice> coffee?"});
  script.takes("two");
  script.passes(11min);
  alice_edits("milk?");
  EXPECT_EQ(script.told("two"), Lines{});
  EXPECT_EQ(script.told("three"), Lines{});
  EXPECT_EQ(script.rows_in(store::State::held), 0U) << "it is not kept for the operator";
  EXPECT_EQ(script.rows_in(store::State::queued), 0U);
}

TEST_F(BridgePolicies, AnEditThatTheNetworkRefusesIsHeld) {
  script.leg(1).policies.edits.fallback = How::drop;
  is_up();
  alice_edits("coffee?");
  script.told("two");
  script.refuses("two", Fault::not_allowed);
  EXPECT_EQ(script.rows_in(store::State::held), 1U);
}

TEST_F(BridgePolicies, RepliesQuoteAsMuchAsTheConfigurationSays) {
  script.leg(2).policies.replies = {Carry::as_text, 4};
  script.leg(1).policies.replies.how = Carry::drop;
  is_up();
  script.hears("one", "alice", "a long question", "m2");
  for (const char* leg : {"two", "three"}) script.told(leg), script.takes(leg, "z");
  auto answer = script.said("one", "bob", "yes", "m3");
  answer.content.reply_to = chat::MessageId{"m2"};
  script.says("one", answer);
  EXPECT_EQ(script.told("three"), Lines{"> <alice> a lo…\n<bob> yes"});
  EXPECT_EQ(script.told("two"), Lines{"<bob> yes"});
}

TEST_F(BridgePolicies, ReactionsAreOneLineAMinute) {
  is_up();
  reacts("bob", {"👍"});
  EXPECT_EQ(script.told("three"), Lines{"* b\xe2\x80\x8bob 👍 \"tea?\""});
  script.passes(30s);
  reacts("bob", {"👍", "🎉"});
  reacts("bob", {"👍", "🎉", "🚀"});
  reacts("carol", {"👍"});
  EXPECT_EQ(script.told("three"), Lines{"* c\xe2\x80\x8b"
                                        "arol 👍 \"tea?\""})
      << "of each person";
  script.passes(29s);
  EXPECT_EQ(script.told("three"), Lines{});
  script.passes(1s);
  EXPECT_EQ(script.told("three"), Lines{"* b\xe2\x80\x8bob 🎉 🚀 \"tea?\""}) << "what is new, together";
  script.passes(1min);
  EXPECT_EQ(script.told("three"), Lines{});
}

TEST_F(BridgePolicies, AReactionTakenBackInTimeIsNotSaid) {
  is_up();
  reacts("bob", {"👍"});
  script.told("three");
  reacts("bob", {"👍", "🎉"});
  reacts("bob", {"👍"});
  script.passes(1min);
  EXPECT_EQ(script.told("three"), Lines{});
  reacts("bob", {});
  reacts("bob", {"👍"});
  EXPECT_EQ(script.told("three"), Lines{}) << "it has been said";
}

TEST_F(BridgePolicies, ReactionsThatWaitAreOnDiskWhenTheProgramEnds) {
  is_up();
  reacts("bob", {"👍"});
  script.told("three");
  script.takes("three");
  reacts("bob", {"👍", "🎉"});
  script.ends();
  script.is_up();
  EXPECT_EQ(script.told("three"), Lines{"* b\xe2\x80\x8bob 🎉 \"tea?\""});
}

/// "three" is a network of lines that takes two at most.
struct BridgeLongTexts : BridgePolicies {
  BridgeLongTexts() {
    script.network("three").capabilities().line_bytes = 400;
    script.leg(2).policies.long_text.lines = 2;
  }
};

TEST_F(BridgeLongTexts, ArePutElsewhereAndWhatFollowsWaits) {
  is_up();
  script.hears("one", "alice", "a\nb\nc", "m2");
  script.hears("one", "alice", "and?", "m3");
  EXPECT_EQ(script.told("two"), (Lines{"<alice> a\nb\nc", "<alice> and?"}));
  EXPECT_EQ(script.told("three"), Lines{});
  ASSERT_EQ(script.uploader.files.size(), 1U);
  EXPECT_EQ(script.uploader.files[0].bytes, "a\nb\nc\n");
  script.uploader.waiting[0](std::string{"https://up.test/1"});
  script.end_turn();
  const auto& commands = script.network("three").commands;
  ASSERT_FALSE(commands.empty());
  const auto& said = std::get<chat::SendMessage>(commands.front().second).content;
  ASSERT_EQ(said.attachments.size(), 1U);
  EXPECT_EQ(said.attachments[0].url, "https://up.test/1");
  EXPECT_EQ(said.attachments[0].description, "all 3 lines");
  EXPECT_EQ(script.told("three"), (Lines{"<alice> a …", "<alice> and?"}));
}

TEST_F(BridgeLongTexts, AreSaidWithAMarkWhereNothingTakesThem) {
  is_up();
  script.hears("one", "alice", "a\nb\nc", "m2");
  script.uploader.waiting[0](failure(Fault::unavailable, "it is full"));
  script.end_turn();
  EXPECT_EQ(script.told("three"), Lines{"<alice> [3 lines] a\n<alice> b\n<alice> c"});
  script.uploader.there = false;
  script.hears("one", "alice", "d\ne\nf", "m3");
  EXPECT_EQ(script.told("three"), Lines{"<alice> [3 lines] d\n<alice> e\n<alice> f"});
}

TEST_F(BridgeLongTexts, AnUploadMayEndWhenTheBridgeIsGone) {
  is_up();
  script.hears("one", "alice", "a\nb\nc", "m2");
  script.ends();
  script.uploader.waiting[0](std::string{"https://up.test/1"});
  EXPECT_EQ(script.rows_in(store::State::queued), 2U) << "one each for two and three, to be told after a restart";
}

TEST_F(BridgeLongTexts, CanBeClipped) {
  script.leg(2).policies.long_text.overflow = LongText::Overflow::clip;
  is_up();
  script.hears("one", "alice", "a\nb\nc", "m2");
  EXPECT_EQ(script.told("three"), Lines{"<alice> a\n<alice> b [1 line more]"});
  EXPECT_TRUE(script.uploader.files.empty());
}

TEST_F(BridgePolicies, WhoIsThrownOutIsToldWhereTheConfigurationWantsIt) {
  script.plan.tells_bans = true;
  script.starts();
  script.lets_in("one", {"bob", "carol", "dave"});
  script.lets_in("two");
  const auto left = [&](const std::string& who, chat::OccupantsLeft::Why why, const std::string& text) {
    chat::OccupantsLeft event;
    event.room = chat::RoomId{"#one"};
    event.occupants = {script.name("one", who)};
    event.why = why;
    event.actor = "alice";
    event.text = text;
    script.says("one", event);
  };
  left("bob", chat::OccupantsLeft::Why::banned, "spam");
  left("carol", chat::OccupantsLeft::Why::kicked, "");
  left("dave", chat::OccupantsLeft::Why::quit, "bye");
  EXPECT_EQ(script.told("two"), (Lines{"notice: bob was banned from #one@one.test by alice: spam",
                                       "notice: carol was kicked from #one@one.test by alice"}));
  EXPECT_EQ(script.told("one"), Lines{});
}

TEST_F(BridgePolicies, FilesThatAreNotWantedAreNamed) {
  script.leg(1).policies.files.deny = {"*.html"};
  is_up();
  auto message = script.said("one", "alice", "", "m2");
  message.content.attachments.push_back(
      {"https://up.test/evil.html", "evil.html", "text/html", 2048, 0, 0, {}, {}, {}});
  script.says("one", message);
  EXPECT_EQ(script.told("two"), Lines{"<alice> [evil.html, 2048 bytes: such files are not passed on]"});
  EXPECT_EQ(script.told("three"), Lines{"<alice> evil.html"});
}

}  // namespace
}  // namespace dragoman::bridge
