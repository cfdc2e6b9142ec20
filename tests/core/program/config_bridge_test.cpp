#include "config_bridge.hpp"

#include <fstream>
#include <sys/stat.h>

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
  EXPECT_EQ(legs[0].nickname, "") << "as the network's own account says";
}

TEST_F(ConfigBridgeTest, TheKeyOfAChannelMayBeInAFile) {
  const std::string path = testing::TempDir() + "key-of-a-channel";
  std::ofstream{path} << "earl grey\nand more\n";
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  const std::string rooms = bridge("dev", {"#milk@two.test", "#tea@one.test"});
  EXPECT_EQ(mistakes(rooms + "key_file = \"" + path + "\"\n"), Lines{});
  EXPECT_EQ(bridges.at(0).plan.legs.at(1).password, "earl grey");
  EXPECT_EQ(mistakes(rooms + "password = \"x\"\npassword_file = \"" + path + "\"\n"),
            Lines{"f:8:17: give one password of the room, not two"});
  EXPECT_EQ(mistakes(rooms + "key_file = \"/nowhere/key\"\n"),
            Lines{"f:7:12: cannot read '/nowhere/key'; create it with the room's password in its first line"});
}

TEST_F(ConfigBridgeTest, TakesAddressesAsPeopleWriteThem) {
  EXPECT_EQ(mistakes(bridge("dev", {"#Tea:hs.tld@one.test", "#milk@two.test"})), Lines{}) << "an alias of Matrix";
  EXPECT_EQ(place_of(bridges.at(0).plan.legs[0]), "one.test #Tea:hs.tld");
  EXPECT_EQ(mistakes(bridge("dev", {"#tea:hs.tld@elsewhere.test", "#milk@two.test"})),
            Lines{"f:4:8: '#tea:hs.tld@elsewhere.test' is not the address of a room"});
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
      "relay_format = \"[{label}] \"\nannounce_after = \"90s\"\n";
  EXPECT_EQ(mistakes(bridge("dev", {"#a@one.test", "#a@two.test"}, more) +
                     "[[bridge.rule]]\nnick = \"^bot\"\n[[bridge.rule]]\ntext = \"x\"\naction = \"replace\"\nwith = "
                     "\"y\"\nnext = true\n"),
            Lines{});
  const bridge::Plan& plan = bridges.at(0).plan;
  EXPECT_EQ(plan.status, bridge::StatusLines::smart);
  EXPECT_EQ(plan.legs[0].policies.edits.how, bridge::EditPolicy::How::suffix);
  EXPECT_EQ(plan.legs[0].policies.replies.how, bridge::Carry::native);
  EXPECT_EQ(plan.legs[0].policies.reactions, bridge::Carry::drop);
  EXPECT_EQ(plan.keep, std::chrono::hours{1});
  EXPECT_EQ(plan.most, 7U);
  EXPECT_EQ(plan.told_after, std::chrono::seconds{90});
  EXPECT_EQ(plan.legs.at(1).format, "[{label}] ");
  ASSERT_EQ(plan.rules.size(), 2U);
  EXPECT_EQ(plan.rules[1].with, "y");
  EXPECT_TRUE(plan.rules[1].next);
}

TEST_F(ConfigBridgeTest, ReadsWhoseHooksMaySpeakInIt) {
  const Lines rooms{"#a@one.test", "#a@two.test"};
  EXPECT_EQ(mistakes(bridge("dev", rooms, "hooks = [\"alice@test\", \"test\", \"*\"]\n")), Lines{});
  EXPECT_EQ(bridges.at(0).plan.hooks, (Lines{"alice@test", "test", "*"}));
  EXPECT_EQ(mistakes(bridge("dev", rooms)), Lines{});
  EXPECT_EQ(bridges.at(0).plan.hooks, Lines{}) << "those of admins alone";
  EXPECT_EQ(mistakes(bridge("dev", rooms, "hooks = [\"alice@test/home\"]\n")),
            Lines{"f:3:9: 'alice@test/home' is neither a domain nor a bare JID"});
}

