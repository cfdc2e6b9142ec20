#include "support/gateway_script.hpp"

// Coming and going of people with accounts (XEP-0100 4.4, 4.5), with numbers: how much is said, and how fast.

namespace dragoman::gateway::log_out_test {
namespace {

using test::GatewayScript;
using Lines = std::vector<std::string>;

void sends(GatewayScript& script, const std::string& type, const std::string& from, const std::string& to,
           const std::string& inside = {}) {
  script.xmpp_sends("<presence from='" + from + "' to='" + to + "'" + (type.empty() ? "" : " type='" + type + "'") +
                    ">" + inside + "</presence>");
}
void registers(GatewayScript& script, const std::string& who = "alice") {
  script.xmpp_sends("<iq type='set' id='r' from='" + who +
                    "@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>" + who +
                    "</nick></query></iq>");
}
/// alice is registered, online with one client and connected.
void logs_in(GatewayScript& script) {
  registers(script);
  sends(script, "subscribed", "alice@test", "irc.test");
  sends(script, "", "alice@test/home", "irc.test");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
gateway::Policy lingering(Duration duration) {
  gateway::Policy policy = GatewayScript::default_policy();
  policy.linger = duration;
  return policy;
}

TEST(LogOut, EndsTheConnectionWithTheLastClient) {
  GatewayScript script;
  logs_in(script);
  sends(script, "", "alice@test/phone", "irc.test");
  sends(script, "unavailable", "alice@test/home", "irc.test");
  EXPECT_NE(script.network->session, nullptr);
  script.written();
  sends(script, "unavailable", "alice@test/phone", "irc.test");
  EXPECT_EQ(script.network->session, nullptr);
  const auto goodbye = script.only();
  EXPECT_EQ(goodbye.get("type"), "unavailable");
  EXPECT_EQ(goodbye.get("to"), "alice@test/phone");
}

TEST(LogOut, EndsNoConnectionThatIsAlwaysOn) {
  GatewayScript script;
  script.network->description().always_on = true;
  logs_in(script);
  sends(script, "unavailable", "alice@test/home", "irc.test");
  EXPECT_NE(script.network->session, nullptr);
  script.network_says(chat::MessageReceived{{{}, chat::PersonId{"ci"}}, {}, {}, chat::plain("it is red"), {}});
  const auto said = script.written().back();
  EXPECT_EQ(said.get("to"), "alice@test") << "their server keeps it for them";
}

TEST(LogOut, EndsTheConnectionOfWhoHasJustTalkedToSomebody) {
  GatewayScript script;
  logs_in(script);
  script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='chat'><body>bye</body></message>");
  const auto sent = script.command<chat::SendMessage>();
  script.network_says(chat::Done{sent.first, chat::Sent{}});
  sends(script, "unavailable", "alice@test/home", "irc.test");
  EXPECT_EQ(script.network->session, nullptr);
}

TEST(LogOut, WaitsAsLongAsTheOperatorSays) {
  GatewayScript script{lingering(std::chrono::minutes{5})};
  logs_in(script);
  sends(script, "unavailable", "alice@test/home", "irc.test");
  script.passes(std::chrono::minutes{4});
  ASSERT_NE(script.network->session, nullptr);
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::gone);
  script.passes(std::chrono::minutes{1});
  EXPECT_EQ(script.network->session, nullptr);
}

TEST(LogOut, IsNoneForWhoComesBackInTime) {
  GatewayScript script{lingering(std::chrono::minutes{5})};
  logs_in(script);
  sends(script, "unavailable", "alice@test/home", "irc.test");
  script.passes(std::chrono::minutes{4});
  sends(script, "", "alice@test/home", "irc.test");
  EXPECT_EQ(script.command<chat::SetPresence>().second.availability, chat::Availability::available);
  script.passes(std::chrono::minutes{20});
  EXPECT_NE(script.network->session, nullptr);
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});
}

TEST(LogOut, IsWhenThePersonHasChosenIt) {
  GatewayScript script{lingering(std::chrono::minutes{5})};
  script.store.put({"settings", "irc.test alice@test", "linger", "60"});
  script.restart();
  logs_in(script);
  sends(script, "unavailable", "alice@test/home", "irc.test");
  script.passes(std::chrono::minutes{59});
  EXPECT_NE(script.network->session, nullptr);
  script.passes(std::chrono::minutes{1});
  EXPECT_EQ(script.network->session, nullptr);
}

