#include "support/gateway_script.hpp"

// What a person types or pastes as an address (XEP-0100 6): to the gateway's prompt, and to commands.

namespace dragoman::gateway::typed_address_test {
namespace {

using test::GatewayScript;

/// The address that the gateway makes of it, or the condition of its error.
std::string made_of(GatewayScript& script, const std::string& typed) {
  script.xmpp_sends(
      "<iq type='set' id='g' from='alice@test/home' to='irc.test'><query "
      "xmlns='jabber:iq:gateway'><prompt>" +
      typed + "</prompt></query></iq>");
  const auto answer = script.only();
  if (const auto* error = answer.child("error", xmpp::ns::component)) return error->first_element()->name;
  return answer.first_element()->child_text("jid", "jabber:iq:gateway");
}

TEST(TypedAddress, IsANameOrAnAddressOfOurs) {
  GatewayScript script;
  EXPECT_EQ(made_of(script, "bob"), "bob@irc.test");
  EXPECT_EQ(made_of(script, " #tea "), "#tea@irc.test");
  EXPECT_EQ(made_of(script, "bob@irc.test"), "bob@irc.test");
  EXPECT_EQ(made_of(script, "bob@irc.test/home"), "bob@irc.test");
  EXPECT_EQ(made_of(script, "\\26tea@irc.test"), "\\26tea@irc.test");
  EXPECT_EQ(made_of(script, "#tea@irc.test/bob"), "bob@irc.test") << "an occupant is the person";
  EXPECT_EQ(made_of(script, "carol@elsewhere.example"), "carol\\40elsewhere.example@irc.test")
      << "a name of this network may look so";
}

TEST(TypedAddress, MayBeAUri) {
  GatewayScript script;
  EXPECT_EQ(made_of(script, "xmpp:%23tea@irc.test?join"), "#tea@irc.test");
  EXPECT_EQ(made_of(script, "XMPP:bob@irc.test?message;body=hi"), "bob@irc.test");
  EXPECT_EQ(made_of(script, "xmpp://alice@test/bob@irc.test"), "bob@irc.test");
  EXPECT_EQ(made_of(script, "xmpp:carol@elsewhere.example"), "not-acceptable");
  EXPECT_EQ(made_of(script, "xmpp:%2"), "not-acceptable");
  EXPECT_EQ(made_of(script, "xmpp:"), "not-acceptable");
  EXPECT_EQ(made_of(script, "xmpp://x"), "not-acceptable");
}

TEST(TypedAddress, IsUnderstoodByCommandsToo) {
  GatewayScript script;
  script.xmpp_sends(
      "<message type='chat' from='alice@test/home' to='irc.test'><body>join "
      "xmpp:%23tea@irc.test?join</body></message>");
  const auto stanzas = script.written();
  ASSERT_FALSE(stanzas.empty());
  EXPECT_EQ(stanzas.front().get("from"), "#tea@irc.test") << GatewayScript::dump(stanzas);
  EXPECT_NE(stanzas.back().child_text("body", stanzas.back().ns).find("xmpp:%23tea@irc.test?join"), std::string::npos);
}

}  // namespace
}  // namespace dragoman::gateway::typed_address_test
