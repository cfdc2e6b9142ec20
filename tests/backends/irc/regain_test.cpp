#include <algorithm>

#include "support/irc_script.hpp"

// Getting the wished nickname back that somebody, or our own ghost, had.

namespace dragoman::test::regain_test {
namespace {

using namespace std::chrono_literals;
using chat::RoomId;

/// Ready as alice_, because alice is taken.
void is_somebody_else(IrcScript& irc, std::string_view isupport) {
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 433 * alice :Nickname is already in use",
                  ":irc.test 001 alice_ :Welcome", ":irc.test 005 alice_ " + std::string{isupport} + " :are supported",
                  ":irc.test 422 alice_ :No MOTD");
  irc.owner_hears("Ready alice_");
}

TEST(IrcRegain, TakesTheWishedNicknameWhenItIsFree) {
  IrcScript irc;
  is_somebody_else(irc, "CHANTYPES=# CASEMAPPING=ascii MONITOR=30");
  EXPECT_EQ(irc.said().back(), "MONITOR + alice");
  irc.server_says(":irc.test 730 alice_ :alice!x@y");
  irc.we_say_nothing();
  irc.server_says(":irc.test 731 alice_ :alice");
  irc.we_say("NICK alice");
  irc.server_says(":alice_!a@h NICK alice");
  irc.we_say("MONITOR - alice");
  irc.owner_hears("SelfChanged alice");
}

TEST(IrcRegain, AsksWithIsonWhereNothingElseIs) {
  IrcScript irc;
  is_somebody_else(irc, "CHANTYPES=# CASEMAPPING=ascii");
  EXPECT_EQ(irc.said().back(), "ISON :alice");
  irc.server_says(":irc.test 303 alice_ :alice");
  irc.quiet_time_passes(75s);
  EXPECT_EQ(irc.said().front(), "ISON :alice");
  irc.server_says(":irc.test 303 alice_ :");
  irc.we_say("NICK alice");
  irc.server_says(":irc.test 437 alice_ alice :Nick/channel is temporarily unavailable");
  irc.owner_hears();
  irc.quiet_time_passes(60s);
  const auto said = irc.said();
  EXPECT_NE(std::find(said.begin(), said.end(), "NICK alice"), said.end());
}

TEST(IrcRegain, AsksServicesWhereThereIsAPassword) {
  IrcScript irc{with_an_account()};
  irc.has_services("atheme");
  is_somebody_else(irc, "CHANTYPES=# CASEMAPPING=ascii MONITOR=30");
  const auto said = irc.said();
  EXPECT_NE(std::find(said.begin(), said.end(), "PRIVMSG NickServ :REGAIN alice hunter2"), said.end());
  irc.time_passes(3s);
  irc.we_say("NICK alice");
  irc.server_says(":irc.test 432 alice_ alice :Erroneous Nickname: Services reserved nickname");
  irc.we_say("PRIVMSG NickServ :RELEASE alice hunter2");
  irc.time_passes(3s);
  irc.we_say("NICK alice");
  irc.server_says(":alice_!a@h NICK alice");
  irc.we_say("MONITOR - alice");
}

TEST(IrcRegain, IsNotForANicknameThatThePersonChose) {
  IrcScript irc;
  is_somebody_else(irc, "CHANTYPES=# CASEMAPPING=ascii MONITOR=30");
  irc.said();
  irc.owner_asks(chat::SetNickname{"lis"});
  irc.we_say("NICK lis", "PING d1");
  irc.server_says(":alice_!a@h NICK lis", ":irc.test PONG irc.test :d1");
  irc.we_say("MONITOR - alice");
  irc.server_says(":irc.test 731 lis :alice");
  irc.we_say_nothing();
}

}  // namespace
}  // namespace dragoman::test::regain_test