TEST(LogOut, NeverComesForWhoWantsToStay) {
  GatewayScript script;
  script.store.put({"settings", "irc.test alice@test", "linger", "-1"});
  script.restart();
  logs_in(script);
  sends(script, "unavailable", "alice@test/home", "irc.test");
  script.passes(std::chrono::hours{48});
  EXPECT_NE(script.network->session, nullptr);
  script.restart();  // and they are connected again when the gateway comes back
  EXPECT_EQ(script.network->log, Lines{"connect as alice"});
  // With the account goes what was chosen.
  script.xmpp_sends(
      "<iq type='set' id='x' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><remove/></query>"
      "</iq>");
  EXPECT_EQ(script.network->session, nullptr);
  EXPECT_FALSE(script.store.values.contains({"settings", "irc.test alice@test", "linger"}));
}

// xmpp.md S3.
TEST(PresenceStorm, OfThreeClientsWithTwoHundredContactsIsNotAnswered) {
  GatewayScript script;
  logs_in(script);
  Lines addresses{"irc.test"};
  for (int i = 0; i < 200; ++i) {
    const std::string contact = "c" + std::to_string(i) + "@irc.test";
    sends(script, "subscribe", "alice@test", contact);
    sends(script, "subscribed", "alice@test", contact);
    addresses.push_back(contact);
  }
  script.written();
  for (const char* client : {"alice@test/phone", "alice@test/work"}) {
    for (const auto& to : addresses) sends(script, "", client, to);
    const auto welcome = script.written();  // one presence of the gateway for each client
    EXPECT_EQ(welcome.size(), 1U) << client;
  }
  // A server sends a copy of each change to every address of ours: 50 changes of 3 clients are 30,150 stanzas.
  for (int change = 0; change < 50; ++change) {
    for (const char* client : {"alice@test/home", "alice@test/phone", "alice@test/work"}) {
      const std::string status = "<show>away</show><status>" + std::to_string(change) + "</status>";
      for (const auto& to : addresses) sends(script, "", client, to, status);
    }
  }
  EXPECT_EQ(script.written().size(), 0U);
  EXPECT_LE(script.count<chat::SetPresence>(), 2U);  // flood control is for messages
  // A contact that changes is one stanza, and none when it is as it was.
  for (int again = 0; again < 3; ++again) {
    script.network_says(chat::PresenceChanged{chat::PersonId{"c7"}, chat::Availability::available, {}});
  }
  EXPECT_EQ(script.written().size(), 1U);
  // Each probe is answered once, to who asked.
  for (const auto& to : addresses) sends(script, "probe", "alice@test/home", to);
  EXPECT_EQ(script.written().size(), addresses.size());
  // Two of three log out: the session stays, and nothing is said but the goodbye of the gateway.
  for (const char* client : {"alice@test/phone", "alice@test/work"}) {
    for (const auto& to : addresses) sends(script, "unavailable", client, to);
    EXPECT_EQ(script.written().size(), 1U);
  }
  EXPECT_NE(script.network->session, nullptr);
}

// xmpp.md S3: after kill -9 everybody is found again, and nobody is asked anything.
TEST(PresenceStorm, OfARestartFindsAThousandPeopleFiftyASecondWithoutAskingThem) {
  GatewayScript script;
  for (int i = 0; i < 1000; ++i) {
    const std::string who = "p" + std::to_string(i);
    registers(script, who);
    sends(script, "subscribed", who + "@test", "irc.test");
    script.written();
  }
  script.probes.clear();
  script.restart();
  std::size_t others = script.written().size(), before = script.probes.size();
  for (int second = 0; second < 25; ++second) {
    for (int tenth = 0; tenth < 10; ++tenth) script.passes(std::chrono::milliseconds{100});
    others += script.written().size();
    EXPECT_LE(script.probes.size() - before, 55U);
    before = script.probes.size();
  }
  EXPECT_EQ(script.probes.size(), 1000U);
  EXPECT_EQ(others, 0U);
  sends(script, "", "p7@test/home", "irc.test");
  EXPECT_NE(script.network->session, nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::log_out_test
