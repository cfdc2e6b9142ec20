#include "backends/irc/nickname.hpp"
#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using backends::irc::Farewell;

void registers(IrcScript& irc) {
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice");
  irc.server_says(":irc.test CAP * LS :");
  irc.we_say("CAP END");
  irc.server_says(":irc.test 001 alice :Welcome to the test network alice!alice@host.test");
  irc.server_says(":irc.test 005 alice NICKLEN=30 NETWORK=TestNet :are supported by this server");
  irc.owner_hears();
  irc.server_says(":irc.test 422 alice :No MOTD");
  irc.owner_hears("Ready alice");
}

TEST(IrcRegistration, IsReadyAfterTheMotd) {
  IrcScript irc;
  registers(irc);
  ASSERT_EQ(irc.events.size(), 2u);
  EXPECT_EQ(std::get<chat::Ready>(irc.events[0]).text, "connected as alice on TestNet");
  EXPECT_EQ(std::get<chat::CapabilitiesChanged>(irc.events[1]).capabilities.nickname_bytes, 30u);
  irc.server_says(":irc.test 005 alice NICKLEN=30 :are supported by this server");
  EXPECT_EQ(irc.events.size(), 2u) << "nothing has changed";
  irc.server_says(":irc.test 005 alice TOPICLEN=390 :are supported by this server");
  EXPECT_EQ(std::get<chat::CapabilitiesChanged>(irc.events.at(2)).capabilities.topic_bytes, 390u);
}

TEST(IrcRegistration, SurvivesADropAtEveryStep) { survives_a_drop_at_every_step(registers); }

TEST(IrcRegistration, TellsTheMotdAsOneNotice) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi",
                  ":irc.test 375 alice :- irc.test Message of the Day -", ":irc.test 372 alice :- Be kind.",
                  ":irc.test 372 alice :- \x02"
                  "No\x02 flooding.",
                  ":irc.test 376 alice :End");
  irc.owner_hears("Notice from irc.test: Be kind.\nNo flooding.", "Ready alice");
}

TEST(IrcRegistration, IsReadyWithoutTheEndOfTheMotdAfterFiveSeconds) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi");
  irc.time_passes(4s);
  irc.owner_hears();
  irc.time_passes(1s);
  irc.owner_hears("Ready alice");
}

TEST(IrcRegistration, TriesAnotherNicknameWhenTheFirstIsTaken) {
  IrcScript irc{alice()};
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice");
  irc.server_says(":irc.test 433 * alice :Nickname is already in use");
  irc.we_say("NICK alice_");
  irc.server_says(":irc.test 433 * alice_ :Nickname is already in use");
  irc.we_say("NICK alice__");
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice__ :hi", ":irc.test 422 alice__ :No MOTD");
  irc.owner_hears("Ready alice__");
}

TEST(IrcRegistration, GivesUpWhenEveryNicknameIsTaken) {
  IrcScript irc;
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.connects();
  for (unsigned i = 0; i <= backends::irc::most_nickname_attempts; ++i) {
    EXPECT_FALSE(irc.closing);
    irc.server_says(":irc.test 433 * x :Nickname is already in use");
  }
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
  irc.link_closes();
  irc.owner_hears("Lost conflict for good: Nickname is already in use",
                  "Failed 1 not_sent conflict: Nickname is already in use");
}

TEST(IrcRegistration, TriesAShortNicknameWhenALongOneIsErroneous) {
  backends::irc::Login login = alice();
  login.nickname = "alexandrina";
  IrcScript irc{login};
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alexandrina", "USER alice 0 * :alice");
  irc.server_says(":irc.test 432 * alexandrina :Erroneous nickname");
  irc.we_say("NICK alexandri");
}

TEST(IrcRegistration, SendsTheServerPasswordBeforeTheNickname) {
  backends::irc::Login login = alice();
  login.server_password = Secret<std::string>{"alice/libera:hunter2"};
  IrcScript irc{login};
  irc.connects();
  irc.we_say("CAP LS 302", "PASS :alice/libera:hunter2", "NICK alice", "USER alice 0 * :alice");
}

/// ircv3.net/specs/extensions/sts: in the clear nothing is said of us before the server could ask for TLS.
TEST(IrcRegistrationInTheClear, WaitsForTheAnswerToItsFirstWords) {
  backends::irc::Login login = alice();
  login.server_password = Secret<std::string>{"hunter2"};
  IrcScript irc{login};
  irc.secure = false;
  irc.connects();
  irc.we_say("CAP LS 302");
  irc.server_says("PING :cookie", ":irc.test NOTICE * :*** Looking up your hostname...");
  irc.we_say("PONG :cookie");
  irc.server_says(":irc.test CAP * LS :multi-prefix");
  irc.we_say("PASS :hunter2", "NICK alice", "USER alice 0 * :alice", "CAP REQ :multi-prefix");
}

