#include "config_bridge.hpp"

#include <gtest/gtest.h>

#include "support/fake_network.hpp"

namespace dragoman {
namespace {

using Lines = std::vector<std::string>;

/// A file with bridges between the networks one.test and two.test.
struct ConfigBridgeTest : ::testing::Test {
  test::FakeNetwork one, two;
  std::vector<BridgeEntry> bridges;

  Lines mistakes(const std::string& text) {
    Settings file = Settings::from_text(text, "f");
    bridges = read_bridges(file);
    resolve_bridges(bridges, {{"one.test", &one}, {"two.test", &two}});
    file.finish();
    return file.problems();
  }
  static std::string bridge(const std::string& name, const Lines& rooms, const std::string& more = {}) {
    std::string text = "[[bridge]]\nname = \"" + name + "\"\n" + more;
    for (const std::string& room : rooms) text += "[[bridge.leg]]\nroom = \"" + room + "\"\n";
    return text;
  }
};

TEST_F(ConfigBridgeTest, FindsRoomsInTheirNetworks) {
  EXPECT_EQ(mistakes(bridge("dev", {"#tea@one.test", "#milk@two.test", "dev@conference.test"})), Lines{});
  const auto& legs = bridges.at(0).plan.legs;
  ASSERT_EQ(legs.size(), 3U);
  EXPECT_EQ(place_of(legs[0]), "one.test #tea");
  EXPECT_EQ(place_of(legs[1]), "two.test #milk");
  EXPECT_EQ(place_of(legs[2]), "one.test dev@conference.test");
  EXPECT_TRUE(legs[2].is_xmpp);
  EXPECT_EQ(legs[0].format, "") << "the network shows who speaks";
  EXPECT_EQ(legs[2].format, "<{nick_noping}> ");
  EXPECT_EQ(legs[0].nickname, "dev");
}

TEST_F(ConfigBridgeTest, SaysWhatIsWrongWithALeg) {
  EXPECT_EQ(mistakes(bridge("dev", {"alice@one.test", "one.test"})),
            (Lines{"f:4:8: 'alice@one.test' is not the address of a room",
                   "f:6:8: 'one.test' is not the address of a room"}));
  EXPECT_EQ(mistakes(bridge("dev", {"#tea@one.test"})), Lines{"f:1:1: a bridge has at least two rooms: add a "
                                                              "[[bridge.leg]]"});
}

TEST_F(ConfigBridgeTest, ARoomBelongsToOneBridge) {
  EXPECT_EQ(mistakes(bridge("dev", {"#tea@one.test", "#a@two.test"}) + bridge("ops", {"#b@two.test", "#tea@one.test"})),
            Lines{"f:12:8: '#tea@one.test' is in the bridge 'dev' too: make one bridge of them, or messages would go "
                  "round"});
  EXPECT_EQ(mistakes(bridge("dev", {"#tea@one.test", "#tea@one.test"})),
            Lines{"f:6:8: '#tea@one.test' is twice in this bridge"});
}

TEST_F(ConfigBridgeTest, NamesAreUniqueAndPlain) {
  const Lines rooms{"#a@one.test", "#a@two.test"};
  EXPECT_EQ(mistakes(bridge("Dev Room", rooms)),
            Lines{"f:2:8: 'Dev Room' is no name of a bridge: a-z, 0-9, - and _, at most 32"});
  EXPECT_EQ(mistakes(bridge("dev", rooms) + bridge("dev", {"#b@one.test", "#b@two.test"})),
            Lines{"f:8:8: there is another [[bridge]] with the name 'dev'"});
}

TEST_F(ConfigBridgeTest, ReadsPoliciesAndRules) {
  const std::string more =
      "status = \"smart\"\nedits = \"text\"\nreactions = \"drop\"\nqueue = { keep = \"1h\", max = 7 }\n"
      "relay_format = \"[{label}] \"\n";
  EXPECT_EQ(mistakes(bridge("dev", {"#a@one.test", "#a@two.test"}, more) +
                     "[[bridge.rule]]\nnick = \"^bot\"\n[[bridge.rule]]\ntext = \"x\"\naction = \"replace\"\nwith = "
                     "\"y\"\nnext = true\n"),
            Lines{});
  const bridge::Plan& plan = bridges.at(0).plan;
  EXPECT_EQ(plan.status, bridge::StatusLines::smart);
  EXPECT_EQ(plan.edits, bridge::Carry::as_text);
  EXPECT_EQ(plan.replies, bridge::Carry::native);
  EXPECT_EQ(plan.reactions, bridge::Carry::drop);
  EXPECT_EQ(plan.keep, std::chrono::hours{1});
  EXPECT_EQ(plan.most, 7U);
  EXPECT_EQ(plan.legs.at(1).format, "[{label}] ");
  ASSERT_EQ(plan.rules.size(), 2U);
  EXPECT_EQ(plan.rules[1].with, "y");
  EXPECT_TRUE(plan.rules[1].next);
}

TEST_F(ConfigBridgeTest, RefusesFormatsAndRulesThatCannotBeRead) {
  const Lines found = mistakes(bridge("dev", {"#a@one.test", "#a@two.test"}, "relay_format = \"{nik}\"\n") +
                               "[[bridge.rule]]\nnick = \"(\"\n[[bridge.rule]]\naction = \"replace\"\n"
                               "[[bridge.rule]]\n");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_TRUE(found[0].starts_with("f:3:16: there is no {nik}")) << found[0];
  EXPECT_TRUE(found[1].starts_with("f:9:8: \"(\" is no regular expression")) << found[1];
  EXPECT_EQ(found[2], "f:11:10: to replace something, `text` says what");
  EXPECT_EQ(found[3], "f:12:1: this rule drops everything; say what with `from`, `nick` or `text`");
}

}  // namespace
}  // namespace dragoman