TEST_F(ConfigBridgeTest, ReadsPoliciesAsTables) {
  const std::string more =
      "edits = { policy = \"native\", window = \"10m\", fallback = \"new\" }\n"
      "replies = { policy = \"quote\", quote_len = 20 }\n"
      "long_text = { lines = 5, chars = 1200, overflow = \"clip\" }\n"
      "files = { max = \"20MiB\", irc = \"name\", deny = [\"*.HTML\"] }\n";
  EXPECT_EQ(mistakes(bridge("dev", {"#a@one.test", "#a@two.test"}, more) +
                     "edits = { fallback = \"drop\" }\nlong_text = { overflow = \"split\" }\nfiles = { deny = [] }\n"),
            Lines{});
  const bridge::Policies& all = bridges.at(0).plan.legs.at(0).policies;
  EXPECT_EQ(all.edits, (bridge::EditPolicy{bridge::EditPolicy::How::native, bridge::EditPolicy::How::as_new,
                                           std::chrono::minutes{10}}));
  EXPECT_EQ(all.replies, (bridge::ReplyPolicy{bridge::Carry::as_text, 20}));
  EXPECT_EQ(all.long_text, (bridge::LongText{bridge::LongText::Overflow::clip, 5, 1200}));
  EXPECT_EQ(all.files.most_bytes, 20U << 20);
  EXPECT_FALSE(all.files.links);
  EXPECT_EQ(all.files.deny, Lines{"*.html"});
  const bridge::Policies& own = bridges.at(0).plan.legs.at(1).policies;
  EXPECT_EQ(own.edits.fallback, bridge::EditPolicy::How::drop);
  EXPECT_EQ(own.edits.window, std::chrono::minutes{10}) << "the rest is that of the bridge";
  EXPECT_EQ(own.long_text.overflow, bridge::LongText::Overflow::split);
  EXPECT_EQ(own.long_text.lines, 5U);
  EXPECT_EQ(own.files.deny, Lines{});
}

TEST_F(ConfigBridgeTest, APatternIsABridgeForEachName) {
  EXPECT_EQ(mistakes("[[bridge_pattern]]\nmatch = \"#{name}@one.test\"\nto = \"{name}@conference.test\"\n"
                     "names = [\"ops\", \"help\"]\nvia = \"two.test\"\nnick = \"relay\"\nedits = \"new\"\n"
                     "[[bridge_pattern.rule]]\nnick = \"bot\"\n"),
            Lines{});
  ASSERT_EQ(bridges.size(), 2U);
  const bridge::Plan& ops = bridges[0].plan;
  EXPECT_EQ(ops.name, "ops");
  EXPECT_EQ(place_of(ops.legs.at(0)), "one.test #ops");
  EXPECT_EQ(place_of(ops.legs.at(1)), "two.test ops@conference.test");
  EXPECT_TRUE(ops.legs[1].is_xmpp);
  EXPECT_EQ(ops.legs[1].nickname, "relay");
  EXPECT_EQ(ops.legs[1].policies.edits.how, bridge::EditPolicy::How::as_new);
  EXPECT_EQ(ops.rules.size(), 1U);
  EXPECT_EQ(place_of(bridges[1].plan.legs.at(0)), "one.test #help");
}

TEST_F(ConfigBridgeTest, BridgesOfAPatternAreCheckedAsOthersAre) {
  const std::string pattern =
      "[[bridge_pattern]]\nmatch = \"#{name}@one.test\"\nto = \"#{name}@two.test\"\nnames = [\"dev\", \"Help\"]\n";
  EXPECT_EQ(mistakes(bridge("dev", {"#dev@one.test", "#tea@two.test"}) + pattern),
            (Lines{"f:7:1: '#dev@one.test' is in the bridge 'dev' too: make one bridge of them, or messages would go "
                   "round",
                   "f:10:9: 'Help' is no name of a bridge: a-z, 0-9, - and _, at most 32",
                   "f:10:9: there is another bridge with the name 'dev'"}));
  const Lines found = mistakes("[[bridge_pattern]]\nmatch = \"#dev@one.test\"\n");
  ASSERT_EQ(found.size(), 3U) << ::testing::PrintToString(found);
  EXPECT_TRUE(found[0].starts_with("f:1:1: ") && found[0].find("is missing in") != std::string::npos) << found[0];
  EXPECT_EQ(found[2], "f:2:9: there is no {name} in '#dev@one.test': all bridges would be of the same room");
}

