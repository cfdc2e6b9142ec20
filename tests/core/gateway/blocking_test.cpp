#include "support/gateway_script.hpp"

// Whom a person does not want to hear from: XEP-0191 at the gateway, and what the person's own server blocks.

namespace dragoman::gateway::blocking_test {
namespace {

using test::GatewayScript;
using Lines = std::vector<std::string>;

void asks(GatewayScript& script, const std::string& type, const std::string& inside) {
  script.xmpp_sends("<iq type='" + type + "' id='b' from='alice@test/home' to='irc.test'>" + inside + "</iq>");
}
void blocks(GatewayScript& script, const std::string& jid, const std::string& what = "block") {
  asks(script, "set", "<" + what + " xmlns='urn:xmpp:blocking'><item jid='" + jid + "'/></" + what + ">");
}
Lines block_list(GatewayScript& script) {
  asks(script, "get", "<blocklist xmlns='urn:xmpp:blocking'/>");
  const auto answer = script.only();
  EXPECT_EQ(answer.get("type"), "result");
  Lines jids;
  for (const auto& item : answer.child("blocklist", "urn:xmpp:blocking")->children) jids.emplace_back(item.get("jid"));
  return jids;
}
void connects(GatewayScript& script) {
  script.xmpp_sends("<message from='alice@test/home' to='carol@irc.test' type='chat' id='m'><body>x</body></message>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}
chat::MessageReceived from(const std::string& who, const std::string& text) {
  chat::MessageReceived received;
  received.conversation.person = chat::PersonId{who};
  received.author.person = chat::PersonId{who};
  received.author.name = who;
  received.content = chat::plain(text);
  return received;
}

TEST(Blocking, KeepsAPersonAwayUntilTheyAreUnblocked) {
  GatewayScript script;
  connects(script);
  EXPECT_EQ(block_list(script), Lines{});
  blocks(script, "bob@irc.test");
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  const auto& push = stanzas[0].get("type") == "set" ? stanzas[0] : stanzas[1];
  EXPECT_EQ(push.get("to"), "alice@test/home");  // who has the list is told of changes
  EXPECT_NE(push.child("block", "urn:xmpp:blocking"), nullptr);
  EXPECT_EQ(script.command<chat::Block>().second.person, chat::PersonId{"bob"});
  EXPECT_EQ(block_list(script), Lines{"bob@irc.test"});
  script.network_says(from("bob", "buy my biscuits"));
  EXPECT_TRUE(script.written().empty());
  EXPECT_TRUE(std::none_of(script.store.rows.begin(), script.store.rows.end(),
                           [](const auto& row) { return row.second.person == "bob"; }));
  script.network_says(from("carol", "hello"));
  EXPECT_EQ(script.only().get("from"), "carol@irc.test");
  blocks(script, "bob@irc.test", "unblock");
  script.written();
  EXPECT_FALSE(script.command<chat::Block>().second.blocked);
  script.network_says(from("bob", "hello"));
  EXPECT_EQ(script.only().get("from"), "bob@irc.test");
}

TEST(Blocking, RefusesWhatIsSentToWhoIsBlocked) {
  GatewayScript script;
  connects(script);
  blocks(script, "bob@irc.test");
  script.written();
  script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='chat' id='n'><body>hm</body></message>");
  const auto error = script.only();
  EXPECT_EQ(error.get("id"), "n");
  const auto* inner = error.child("error", error.ns);
  ASSERT_NE(inner, nullptr);
  EXPECT_NE(inner->child("not-acceptable", xmpp::ns::stanza_errors), nullptr);
  EXPECT_NE(inner->child("blocked", "urn:xmpp:blocking:errors"), nullptr);
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);  // that to carol
}

TEST(Blocking, IsRememberedAndToldToTheNetworkAgain) {
  GatewayScript script;
  connects(script);
  blocks(script, "bob@irc.test");
  script.restart();
  EXPECT_EQ(block_list(script), Lines{"bob@irc.test"});
  connects(script);
  EXPECT_EQ(script.command<chat::Block>().second.person, chat::PersonId{"bob"});
  script.network_says(from("bob", "still here"));
  EXPECT_TRUE(script.written().empty());
}

TEST(Blocking, HidesAContact) {
  GatewayScript script;
  for (const char* type : {"subscribe", "subscribed"}) {
    script.xmpp_sends(std::string{"<presence from='alice@test' to='bob@irc.test' type='"} + type + "'/>");
  }
  script.xmpp_sends("<presence from='alice@test/home' to='bob@irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::PresenceChanged{chat::PersonId{"bob"}, chat::Availability::available, {}});
  script.written();
  blocks(script, "bob@irc.test");
  auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].get("type"), "unavailable");
  script.network_says(chat::PresenceChanged{chat::PersonId{"bob"}, chat::Availability::away, {}});
  EXPECT_TRUE(script.written().empty());
  blocks(script, "bob@irc.test", "unblock");
  stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].child_text("show", stanzas[0].ns), "away");
}

TEST(Blocking, OfSomebodyWhoCannotBeBlockedBlocksNobody) {
  GatewayScript script;
  asks(script, "set",
       "<block xmlns='urn:xmpp:blocking'><item jid='bob@irc.test'/><item jid='eve@elsewhere.example'/></block>");
  const auto error = script.only();
  EXPECT_NE(error.child("error", error.ns)->child("item-not-found", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(block_list(script), Lines{});
  asks(script, "set", "<block xmlns='urn:xmpp:blocking'/>");
  const auto empty = script.only();
  EXPECT_NE(empty.child("error", empty.ns)->child("bad-request", xmpp::ns::stanza_errors), nullptr);
}

TEST(Blocking, EndsForEverybodyAtOnce) {
  GatewayScript script;
  blocks(script, "bob@irc.test");
  blocks(script, "carol@irc.test");
  script.written();
  asks(script, "set", "<unblock xmlns='urn:xmpp:blocking'/>");
  EXPECT_EQ(script.only().get("type"), "result");
  EXPECT_EQ(block_list(script), Lines{});
  EXPECT_TRUE(script.store.values.empty());
}

TEST(Blocking, ByThePersonsOwnServerIsNoLoopAndEndsNothing) {
  GatewayScript script;
  connects(script);
  script.network_says(from("bob", "hello"));
  const auto message = script.only();
  // xmpp.md 4.5: what a blocked contact sends comes back so.
  script.xmpp_sends("<message type='error' id='" + std::string{message.get("id")} +
                    "' from='alice@test' to='bob@irc.test'><error type='cancel'><service-unavailable "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  EXPECT_TRUE(script.written().empty());
  EXPECT_NE(script.network->session, nullptr);
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
  script.network_says(from("bob", "are you there?"));
  EXPECT_EQ(script.only().get("from"), "bob@irc.test");
}

}  // namespace
}  // namespace dragoman::gateway::blocking_test
