#include <algorithm>

#include "support/gateway_script.hpp"
#include "xmpp/disco.hpp"

// How people call themselves in XMPP (XEP-0172, in a node of their own) is what they are called on the network.

namespace dragoman::gateway::own_names_test {
namespace {

using test::GatewayScript;

std::string news(const std::string& item, const std::string& from = "alice@test") {
  return "<message from='" + from +
         "' to='irc.test' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
         "node='http://jabber.org/protocol/nick'>" +
         item + "</items></event></message>";
}
std::string named(const std::string& name) {
  return "<item id='current'><nick xmlns='http://jabber.org/protocol/nick'>" + name + "</nick></item>";
}

/// alice has an account on a network that takes names, and is connected.
void registers(GatewayScript& script) {
  script.network->can(chat::Feature::set_profile);
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
std::string last_name(GatewayScript& script) {
  const auto asked = script.command<chat::SetProfile>();
  script.network_says(chat::Done{asked.first, {}});
  return asked.second.profile.nickname;
}

TEST(OwnName, BecomesThatOnTheNetworkOnce) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(named("Alice L.")));
  EXPECT_EQ(last_name(script), "Alice L.");
  script.xmpp_sends(news(named("Alice L.")));
  script.network_says(chat::Lost{Fault::unavailable, "away", script.clock.now() + std::chrono::seconds{1}});
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(script.count<chat::SetProfile>(), 1U) << "it may have been changed there meanwhile";
  script.xmpp_sends(news("<retract id='current'/>"));
  EXPECT_EQ(script.count<chat::SetProfile>(), 2U);
  EXPECT_EQ(last_name(script), "");
}

TEST(OwnName, ThatWasToldIsRememberedAcrossARestart) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(named("Alice L.")));
  last_name(script);
  script.restart();
  registers(script);
  script.xmpp_sends(news(named("Alice L.")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 0U);
}

TEST(OwnName, WaitsForTheConnection) {
  GatewayScript script;
  registers(script);
  script.network_says(chat::Lost{Fault::unavailable, "away", script.clock.now() + std::chrono::seconds{1}});
  script.xmpp_sends(news(named("Alice L.")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 0U);
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(last_name(script), "Alice L.");
}

TEST(OwnName, ThatIsRefusedIsNotAskedForAgain) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(named("Alice L.")));
  const auto asked = script.command<chat::SetProfile>();
  script.network_says(chat::Failed{asked.first, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  script.xmpp_sends(news(named("Alice L.")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 1U);
}

TEST(OwnName, MayBeChosenByWhoHasNoClientForIt) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>own-name Alicia</body></message>");
  EXPECT_EQ(last_name(script), "Alicia");
  script.xmpp_sends(news(named("Alicia")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 1U) << "it is called so already";
  script.restart();
  registers(script);
  script.xmpp_sends(news(named("Alicia")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 0U);
}

TEST(OwnName, IsNobodyElses) {
  GatewayScript script;
  registers(script);
  script.xmpp_sends(news(named("Eve"), "alice@test/home"));  // a client claims it, not the account
  script.xmpp_sends(news(named("Eve"), "carol@test"));       // nobody that we know
  EXPECT_EQ(script.count<chat::SetProfile>(), 0U);
}

TEST(OwnName, IsToldToEachPartOfTheNetwork) {
  GatewayScript script{test::FakeShape{{"one", "two"}}};
  script.network->can(chat::Feature::set_profile);
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  for (const std::string part : {"one", "two"}) {
    script.xmpp_sends("<presence from='alice@test/home' to='#tea%" + part +
                      "@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
    script.part_says(part, chat::Ready{"alice", {}});
  }
  script.xmpp_sends(news(named("Alice L.")));
  EXPECT_EQ(script.count<chat::SetProfile>(), 2U);
}

TEST(OwnName, IsAskedForByTheGatewaysCapabilities) {
  GatewayScript script;
  const auto asks = [&script] {
    script.xmpp_sends(
        "<iq from='alice@test/home' to='irc.test' type='get' id='q'>"
        "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    const auto said = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
    return std::find(said.features.begin(), said.features.end(), "http://jabber.org/protocol/nick+notify") !=
           said.features.end();
  };
  EXPECT_FALSE(asks());
  script.network->can(chat::Feature::set_profile);
  EXPECT_TRUE(asks());
}

}  // namespace
}  // namespace dragoman::gateway::own_names_test