TEST_F(ConfigBridgeTest, SaysWhatIsWrongWithPolicies) {
  const Lines found =
      mistakes(bridge("dev", {"#a@one.test", "#a@two.test"},
                      "edits = { fallback = \"native\" }\nreplies = \"loud\"\n"
                      "long_text = { lines = 0 }\nfiles = { max = \"20\", most = 1 }\nreactions = 7\n"));
  ASSERT_EQ(found.size(), 6U) << ::testing::PrintToString(found);
  EXPECT_TRUE(found[0].starts_with("f:3:22: ")) << found[0];
  EXPECT_TRUE(found[1].starts_with("f:4:11: ")) << found[1];
  EXPECT_TRUE(found[2].starts_with("f:5:23: ")) << found[2];
  EXPECT_EQ(found[3], "f:6:17: '20' is no size; write it like \"20MiB\"");
  EXPECT_TRUE(found[4].find("unknown key") != std::string::npos) << found[4];
  EXPECT_TRUE(found[5].starts_with("f:7:13: ")) << found[5];
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

TEST_F(ConfigBridgeTest, PuppetsAreThoseOfTheBridgeUnlessALegSaysOtherwise) {
  EXPECT_EQ(mistakes("[[bridge]]\nname = \"dev\"\npuppets = { cap = 7, idle = \"1h\", pace = \"3/s\" }\n"
                     "[[bridge.leg]]\nroom = \"a@conference.test\"\n"
                     "[[bridge.leg]]\nroom = \"b@conference.test\"\nmode = \"relay\"\n"
                     "[[bridge.leg]]\nroom = \"c@conference.test\"\npuppets = { policy = \"all\" }\n"),
            Lines{});
  using Policy = bridge::PuppetPlan::Policy;
  const auto& legs = bridges.at(0).plan.legs;
  EXPECT_EQ(legs[0].puppets, (bridge::PuppetPlan{Policy::active, 7, std::chrono::hours{1}, 3}));
  EXPECT_EQ(legs[1].puppets.policy, Policy::off);
  EXPECT_EQ(legs[2].puppets, (bridge::PuppetPlan{Policy::all, 7, std::chrono::hours{1}, 3}));
}

TEST_F(ConfigBridgeTest, PeopleConnectToIrcWhereTheOperatorSaysSo) {
  using Policy = bridge::PuppetPlan::Policy;
  const auto dev = [this](const std::string& of_bridge, const std::string& of_leg = {}) {
    EXPECT_EQ(mistakes("[[bridge]]\nname = \"dev\"\n" + of_bridge +
                       "[[bridge.leg]]\nroom = \"a@conference.test\"\n"
                       "[[bridge.leg]]\nroom = \"#a@one.test\"\n" +
                       of_leg),
              Lines{});
    return bridges.at(0).plan.legs;
  };
  EXPECT_FALSE(dev("")[1].connects) << "servers take many connections of one address for an attack";
  auto legs = dev("connections = { cap = 5, idle = \"1h\", pace = \"2/s\", suffix = \"[x]\" }\n");
  EXPECT_TRUE(legs[1].connects);
  EXPECT_EQ(legs[1].puppets, (bridge::PuppetPlan{Policy::active, 5, std::chrono::hours{1}, 2, "[x]"}));
  EXPECT_FALSE(legs[0].connects);
  EXPECT_EQ(legs[0].puppets, bridge::PuppetPlan{}) << "those of XMPP rooms cost nobody anything";
  EXPECT_TRUE(dev("style = \"connections\"\n")[1].connects);
  EXPECT_EQ(bridges.at(0).plan.legs[1].puppets.cap, 10U);
  EXPECT_FALSE(dev("connections = {}\n", "style = \"relaymsg\"\n")[1].connects);
  EXPECT_FALSE(dev("connections = {}\nmode = \"relay\"\n")[1].connects);
  legs = dev("", "style = \"relay\"\n");
  EXPECT_FALSE(legs[1].connects);
  EXPECT_EQ(legs[1].format, "<{nick_noping}> ") << "in front, also where the server would show an author";
  EXPECT_EQ(dev("relay_format = \"[{nick}] \"\n", "style = \"relaymsg\"\n")[1].format, "");
}

TEST_F(ConfigBridgeTest, GhostsAreForLegsOfMatrix) {
  using Policy = bridge::PuppetPlan::Policy;
  two.description().kind = "matrix";
  const std::string rest = "[[bridge.leg]]\nroom = \"#a@one.test\"\n";
  EXPECT_EQ(mistakes("[[bridge]]\nname = \"dev\"\nmode = \"relay\"\n"
                     "[[bridge.leg]]\nroom = \"#a@two.test\"\nstyle = \"ghosts\"\n" +
                     rest),
            Lines{});
  EXPECT_EQ(bridges.at(0).plan.legs.at(0).puppets.policy, Policy::active);
  EXPECT_EQ(bridges.at(0).plan.legs.at(1).puppets.policy, Policy::off);
  const Lines found = mistakes(
      "[[bridge]]\nname = \"dev\"\n"
      "[[bridge.leg]]\nroom = \"a@conference.test\"\nstyle = \"ghosts\"\n"
      "[[bridge.leg]]\nroom = \"#a@one.test\"\nstyle = \"ghosts\"\n");
  ASSERT_EQ(found.size(), 2U) << ::testing::PrintToString(found);
  EXPECT_EQ(found[0], "f:5:9: \"ghosts\" is for rooms of Matrix, and this is none");
}

TEST_F(ConfigBridgeTest, SaysWhatIsWrongWithAStyle) {
  const Lines found = mistakes(
      "[[bridge]]\nname = \"dev\"\nconnections = { suffix = \"@x\" }\n"
      "[[bridge.leg]]\nroom = \"a@conference.test\"\nstyle = \"relaymsg\"\n"
      "[[bridge.leg]]\nroom = \"#a@one.test\"\nstyle = \"loud\"\n");
  ASSERT_EQ(found.size(), 3U) << ::testing::PrintToString(found);
  EXPECT_EQ(found[0], "f:3:26: \"@x\" cannot stand in a nickname: \"[x]\"; at most 8 signs");
  EXPECT_TRUE(found[1].starts_with("f:6:9: \"relaymsg\" is for rooms of IRC")) << found[1];
  EXPECT_TRUE(found[2].starts_with("f:9:9: ")) << found[2];
}

}  // namespace
}  // namespace dragoman
