#include "backends/irc/services.hpp"
#include "support/irc_script.hpp"

// Logging in by words to NickServ, where there is no SASL.

namespace dragoman::test::services_login_test {
namespace {

using namespace std::chrono_literals;
using backends::irc::Farewell;
using chat::RoomId;

/// Ready at a server without SASL; services are spoken to as Atheme's.
void asks_services(IrcScript& irc) {
  irc.has_services("atheme");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  irc.owner_hears("Ready alice");
}

TEST(IrcServices, AreToldThePasswordAndJoinsWaitForTheirAnswer) {
  for (const char* yes : {":irc.test 900 alice alice!a@h alice :You are now logged in", ":services.test MODE alice :+r",
                          ":NickServ!s@services NOTICE alice :You are now identified for alice."}) {
    IrcScript irc{with_an_account()};
    asks_services(irc);
    const auto said = irc.said();
    EXPECT_EQ(said.back(), "PRIVMSG NickServ :IDENTIFY alice hunter2");
    irc.server_says(":NickServ!s@services NOTICE alice :This nickname is registered.",
                    ":bob!b@h NOTICE alice :You are now identified");
    irc.we_say_nothing();
    irc.server_says(yes);
    irc.we_say("JOIN #tea");
  }
}

TEST(IrcServices, AreNotHeardFromTheBufferOfABouncer) {
  IrcScript irc{with_an_account()};
  irc.has_services("atheme");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.is_ready("CHANTYPES=#", "batch server-time");
  irc.server_says(
      ":irc.test BATCH +1 znc.in/playback alice",
      "@batch=1;time=2026-01-01T00:00:00.000Z :NickServ!s@services NOTICE alice :Invalid password for alice.",
      "@batch=1;time=2026-01-01T00:00:00.000Z :bob!b@h PRIVMSG alice :\x01VERSION\x01", ":irc.test BATCH -1");
  EXPECT_FALSE(irc.closing);
  irc.we_say_nothing();
}

TEST(IrcServices, ThatSayNoEndTheLinkForGood) {
  IrcScript irc{with_an_account()};
  asks_services(irc);
  irc.said();
  irc.server_says(":NickServ!s@services NOTICE alice :Invalid password for alice.");
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->fault, Fault::unauthorized);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
  irc.we_say_nothing();
}

TEST(IrcServices, ThatAreAwayOrSilentAreNotWaitedForLong) {
  IrcScript away{with_an_account()};
  asks_services(away);
  away.said();
  away.server_says(":irc.test 401 alice NickServ :No such nick");
  away.we_say("JOIN #tea");
  away.owner_hears("Notice: The services of the network are not there: you are not logged in.");
  IrcScript silent{with_an_account()};
  asks_services(silent);
  silent.said();
  silent.time_passes(9s);
  silent.we_say_nothing();
  silent.time_passes(1s);
  silent.we_say("JOIN #tea");
}

TEST(IrcServices, GetNoPasswordThatWouldBeReadOnTheWay) {
  backends::irc::Login login = with_an_account();
  login.sasl.clear_allowed = false;
  IrcScript irc{login};
  irc.secure = false;
  irc.has_services("atheme");
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN", ":irc.test CAP * ACK :sasl", ":irc.test 001 alice :hi",
                  ":irc.test 422 alice :No MOTD");
  for (const std::string& line : irc.said()) EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
}

TEST(IrcServices, AreKnownByName) {
  EXPECT_TRUE(backends::irc::is_services("NickServ"));
  EXPECT_TRUE(backends::irc::is_services("chanserv"));
  EXPECT_FALSE(backends::irc::is_services("nickserver"));
  EXPECT_EQ(backends::irc::fill("IDENTIFY {password} {account}", {"a", "{nick}", "n", {}}).reveal(),
            "IDENTIFY {nick} a");
}

}  // namespace
}  // namespace dragoman::test::services_login_test
