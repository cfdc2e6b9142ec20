#include "xmpp/connection.hpp"

#include <gtest/gtest.h>

#include "tests/support/component_server.hpp"
#include "tests/support/fixed_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;

/// A gateway's side and the server's side of one component connection. Time stands still unless the test moves it.
struct XmppConnection : testing::Test {
  test::ManualClock clock;
  test::FixedRandom random;
  net::Loop loop{clock};
  test::ComponentServer server{loop};
  Link link{*Jid::parse("irc.example.org"), loop.timers(), random};
  Connection connection{loop, random, link, {server.endpoint(), Secret<std::string>{"s3cret"}}};
  std::vector<std::string> received;
  std::string states;
  bool stopped = false, started = false;

  XmppConnection() {
    link.on_stanza([this](const Element& stanza, const Jid&, const Jid&) { received.emplace_back(stanza.get("id")); });
    link.on_state([this](bool up) { states += up ? 'u' : 'd'; });
  }
  ~XmppConnection() override {
    if (!started || stopped) return;
    connection.stop([this] { stopped = true; });
    for (int i = 0; i < 1000 && !stopped; ++i) {
      clock.advance(1s);
      server.turn();
    }
    EXPECT_TRUE(stopped);
  }

  void start() {
    started = true;
    connection.start();
  }
  void start_and_connect() {
    start();
    server.welcomes();
    server.until([this] { return link.up(); }, "the link is up");
  }
  void stop() {
    connection.stop([this] { stopped = true; });
  }
  void until_stopped() {
    server.until([this] { return stopped; }, "stopped");
  }
  void until_down() {
    server.until([this] { return !link.up(); }, "the link is down");
  }
  void time_passes(Duration by) {
    clock.advance(by);
    server.settle();
  }
  bool is_connected_again() {
    server.settle();
    return server.accept_one();
  }
};

constexpr std::string_view presence_to_alice = "<presence from='irc.example.org' to='alice@example.org'/>";

TEST_F(XmppConnection, BringsTheLinkUpAndCarriesStanzas) {
  start_and_connect();
  EXPECT_EQ(states, "u");
  EXPECT_EQ(connection.state_text(), "connected");
  server.says("<message id='1' from='a@b' to='irc.example.org'/><message id='2' from='a@b' to='irc.example.org'/>");
  server.until([this] { return received.size() == 2; }, "two stanzas");
  EXPECT_TRUE(link.send(test::xml(presence_to_alice)));
  EXPECT_EQ(server.hears("/>"), presence_to_alice);
}

TEST_F(XmppConnection, HoldsOutputBackUntilItsCommitIsDurable) {
  start_and_connect();
  Gate::Ticket last = 0;
  loop.gate().commit = [&] { return received.empty() ? 0 : ++last; };
  link.on_stanza([this](const Element& stanza, const Jid&, const Jid&) {
    received.emplace_back(stanza.get("id"));
    EXPECT_TRUE(link.send(test::xml(presence_to_alice)));
  });
  server.says("<message id='1' from='a@b' to='irc.example.org'/>");
  server.until([this] { return received.size() == 1; }, "the stanza");
  server.hears_nothing();
  loop.gate().commit = nullptr;
  loop.gate().durable(last);
  EXPECT_EQ(server.hears("/>"), presence_to_alice);
}

TEST_F(XmppConnection, ConnectsAgainWhenTheServerGoesAway) {
  start_and_connect();
  server.hang_up();
  until_down();
  EXPECT_EQ(states, "ud");
  server.settle();
  EXPECT_EQ(connection.state_text(), "not connected: the server closed the connection");
  EXPECT_FALSE(is_connected_again()) << "not at once";
  time_passes(1s);
  server.welcomes();
  server.until([this] { return link.up(); }, "the link is up again");
  EXPECT_EQ(states, "udu");
}

TEST_F(XmppConnection, WaitsLongerAndLongerWhileNothingWorks) {
  start();
  int attempts = 0;
  for (int second = 0; second < 300; ++second) {
    if (server.accept_one()) {
      ++attempts;
      server.hang_up();
    }
    clock.advance(1s);
    for (int i = 0; i < 5; ++i) server.turn();
  }
  EXPECT_GE(attempts, 5);
  EXPECT_LE(attempts, 40);
}

