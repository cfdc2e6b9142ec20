#include <algorithm>

#include "backends/irc/make_login.hpp"
#include "support/irc_script.hpp"

// Somebody who speaks in a channel through a bridge, over a connection of their own.

namespace dragoman::test::speaker_test {
namespace {

using chat::RoomId;

chat::Account account_of_speaker(const std::string& user) {
  chat::Account account;
  account.owner = "dev irc.test #tea muc.test tea@muc.test/" + user;
  account.nickname = user;
  account.registered = account.is_bridge = true;
  account.settings.set("deaf", std::string{"true"});
  account.settings.set("realname", user + ", from tea@muc.test through a bridge");
  return account;
}

backends::irc::Login speaker(const std::string& suffix = {}) {
  backends::irc::Login login = alice();
  login.deaf = true;
  login.nick_suffix = suffix;
  return login;
}

TEST(IrcSpeaker, IsNeitherTheBotNorLoggedInAsIt) {
  backends::irc::Config config;
  config.bot.nickname = "devbot";
  config.bot.username = "dev";
  config.bot.password = Secret<std::string>{"server"};
  config.bot.sasl.account = "dev";
  config.bot.sasl.password = Secret<std::string>{"hunter2"};
  config.webirc.password = Secret<std::string>{"webirc"};
  config.webirc.prefix = std::string("\xfd\x12\x34\x56\x78\x9a\x00\x01", 8);
  const auto login = make_login(config, account_of_speaker("alice"), "key");
  EXPECT_TRUE(login.deaf);
  EXPECT_FALSE(login.bot);
  EXPECT_EQ(login.nickname, "alice");
  EXPECT_EQ(login.realname, "alice, from tea@muc.test through a bridge");
  EXPECT_TRUE(login.server_password.empty());
  EXPECT_FALSE(login.sasl.wanted());
  const auto other = make_login(config, account_of_speaker("bob"), "key");
  EXPECT_NE(login.username, other.username) << "an ident for each, as people have";
  EXPECT_NE(login.webirc->address, other.webirc->address);
  EXPECT_EQ(login.username, make_login(config, account_of_speaker("alice"), "key").username);
}

TEST(IrcSpeaker, HearsWhatIsSaidToItAloneAndNothingElse) {
  IrcScript irc{speaker()};
  irc.is_ready();
  irc.is_in("#tea", "@alice bob");
  irc.server_says(":bob!b@h PRIVMSG #tea :hello", ":bob!b@h NOTICE #tea :note");
  irc.owner_hears_nothing();
  irc.server_says(":bob!b@h PRIVMSG #tea :\x01VERSION\x01");
  irc.we_say_nothing();
  irc.server_says(":bob!b@h PRIVMSG alice :psst");
  ASSERT_EQ(irc.events.size(), 1U);
  EXPECT_EQ(std::get<chat::MessageReceived>(irc.events[0]).content.text, "psst");
}

TEST(IrcSpeaker, AsksTheServerNotToSendWhatChannelsSay) {
  IrcScript irc{speaker()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :");
  irc.said();
  irc.server_says(":irc.test 001 alice :Welcome", ":irc.test 005 alice DEAF=d :are supported",
                  ":irc.test 422 alice :No MOTD");
  irc.we_say("MODE alice +d");
}

TEST(IrcSpeaker, PeopleAreNotMadeDeaf) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :");
  irc.said();
  irc.server_says(":irc.test 001 alice :Welcome", ":irc.test 005 alice DEAF=D :are supported",
                  ":irc.test 422 alice :No MOTD");
  irc.we_say_nothing();
}

TEST(IrcSpeaker, HasItsSuffixBehindEachNickname) {
  IrcScript irc{speaker("[x]")};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :");
  const auto lines = irc.said();
  EXPECT_NE(std::find(lines.begin(), lines.end(), "NICK alice[x]"), lines.end()) << ::testing::PrintToString(lines);
  irc.server_says(":irc.test 001 alice[x] :Welcome", ":irc.test 005 alice[x] NICKLEN=9 :are supported",
                  ":irc.test 422 alice[x] :No MOTD");
  irc.said();
  irc.owner_asks(chat::SetNickname{"alexandra", {}, RoomId{"#tea"}});
  irc.we_say("NICK alexan[x]", "PING d1");
}

}  // namespace
}  // namespace dragoman::test::speaker_test
