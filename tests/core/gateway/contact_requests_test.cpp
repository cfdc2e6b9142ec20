#include "support/gateway_script.hpp"

// Somebody of the network wants to have a person among their contacts: XEP-0100 4.6 from the other side.

namespace dragoman::gateway::contact_requests_test {
namespace {

using test::GatewayScript;

std::string presence(const std::string& type, const std::string& from = "alice@test") {
  return "<presence from='" + from + "' to='bob@irc.test' type='" + type + "'/>";
}

/// alice@test is registered and connected.
void connects(GatewayScript& script) {
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'>"
      "<username>alice</username></query></iq>");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
chat::ContactAsked asks(const std::string& text = "we met at the tea house") {
  return {chat::PersonId{"bob"}, "Bob B.", text};
}

TEST(ContactRequests, AreSubscriptionRequestsAndTheAnswerGoesBack) {
  GatewayScript script;
  connects(script);
  script.network_says(asks());
  const auto request = script.only();
  EXPECT_EQ(request.name, "presence");
  EXPECT_EQ(request.get("type"), "subscribe");
  EXPECT_EQ(request.get("from"), "bob@irc.test");
  EXPECT_EQ(request.get("to"), "alice@test");
  EXPECT_EQ(request.child_text("status", request.ns), "we met at the tea house");
  EXPECT_EQ(request.child_text("nick", "http://jabber.org/protocol/nick"), "Bob B.");
  script.network_says(asks());  // the network asks again, the person's server keeps the first
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.count<chat::AnswerContact>(), 0U);

  script.xmpp_sends(presence("subscribed"));
  EXPECT_EQ(script.command<chat::AnswerContact>().second.person, chat::PersonId{"bob"});
  EXPECT_TRUE(script.command<chat::AnswerContact>().second.accept);
  EXPECT_EQ(script.count<chat::AddContact>(), 0U);  // that bob sees alice does not mean that she wants to see him
  script.network_says(asks());                      // from another client of his
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.count<chat::AnswerContact>(), 2U);
}

TEST(ContactRequests, CanBeRefused) {
  GatewayScript script;
  connects(script);
  script.network_says(asks({}));
  EXPECT_EQ(script.only().child("status", "jabber:component:accept"), nullptr);
  script.xmpp_sends(presence("unsubscribed"));
  EXPECT_FALSE(script.command<chat::AnswerContact>().second.accept);
  script.network_says(asks());  // he tries again
  EXPECT_EQ(script.only().get("type"), "subscribe");
}

TEST(ContactRequests, AreRememberedOverARestart) {
  GatewayScript script;
  connects(script);
  script.network_says(asks());
  script.written();
  script.restart();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.xmpp_sends(presence("subscribed"));
  EXPECT_TRUE(script.command<chat::AnswerContact>().second.accept);
}

TEST(ContactRequests, OfWhoIsBlockedAreRefusedUnseen) {
  GatewayScript script;
  connects(script);
  script.xmpp_sends(
      "<iq type='set' id='b' from='alice@test/home' to='irc.test'><block xmlns='urn:xmpp:blocking'>"
      "<item jid='bob@irc.test'/></block></iq>");
  script.written();
  script.network_says(asks());
  EXPECT_TRUE(script.written().empty());
  EXPECT_FALSE(script.command<chat::AnswerContact>().second.accept);
}

TEST(ContactRequests, BeyondTheLimitAreNotShown) {
  auto policy = GatewayScript::default_policy();
  policy.contacts_per_jid = 1;
  GatewayScript script{policy};
  connects(script);
  script.xmpp_sends("<presence from='alice@test' to='carol@irc.test' type='subscribe'/>");
  script.written();
  script.network_says(asks());
  EXPECT_TRUE(script.written().empty());
}

}  // namespace
}  // namespace dragoman::gateway::contact_requests_test