TEST_F(XmppConnection, SaysWhatIsWrongWithARefusedPort) {
  server.stop_listening();
  start();
  server.until([this] { return connection.state_text().starts_with("not connected: "); }, "refused");
  EXPECT_NE(connection.state_text().find("refused"), std::string::npos) << connection.state_text();
  EXPECT_NE(connection.state_text().find("component port"), std::string::npos) << connection.state_text();
}

TEST_F(XmppConnection, WaitsAMinuteWhereTryingAgainCannotHelp) {
  start();
  server.accepts();
  server.says(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams' id='1'><stream:error>"
      "<not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
  server.hears("</stream:stream>");
  server.hang_up();
  server.until([this] { return connection.state_text().starts_with("not connected: the server refused the secret"); },
               "the reason");
  time_passes(59s);
  EXPECT_FALSE(is_connected_again());
  time_passes(1s);
  EXPECT_TRUE(is_connected_again());
}

// reliability.md 5.6, input 16.
TEST_F(XmppConnection, DoesNotFightWithAnotherInstance) {
  start_and_connect();
  server.says("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
  until_down();
  server.hang_up();
  server.settle();
  time_passes(59s);
  EXPECT_FALSE(is_connected_again());
  time_passes(1s);
  EXPECT_TRUE(is_connected_again());
}

TEST_F(XmppConnection, TellsTheServerWhatItCannotTake) {
  start_and_connect();
  server.says("<message><!-- --></message>");
  EXPECT_NE(server.hears("</stream:stream>").find("<restricted-xml"), std::string::npos);
  EXPECT_FALSE(link.up());
  time_passes(1s);  // a server that does not close is not waited for
  server.hears_the_end();
}

TEST_F(XmppConnection, AsksAfterASilenceAndLivesOnWhenTheAnswerComes) {
  start_and_connect();
  time_passes(24s);
  server.hears_nothing();
  time_passes(1s);
  const std::string ping = server.hears("</iq>");
  EXPECT_NE(ping.find("urn:xmpp:ping"), std::string::npos);
  server.says(ping);
  server.settle();
  for (int i = 0; i < 4; ++i) {
    time_passes(25s);
    server.says(server.hears("</iq>"));
    server.settle();
  }
  EXPECT_EQ(states, "u");
  EXPECT_TRUE(received.empty());
}

TEST_F(XmppConnection, GivesADeadConnectionUpAfterAMinute) {
  start_and_connect();
  time_passes(25s);
  server.hears("</iq>");
  time_passes(34s);
  EXPECT_TRUE(link.up());
  time_passes(1s);
  EXPECT_FALSE(link.up());
  server.hears_the_end();
  EXPECT_EQ(connection.state_text(), "not connected: the server has said nothing for 60 seconds");
}

TEST_F(XmppConnection, TakesWhitespaceForLife) {
  start_and_connect();
  for (int i = 0; i < 10; ++i) {
    time_passes(20s);
    server.says(" ");
    server.settle();
  }
  EXPECT_EQ(states, "u");
}

TEST_F(XmppConnection, GivesUpAServerThatNeverAnswers) {
  start();
  server.accepts();
  time_passes(60s);
  server.hears_the_end();
  EXPECT_EQ(states, "");
}

TEST_F(XmppConnection, SaysGoodbyeAndTakesWhatStillComes) {
  start_and_connect();
  stop();
  EXPECT_EQ(server.hears("</stream:stream>"), "</stream:stream>");
  EXPECT_EQ(states, "ud");
  EXPECT_FALSE(stopped);
  server.says("<message id='last' from='a@b' to='irc.example.org'/></stream:stream>");
  server.settle();
  EXPECT_EQ(received, std::vector<std::string>{"last"});
  server.hang_up();
  until_stopped();
  server.settle();
  EXPECT_FALSE(is_connected_again());
}

TEST_F(XmppConnection, StopsWhenTheServerDoesNotCloseInThreeSeconds) {
  start_and_connect();
  stop();
  server.hears("</stream:stream>");
  time_passes(2s);
  EXPECT_FALSE(stopped);
  time_passes(1s);
  until_stopped();
}

TEST_F(XmppConnection, StopsInEveryState) {
  stop();  // never started
  until_stopped();
}

TEST_F(XmppConnection, StopsAtTheBeginning) {
  start();
  stop();
  until_stopped();
}

TEST_F(XmppConnection, StopsInTheHandshake) {
  start();
  server.accepts();
  server.hears("to='irc.example.org'>");
  stop();
  server.hears("</stream:stream>");
  server.hang_up();
  until_stopped();
}

TEST_F(XmppConnection, StopsWhileItWaits) {
  start();
  server.accepts();
  server.hang_up();
  server.until([this] { return connection.state_text().starts_with("not connected: "); }, "the reason");
  stop();
  until_stopped();
}

TEST_F(XmppConnection, StopsAtAnyTurn) {
  for (int turns = 0; turns < 12; ++turns) {
    test::ComponentServer other{loop};
    Link its_link{*Jid::parse("irc.example.org"), loop.timers(), random};
    bool its_end = false;
    auto its = std::make_unique<Connection>(loop, random, its_link,
                                            Connection::Options{other.endpoint(), Secret<std::string>{"s3cret"}});
    its->start();
    for (int i = 0; i < turns; ++i) {
      other.turn();
      if (i == 6 && other.accept_one()) other.hang_up();
    }
    its->stop([&] {
      its_end = true;
      its.reset();  // the callback may destroy it
    });
    for (int i = 0; i < 200 && !its_end; ++i) {
      clock.advance(100ms);
      other.turn();
    }
    EXPECT_TRUE(its_end) << turns;
  }
}

TEST_F(XmppConnection, TellsTheLinkWhenItsOutputHasDrained) {
  start_and_connect();
  int drained = 0;
  link.on_drained([&] { ++drained; });
  server.reads(false);
  const std::string body(100'000, 'x');
  // The kernel takes a few megabytes by itself.
  for (int i = 0; i < 1000 && link.backlog() < 5 * 1024 * 1024; ++i) {
    link.write([&](Writer& writer) {
      writer.begin("message", "irc.example.org", "alice@example.org");
      writer.leaf("body", body);
    });
    server.turn();
  }
  EXPECT_GT(link.backlog(), std::size_t{4} * 1024 * 1024);
  EXPECT_EQ(drained, 0);
  server.reads(true);
  server.until([&] { return drained == 1; }, "drained");
  EXPECT_LT(link.backlog(), std::size_t{1} * 1024 * 1024);
}

TEST_F(XmppConnection, ForgetsWhatWasNotWrittenWhenTheConnectionDies) {
  start_and_connect();
  server.reads(false);
  for (int i = 0; i < 100; ++i) {
    link.write([](Writer& writer) {
      writer.begin("message", "irc.example.org", "alice@example.org");
      writer.leaf("body", std::string(100'000, 'x'));
    });
    server.turn();
  }
  server.hang_up();
  server.reads(true);
  until_down();
  EXPECT_EQ(link.backlog(), 0u);
  time_passes(1s);
  server.welcomes();
  server.until([this] { return link.up(); }, "the link is up again");
  server.hears_nothing();
}

TEST_F(XmppConnection, IsMadeAnewWithAnotherSecret) {
  start_and_connect();
  connection.change({server.endpoint(), Secret<std::string>{"other"}});
  EXPECT_FALSE(link.up()) << "nothing is written behind the end of the stream";
  server.hears("</stream:stream>");
  // What the server still says is read, but the stream is over.
  server.says("<message id='late' from='a@b' to='irc.example.org'/>");
  server.until([this] { return received.size() == 1; }, "the last stanza");
  server.hang_up();
  server.settle();
  server.accepts();  // at once: no time has passed
  server.says(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams' from='irc.example.org' id='1'>");
  // sha1("1other")
  EXPECT_NE(server.hears("</handshake>").find("<handshake>cf3fc3b339fda3b641e01888ce040fde3cc097cb</handshake>"),
            std::string::npos);
  server.says("<handshake/>");
  server.until([this] { return link.up(); }, "the link is up again");
  EXPECT_EQ(states, "udu");
}

TEST_F(XmppConnection, DoesNotWaitWhenItIsChangedMeanwhile) {
  start_and_connect();
  server.hang_up();
  until_down();
  server.settle();
  EXPECT_FALSE(is_connected_again()) << "it waits for a second";
  connection.change({server.endpoint(), Secret<std::string>{"other"}});
  server.settle();
  server.welcomes();
  server.until([this] { return link.up(); }, "the link is up again");
}

TEST_F(XmppConnection, StopsWhileItIsBeingChanged) {
  start_and_connect();
  connection.change({server.endpoint(), Secret<std::string>{"other"}});
  stop();
  server.hears("</stream:stream>");
  server.hang_up();
  until_stopped();
}

}  // namespace
}  // namespace dragoman::xmpp
