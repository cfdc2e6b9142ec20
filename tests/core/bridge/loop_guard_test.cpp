#include "bridge/loop_guard.hpp"

#include <set>

#include "bridge/relay_format.hpp"
#include "bridge/unwrapped.hpp"
#include "support/bridge_script.hpp"

// Bots of others that tie the same rooms together.

namespace dragoman::bridge {
namespace {

using namespace std::chrono_literals;
using test::BridgeScript;
using Texts = std::vector<std::string>;

TEST(Unwrapped, TakesNamesFromTheFront) {
  EXPECT_EQ(unwrap("[irc] <Bob> **Ali\xe2\x80\x8b\x63\x65**: Hi  there").names, (Texts{"irc", "bob", "alice"}));
  EXPECT_EQ(unwrap("[irc] <Bob> **Alice**: Hi  there").text, "hi there");
  EXPECT_EQ(unwrap("<3 you").names, Texts{});
  EXPECT_EQ(unwrap("").text, "");
  EXPECT_EQ(unwrap("<a> ").text, "<a>");
}

TEST(RelayFormatTest, FillsInVariables) {
  const Speaker speaker{"alice", "alice!a@h", "Libera", "dev", "#dev@irc.test"};
  const auto written = [&](const char* text) {
    const auto format = RelayFormat::parse(text);
    return format ? format->write(speaker) : format.error().text;
  };
  EXPECT_EQ(written("<{nick}/{network}> "), "<alice/Libera> ");
  EXPECT_EQ(written("{{{nick_noping} {user_id} {label} {room}"), "{a\xe2\x80\x8blice alice!a@h dev #dev@irc.test");
  EXPECT_EQ(written("{nik}"),
            "there is no {nik}; there are {nick}, {nick_noping}, {user_id}, {network}, {label}, {room}");
  EXPECT_EQ(written("{nick"), "a \"{\" is not closed; \"{{\" is a brace");
}

/// Another bridge between two rooms, which knows nothing of ours: what is said in one it says in the other.
class DumbBridge {
 public:
  explicit DumbBridge(BridgeScript& script) : script_(script) {}
  /// `message` was said in the room of `leg`.
  void hears(const std::string& leg, const std::string& who, const std::string& text) {
    const std::string other = leg == "one" ? "two" : "one";
    ++said;
    script_.hears(other, "dumb", '<' + who + "> " + text);
  }
  /// Plays on until nobody says anything any more, or for so many rounds. How much we said.
  std::size_t plays(int rounds = 50) {
    std::size_t ours = 0;
    for (int round = 0; round < rounds; ++round) {
      bool quiet = true;
      for (const char* leg : {"one", "two"}) {
        for (const std::string& text : script_.told(leg)) {
          if (text.starts_with("notice")) continue;
          ++ours;
          quiet = false;
          script_.takes(leg);
          hears(leg, "bridge", text);
        }
      }
      if (quiet) break;
      script_.passes(50ms);
    }
    return ours;
  }
  std::size_t said = 0;

 private:
  BridgeScript& script_;
};

TEST(BridgeLoops, ADumbThirdBridgeMakesAtMostTwoMessagesOfOne) {
  BridgeScript script;
  script.is_up();
  DumbBridge dumb{script};
  for (int i = 0; i < 20; ++i) {
    const std::string text = "message " + std::to_string(i);
    script.hears("one", "alice", text);
    dumb.hears("one", "alice", text);
    EXPECT_LE(dumb.plays(), 2U) << text;
  }
  EXPECT_EQ(script.operator_heard.size(), 2U) << "once for each room that it is in";
  EXPECT_FALSE(script.bridge->paused());
}

TEST(BridgeLoops, EvenWhenItIsFasterThanWe) {
  BridgeScript script;
  script.is_up();
  DumbBridge dumb{script};
  for (int i = 0; i < 20; ++i) {
    const std::string text = "message " + std::to_string(i);
    dumb.hears("one", "alice", text);
    script.hears("one", "alice", text);
    EXPECT_LE(dumb.plays(), 2U) << text;
  }
}

TEST(BridgeLoops, AnOriginalBehindItsCopyIsNotToldAgain) {
  BridgeScript script;
  script.is_up();
  script.hears("two", "dumb", "<alice> hello");
  script.hears("one", "alice", "hello");
  script.hears("two", "other", "<gw2> <alice> hello");
  EXPECT_EQ(script.told("one"), Texts{"<dumb> <alice> hello"});
  EXPECT_EQ(script.told("two"), Texts{});
  script.hears("one", "alice", "hello again");
  EXPECT_EQ(script.told("two"), Texts{"<alice> hello again"});
}

TEST(BridgeLoops, PeopleMaySayTheSame) {
  BridgeScript script;
  script.is_up();
  script.hears("one", "alice", "ok");
  script.hears("two", "bob", "ok");
  script.hears("two", "carol", "alice: ok");
  script.passes(1min);
  script.hears("two", "carol", "<alice> ok");
  EXPECT_EQ(script.told("one"), (Texts{"<bob> ok", "<carol> alice: ok", "<carol> <alice> ok"}));
}

TEST(BridgeLoops, AStormPausesTheBridge) {
  BridgeScript script;
  script.is_up();
  int seconds = 0;
  for (; seconds < 10 && !script.bridge->paused(); ++seconds) {
    for (int i = 0; i < 15; ++i) {
      // A bot that changes the names, so that nobody recognises what it says again.
      const std::string text = "storm " + std::to_string(seconds * 15 + i);
      script.hears("one", "bot1", text);
      script.hears("two", "bot2", text);
    }
    script.passes(1s);
  }
  EXPECT_TRUE(script.bridge->paused());
  EXPECT_LT(seconds, 10);
  EXPECT_EQ(script.bridge->overview().storms, 1U);
  EXPECT_EQ(script.operator_heard.size(), 1U);
  const Texts told = script.told("one");
  EXPECT_EQ(told.back(), "notice: The bridge is paused: the same messages go round between its rooms.");
}

TEST(BridgeLoops, MuchTalkIsNoStorm) {
  Breaker breaker;
  Instant now = Instant{} + 1h;
  for (int i = 0; i < 5000; ++i) {
    now += 5ms;
    ASSERT_FALSE(breaker.trips(now, i % 2 == 0 ? "one" : "two", "text " + std::to_string(i)));
  }
}

}  // namespace
}  // namespace dragoman::bridge