TEST(IrcRealName, IsAsLongAsTheServerTakesIt) {
  auto login = alice();
  login.realname = std::string(60, 'a') + "\u00e9" + std::string(80, 'b');
  IrcScript irc{login};
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :" + login.realname);
  irc.server_says(":irc.test CAP * LS :setname", ":irc.test CAP * ACK :setname", ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice NAMELEN=61 :are supported", ":irc.test 422 alice :No MOTD");
  irc.we_say("CAP REQ :setname", "CAP END", "SETNAME :" + std::string(60, 'a'));
}

TEST(IrcRealName, IsLeftToServersThatChangeNone) {
  auto login = alice();
  login.realname = std::string(140, 'a');
  IrcScript irc{login};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice NAMELEN=50 :are supported", ":irc.test 422 alice :No MOTD");
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :" + login.realname, "CAP END");
}

TEST(IrcRegistrationInTheClear, GoesOnWithAServerThatKnowsNoCapabilities) {
  for (const char* line : {":irc.test 421 * CAP :Unknown command", ":irc.test 451 * :You have not registered",
                           ":irc.test 410 * LS :Invalid CAP command", ":irc.test 461 * CAP :Not enough parameters"}) {
    IrcScript irc;
    irc.secure = false;
    irc.connects();
    irc.we_say("CAP LS 302");
    irc.server_says(line);
    irc.we_say("NICK alice", "USER alice 0 * :alice");
    irc.server_says(":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
    irc.owner_hears("Ready alice");
  }
}

TEST(IrcRegistrationInTheClear, GoesOnWithAServerThatSaysNothingFor8Seconds) {
  IrcScript irc;
  irc.secure = false;
  irc.connects();
  irc.time_passes(7s);
  irc.we_say("CAP LS 302");
  irc.time_passes(1s);
  irc.we_say("NICK alice", "USER alice 0 * :alice");
  irc.server_says(":irc.test CAP * LS :multi-prefix");
  irc.we_say("CAP REQ :multi-prefix");
}

TEST(IrcRegistration, DoesNotComeBackAfterABadPasswordOrABan) {
  for (const auto& [line, fault] : {std::pair{":irc.test 464 * :Password incorrect", Fault::unauthorized},
                                    std::pair{":irc.test 465 * :You are banned from this server", Fault::forbidden},
                                    std::pair{"ERROR :Closing link: (alice@host) [K-Lined: spam]", Fault::forbidden}}) {
    IrcScript irc;
    irc.connects();
    irc.server_says(line);
    const auto ending = irc.session().ending({Fault::closed, "closed"});
    EXPECT_EQ(ending.fault, fault) << line;
    EXPECT_EQ(ending.retry, Farewell::Retry::never) << line;
  }
}

TEST(IrcRegistration, ComesBackLaterWhenThrottled) {
  IrcScript irc;
  irc.connects();
  irc.server_says("ERROR :Connection refused, too many connections from your IP address");
  EXPECT_EQ(irc.session().ending({}).retry, Farewell::Retry::throttled);
}

TEST(IrcRegistration, EndsALinkThatNeverRegisters) {
  IrcScript irc;
  irc.connects();
  irc.time_passes(61s);
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->fault, Fault::timeout);
}

TEST(IrcRegistration, TakesTheNicknameThatTheServerGives) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 Guest4711 :hi", ":irc.test 422 Guest4711 :No MOTD");
  irc.owner_hears("Ready Guest4711");
}

TEST(IrcRegistration, HidesTheHostnameLookupsOfServers) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test NOTICE * :*** Looking up your hostname...", ":irc.test NOTICE AUTH :Please identify");
  irc.owner_hears("Notice from irc.test: Please identify");
}

TEST(IrcNegotiation, AsksForWhatItKnowsAndOneRefusalDoesNotCostTheOthers) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS * :multi-prefix away-notify unknown/cap",
                  ":irc.test CAP * LS :server-time tls=6697");
  irc.we_say("CAP REQ :multi-prefix away-notify server-time");
  irc.server_says(":irc.test CAP * NAK :multi-prefix away-notify server-time");
  irc.we_say("CAP REQ :multi-prefix", "CAP REQ :away-notify", "CAP REQ :server-time");
  irc.server_says(":irc.test CAP * ACK :multi-prefix", ":irc.test CAP * NAK :away-notify");
  irc.we_say();
  irc.server_says(":irc.test CAP * ACK :server-time ");
  irc.we_say("CAP END");
}

TEST(IrcNegotiation, WantsNoEchoWithoutLabels) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :batch echo-message server-time");
  irc.we_say("CAP REQ :batch server-time");
}

TEST(IrcNegotiation, WantsNoLabelsWithoutBatches) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :labeled-response echo-message");
  irc.we_say("CAP END");
}

