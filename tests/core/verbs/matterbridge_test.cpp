#include <gtest/gtest.h>

#include "verbs/matterbridge_text.hpp"

// What `dragoman import matterbridge` prints.

namespace dragoman::verbs {
namespace {

using Domains = std::map<std::string, std::string>;

constexpr const char* accounts = R"x([general]
RemoteNickFormat="<{NICK}> "
MediaServerUpload="https://files.example.org"
[irc.libera]
Server="irc.libera.chat:6697"
Nick="relay"
NickServPassword="s3cret"
IgnoreNicks="ircspammer1 bot.*"
ReplaceMessages=[["cat(s?)", "dog${1}"]]
ColorNicks=true
[xmpp.work]
Server="jabber.example.com:5222"
Password="s3cret"
Muc="conference.example.com"
Label="Work"
RemoteNickFormat="[{PROTOCOL}/{CHANNEL}] {NOPINGNICK}: "
ShowJoinPart=true
[discord.home]
Token="s3cret"
)x";

std::string imported(const std::string& text, const Domains& domains = {{"irc.libera", "irc.example.org"}}) {
  const auto tree = TomlTree::parse(text);
  return tree ? bridges_text(read_matterbridge(*tree), "mb.toml", domains) : tree.error().text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(MatterbridgeImport, WritesAGatewayAsABridge) {
  const std::string text = imported(std::string{accounts} + R"x(
[[gateway]]
name="My Dev"
enable=true
[[gateway.inout]]
account="irc.libera"
channel="#dev"
[[gateway.out]]
account="xmpp.work"
channel="dev"
)x");
  EXPECT_TRUE(has(text, R"x(
[[bridge]]  # mb.toml:21
name = "my-dev"
status = "summary"

  [[bridge.leg]]  # mb.toml:26
  room = "#dev@irc.example.org"
  nick = "relay"
  relay_format = "<{nick}> "

  [[bridge.leg]]  # mb.toml:29
  room = "dev@conference.example.com"
  label = "Work"
  direction = "out"
  relay_format = "[{network}/{room}] {nick_noping}: "

  [[bridge.rule]]  # mb.toml:8
  from = "#dev@irc.example.org"
  nick = "(?:ircspammer1)|(?:bot.*)"
  action = "drop"

  [[bridge.rule]]  # mb.toml:9
  from = "#dev@irc.example.org"
  text = "cat(s?)"
  action = "replace"
  with = "dog$1"
  next = true
)x")) << text;
}

TEST(MatterbridgeImport, SaysWhatHasNoCounterpartAndNeverASecret) {
  const std::string text = imported(std::string{accounts} + R"x(
[[gateway]]
name="dev"
enable=false
tengo="x"
[[gateway.inout]]
account="irc.libera"
channel="#dev"
options={key="s3cret"}
[[gateway.inout]]
account="xmpp.work"
channel="dev"
[[gateway.inout]]
account="discord.home"
channel="dev"
)x");
  EXPECT_TRUE(has(text, "# mb.toml:3: general: MediaServerUpload has no counterpart\n")) << text;
  EXPECT_TRUE(has(text, "# mb.toml:10: irc.libera: ColorNicks has no counterpart\n")) << text;
  EXPECT_TRUE(has(text, "discord.home: this gateway has no network of that kind")) << text;
  EXPECT_TRUE(has(text, "dev: a room of discord.home is left out")) << text;
  EXPECT_TRUE(has(text, "dev: the key of the room is not copied")) << text;
  EXPECT_TRUE(has(text, "enabled = false\n")) << text;
  EXPECT_FALSE(has(text, "s3cret")) << text;
}

TEST(MatterbridgeImport, TheSameChannelEverywhereIsABridgeEach) {
  const std::string text = imported(std::string{accounts} + R"x(
[[samechannelgateway]]
name="same"
enable=true
accounts=["irc.libera", "xmpp.work"]
channels=["#a", "b"]
)x",
                                    {});
  EXPECT_TRUE(has(text, "# To be put right: no [[network]] is known for irc.libera; libera.irc.example.org stands in"));
  EXPECT_TRUE(has(text, "name = \"same-a\"\n")) << text;
  EXPECT_TRUE(has(text, "name = \"same-b\"\n")) << text;
  EXPECT_TRUE(has(text, "room = \"#a@libera.irc.example.org\"\n")) << text;
  EXPECT_TRUE(has(text, "room = \"b@conference.example.com\"\n")) << text;
}

TEST(MatterbridgeImport, ARoomIsInOneBridgeAndABridgeHasTwo) {
  const std::string gateway = R"x(
[[gateway]]
name="one"
enable=true
[[gateway.in]]
account="irc.libera"
channel="#dev"
[[gateway.out]]
account="irc.libera"
channel="#dev"
[[gateway.inout]]
account="xmpp.work"
channel="dev"
)x";
  const std::string text = imported(accounts + gateway + gateway);
  EXPECT_FALSE(has(text, "direction")) << "in and out are both: " << text;
  EXPECT_TRUE(has(text, "#dev@irc.example.org is in a bridge above already")) << text;
  EXPECT_TRUE(has(text, "the gateway one has fewer than two rooms left")) << text;
}

TEST(MatterbridgeImport, RefusesWhatIsNoToml) { EXPECT_EQ(imported("[general]\nx = = 1\n"), "line 2 is no TOML"); }

}  // namespace
}  // namespace dragoman::verbs
