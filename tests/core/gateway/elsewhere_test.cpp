#include "support/gateway_script.hpp"

// What people say with another client of the network: shown as their own where the server allows it (XEP-0356), and
// never said on the network a second time.

namespace dragoman::gateway::elsewhere_test {
namespace {

using test::GatewayScript;

constexpr const char* forward = "urn:xmpp:forward:0";

void grants(GatewayScript& script, const std::string& ns) {
  script.xmpp_sends("<message from='test' to='irc.test'><privilege xmlns='" + ns +
                    "'><perm access='message' type='outgoing'/></privilege></message>");
}
/// alice is registered and online with two clients.
void registers(GatewayScript& script) {
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  for (const char* client : {"home", "phone"}) {
    script.xmpp_sends(std::string{"<presence from='alice@test/"} + client + "' to='irc.test'/>");
  }
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
chat::MessageReceived said_to_bob(const std::string& text) {
  chat::MessageReceived received;
  received.conversation.person = chat::PersonId{"bob"};
  received.author.person = chat::PersonId{"alice"};
  received.author.name = "alice";
  received.author.self = true;
  received.content = chat::plain(text);
  return received;
}
/// The message in it, or an empty element.
xmpp::Element inside(const xmpp::Element& stanza, const char* wrapper, std::string_view ns) {
  const auto* outer = stanza.child(wrapper, ns);
  const auto* forwarded = outer == nullptr ? nullptr : outer->child("forwarded", forward);
  const auto* message = forwarded == nullptr ? nullptr : forwarded->child("message", "jabber:client");
  return message == nullptr ? xmpp::Element{} : *message;
}

TEST(FromElsewhere, IsSentInTheNameOfThePersonAndSwallowedWhenItComesBack) {
  GatewayScript script;
  grants(script, "urn:xmpp:privilege:2");
  registers(script);
  script.network_says(said_to_bob("hi from my telephone"));
  const auto stanza = script.only();
  EXPECT_EQ(stanza.get("from"), "irc.test");
  EXPECT_EQ(stanza.get("to"), "test");
  const auto message = inside(stanza, "privilege", "urn:xmpp:privilege:2");
  EXPECT_EQ(message.get("from"), "alice@test");
  EXPECT_EQ(message.get("to"), "bob@irc.test");
  EXPECT_EQ(message.get("type"), "chat");
  EXPECT_EQ(message.child_text("body", "jabber:client"), "hi from my telephone");
  const std::string id{message.get("id")};
  ASSERT_FALSE(id.empty());
  const std::string back = "<message from='alice@test' to='bob@irc.test' type='chat' id='" + id +
                           "'><body>hi from my telephone</body></message>";
  script.xmpp_sends(back);
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
  EXPECT_TRUE(script.written().empty());
  // Once: another message that is called so is another message.
  script.xmpp_sends(back);
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
}

TEST(FromElsewhere, IsForgottenAfterAnHour) {
  GatewayScript script;
  grants(script, "urn:xmpp:privilege:2");
  registers(script);
  script.network_says(said_to_bob("hi"));
  const std::string id{inside(script.only(), "privilege", "urn:xmpp:privilege:2").get("id")};
  script.passes(std::chrono::hours{1});
  script.xmpp_sends("<message from='alice@test' to='bob@irc.test' type='chat' id='" + id +
                    "'><body>x</body></message>");
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
}

TEST(FromElsewhere, IsCopiedToEachClientWhereTheServerMakesNoCopies) {
  GatewayScript script;
  grants(script, "urn:xmpp:privilege:1");  // ejabberd 23.01
  registers(script);
  script.network_says(said_to_bob("hi"));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  std::vector<std::string> to;
  for (const auto& stanza : stanzas) {
    EXPECT_EQ(stanza.get("to"), "test");
    const auto copy = inside(stanza, "privilege", "urn:xmpp:privilege:1");
    EXPECT_EQ(copy.get("from"), "alice@test");
    to.emplace_back(copy.get("to"));
    const auto message = inside(copy, "sent", "urn:xmpp:carbons:2");
    EXPECT_EQ(message.get("from"), "alice@test");
    EXPECT_EQ(message.get("to"), "bob@irc.test");
    EXPECT_EQ(message.child_text("body", "jabber:client"), "hi");
  }
  EXPECT_EQ(to, (std::vector<std::string>{"alice@test/home", "alice@test/phone"}));
}

TEST(FromElsewhere, IsMarkedAsTheirOwnWhereNobodyMaySpeakForThem) {
  GatewayScript script;
  registers(script);
  script.network_says(said_to_bob("hi"));
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "bob@irc.test");
  EXPECT_EQ(message.get("to"), "alice@test");
  EXPECT_EQ(message.child_text("body", message.ns), "(you, from another client) hi");
}

TEST(FromElsewhere, IsNotTriedAgainWithAServerThatRefusesIt) {
  GatewayScript script;
  grants(script, "urn:xmpp:privilege:2");
  registers(script);
  script.network_says(said_to_bob("one"));
  script.written();
  script.xmpp_sends(
      "<message from='test' to='irc.test' type='error'><error type='cancel'><forbidden "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  script.network_says(said_to_bob("two"));
  EXPECT_EQ(script.only().get("from"), "bob@irc.test");
}

TEST(FromElsewhere, IsOnlyOfServersThatHaveGivenThePrivilegeToThisStream) {
  GatewayScript script;
  grants(script, "urn:xmpp:privilege:2");
  registers(script);
  script.link_goes_down();
  script.link_comes_up();
  script.written();
  script.network_says(said_to_bob("hi"));
  for (const auto& stanza : script.written()) EXPECT_NE(stanza.get("to"), "test");
}

}  // namespace
}  // namespace dragoman::gateway::elsewhere_test