TEST(IrcNegotiation, EndsWithAServerThatRefusesForEver) {
  IrcScript irc;
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :multi-prefix away-notify");
  std::size_t requests = 0;
  for (int i = 0; i < 200; ++i) {
    requests += irc.said().size();
    irc.server_says(":irc.test CAP * NAK :multi-prefix away-notify");
  }
  EXPECT_LT(requests, 50u);
}

TEST(IrcNegotiation, IsNotNeeded) {
  IrcScript irc;
  irc.connects();
  irc.server_says(":irc.test 421 * CAP :Unknown command", ":irc.test 001 alice :hi", ":irc.test 422 alice :No MOTD");
  irc.owner_hears("Ready alice");
}

backends::irc::Login with_password() {
  backends::irc::Login login = alice();
  login.sasl.account = "alice";
  login.sasl.password = Secret<std::string>{"hunter2"};
  return login;
}

TEST(IrcLogin, ComesBeforeTheEndOfTheNegotiation) {
  IrcScript irc{with_password()};
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :sasl=EXTERNAL,PLAIN");
  irc.we_say("CAP REQ :sasl");
  irc.server_says(":irc.test CAP * ACK :sasl");
  irc.we_say("AUTHENTICATE PLAIN");
  irc.server_says("AUTHENTICATE +");
  irc.we_say("AUTHENTICATE YWxpY2UAYWxpY2UAaHVudGVyMg==");
  irc.server_says(":irc.test 900 * alice!alice@host alice :You are now logged in as alice");
  irc.we_say();
  irc.server_says(":irc.test 903 * :SASL authentication successful");
  irc.we_say("CAP END");
}

TEST(IrcLogin, EndsTheLinkForGoodWhenItFails) {
  IrcScript irc{with_password()};
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +");
  irc.server_says(":irc.test 904 * :SASL authentication failed");
  ASSERT_TRUE(irc.closing);
  irc.link_closes();
  irc.owner_hears("Lost unauthorized for good: login failed: SASL authentication failed",
                  "Failed 1 not_sent unauthorized: login failed: SASL authentication failed");
}

TEST(IrcLogin, TellsWhenTheServerHasNone) {
  IrcScript irc{with_password()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :multi-prefix", ":irc.test CAP * ACK :multi-prefix", ":irc.test 001 alice :hi",
                  ":irc.test 422 alice :No MOTD");
  irc.owner_hears("Ready alice",
                  "Notice: The server offers no login that could be used (SASL): you are not logged in.");
}

TEST(IrcLogin, HappensWhenServicesComeBack) {
  IrcScript irc{with_password()};
  irc.is_ready();
  irc.server_says(":irc.test CAP alice NEW :sasl=PLAIN");
  irc.we_say("CAP REQ :sasl");
  irc.server_says(":irc.test CAP alice ACK :sasl");
  irc.we_say("AUTHENTICATE PLAIN");
}

TEST(IrcRegistration, AsksAnOldServerForEveryRankAndHost) {
  const std::string isupport = ":irc.test 005 alice CHANTYPES=# NAMESX UHNAMES :are supported";
  IrcScript old;
  old.connects();
  old.server_says(":irc.test 421 alice CAP :Unknown command", ":irc.test 001 alice :Welcome");
  old.said();
  old.server_says(isupport, isupport);
  old.we_say("PROTOCTL NAMESX UHNAMES");
  IrcScript newer;
  newer.connects();
  newer.server_says(":irc.test CAP * LS :multi-prefix", ":irc.test CAP * ACK :multi-prefix",
                    ":irc.test 001 alice :Welcome");
  newer.said();
  newer.server_says(isupport);
  newer.we_say("PROTOCTL UHNAMES");
}

TEST(IrcKeepalive, AnswersPings) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says("PING :irc.test token");
  irc.we_say("PONG :irc.test token");
  irc.server_says("PING one two");
  irc.we_say("PONG :two");
}

TEST(IrcKeepalive, AsksASilentServerAndLeavesADeadOne) {
  IrcScript irc;
  irc.is_ready();
  irc.time_passes(29s);
  irc.we_say();
  irc.time_passes(1s);
  irc.we_say("PING alive");
  irc.server_says(":irc.test PONG irc.test alive");
  irc.time_passes(30s);
  irc.we_say("PING alive");
  irc.time_passes(29s);
  EXPECT_FALSE(irc.closing);
  irc.time_passes(1s);
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->fault, Fault::timeout);
}

TEST(IrcKeepalive, CostsAnIdleLinkOneTimer) {
  IrcScript irc;
  irc.is_ready();
  const auto wake = irc.session().wake(irc.clock.now());
  ASSERT_TRUE(wake);
  EXPECT_EQ(*wake - irc.clock.now(), 30s);
}

}  // namespace
}  // namespace dragoman::test
